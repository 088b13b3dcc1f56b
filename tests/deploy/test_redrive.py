"""Dead letters get another chance: each where it came from, and none is lost on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy import redrive
from deploy.redrive import Redriven
from tests.conftest import client
from tests.deploy.clouds import Functions
from tests.deploy.command import command

STORED = {"detail-type": "Object Created", "detail": {"object": {"key": "sessions/x"}}}
QUEUES = (
    *("WebhookQueue", "WebhookDeadLetters", "UploadWatchDeadLetters", "ScheduleDeadLetters"),
    *("RecordingCopyQueue", "RecordingCopyDeadLetters", "NotificationQueue", "NotificationDeadLetters"),
    *("PhotoRenderQueue", "PhotoRenderDeadLetters", "RecordCommitQueue", "RecordCommitDeadLetters"),
    "MailEventsDeadLetters",
)


@pytest.fixture
def resources(aws: None) -> dict[str, str]:  # noqa: ARG001  # the queues stand in moto
    """A stack, by the names in its template."""
    made = {name: client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    return {
        **made,
        "UploadWatch": "upload-watch-1",
        "MailEvents": "mail-events-1",
        "Timeout": "bedside-timeout-x",
        "VisitsTable": "t",
    }


def put(resources: dict[str, str], queue: str, *messages: object) -> None:
    for each in messages:
        body = each if isinstance(each, str) else json.dumps(each)
        client("sqs").send_message(QueueUrl=resources[queue], MessageBody=body)


def bodies(resources: dict[str, str], queue: str) -> list[str]:
    """Give what is in a queue, hidden messages included."""
    sqs, url = client("sqs"), resources[queue]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])
    hidden = int(answer["Attributes"]["ApproximateNumberOfMessagesNotVisible"])
    seen = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [*(each["Body"] for each in seen), *["hidden"] * hidden]


def run(resources: dict[str, str], functions: Any) -> list[str]:
    return [str(each) for each in redrive.redrive(client("sqs"), functions, resources, wait_s=0)]


def well(_event: Any) -> None:
    """Succeed."""


def fails(_event: Any) -> None:
    raise ValueError("still broken")


def test_messages_of_a_queue_go_back_to_it(resources: dict[str, str]) -> None:
    """As they are; then there are none left."""
    messages = [json.dumps({"source": "hms", "eventId": f"e{number}"}) for number in range(12)]
    put(resources, "WebhookDeadLetters", *messages)
    functions = Functions({})
    assert "WebhookDeadLetters: 12 to WebhookQueue" in run(resources, functions)
    assert bodies(resources, "WebhookDeadLetters") == []
    found = [body for _ in range(2) for body in bodies(resources, "WebhookQueue") if body != "hidden"]
    assert sorted(found) == sorted(messages)
    assert functions.events == []


def test_a_queue_comes_before_a_function(resources: dict[str, str]) -> None:
    """Though there is a function of the dead letters' name, which takes nothing but batches."""
    stack = {**resources, "RecordingCopy": "recording-copy-1"}
    put(stack, "RecordingCopyDeadLetters", {"visitId": "v"})
    functions = Functions({})
    assert "RecordingCopyDeadLetters: 1 to RecordingCopyQueue" in run(stack, functions)
    assert bodies(stack, "RecordingCopyQueue") == ['{"visitId": "v"}']
    assert functions.events == []


def test_functions_are_invoked_with_the_event_that_failed(resources: dict[str, str]) -> None:
    """Whoever put it there: Lambda wraps it, EventBridge and its schedules do not."""
    wrapped = {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": STORED}
    put(resources, "UploadWatchDeadLetters", STORED, wrapped)
    put(resources, "ScheduleDeadLetters", {"visitId": "v", "timer": "noShow"})
    functions = Functions({"upload-watch-1": well, "bedside-timeout-x": well})
    assert run(resources, functions) == [
        "MailEventsDeadLetters: 0 to MailEvents",
        "NotificationDeadLetters: 0 to NotificationQueue",
        "PhotoRenderDeadLetters: 0 to PhotoRenderQueue",
        "RecordCommitDeadLetters: 0 to RecordCommitQueue",
        "RecordingCopyDeadLetters: 0 to RecordingCopyQueue",
        "ScheduleDeadLetters: 1 to Timeout",
        "UploadWatchDeadLetters: 2 to UploadWatch",
        "WebhookDeadLetters: 0 to WebhookQueue",
    ]
    assert functions.events == [
        ("bedside-timeout-x", {"visitId": "v", "timer": "noShow"}),
        ("upload-watch-1", STORED),
        ("upload-watch-1", STORED),
    ]
    assert bodies(resources, "UploadWatchDeadLetters") == []


def test_what_fails_again_stays(resources: dict[str, str]) -> None:
    """Each is tried once, what is no JSON too; the others go on."""
    put(resources, "UploadWatchDeadLetters", STORED, "{", STORED)
    put(resources, "WebhookDeadLetters", {"source": "hms", "eventId": "e"})
    functions = Functions({"upload-watch-1": fails})
    assert run(resources, functions) == [
        "MailEventsDeadLetters: 0 to MailEvents",
        "NotificationDeadLetters: 0 to NotificationQueue",
        "PhotoRenderDeadLetters: 0 to PhotoRenderQueue",
        "RecordCommitDeadLetters: 0 to RecordCommitQueue",
        "RecordingCopyDeadLetters: 0 to RecordingCopyQueue",
        "ScheduleDeadLetters: 0 to Timeout",
        "UploadWatchDeadLetters: 0 to UploadWatch, 3 failed again and stay",
        "WebhookDeadLetters: 1 to WebhookQueue",
    ]
    assert len(functions.events) == 2
    assert bodies(resources, "UploadWatchDeadLetters") == ["hidden"] * 3


def test_a_message_that_cannot_be_sent_stays(resources: dict[str, str]) -> None:
    """It is deleted only once it is in its queue."""
    put(resources, "WebhookDeadLetters", {"source": "hms", "eventId": "e"})
    gone = resources | {"WebhookQueue": resources["WebhookQueue"] + "-gone"}
    with pytest.raises(Exception, match="not exist"):
        run(gone, Functions({}))
    assert bodies(resources, "WebhookDeadLetters") == ["hidden"]


def test_what_failed_again_is_said() -> None:
    """Beside what went back."""
    assert str(Redriven("a", "b", 1, 2)) == "a: 1 to b, 2 failed again and stay"


def test_command_that_cannot_work_says_so_in_one_line(tmp_path: Path) -> None:
    """Without a running stack it ends with code 1."""
    done = command("redrive", "", stack_file=tmp_path / "stack.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No stack is running here" in done.stderr
    assert done.stderr.count("\n") == 1
