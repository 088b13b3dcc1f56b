"""What the provider tells of a visit meets a receiver that is away, or a record that is throttled: nothing is lost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.deploy.command import command
from tests.e2e.aws import Aws
from tests.e2e.visits.account import Account, instant
from tests.e2e.visits.attendant import Attendant
from tests.e2e.visits.throttle import Throttle
from tests.waiting import until

_SLOW_MS = 60_000


@contextmanager
def away(aws: Aws, name: str) -> Iterator[None]:
    """Let a function start no more."""
    function, functions = aws.resource(name), aws.client("lambda")
    functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        functions.delete_function_concurrency(FunctionName=function)


def begin(patient: Attendant, practitioner: Attendant, account: Account, aws: Aws) -> set[str]:
    """Let both join, and wait until what the provider tells of that is processed; gives those events' ids."""
    for attendant in (patient, practitioner):
        attendant.open()
    patient.join()
    # What has to start for it does so before the visit's time begins to run.
    until(lambda: len(account.webhooks()) == 2 and processed(account, aws), account.webhooks)
    practitioner.join()
    until(lambda: len(account.webhooks()) == 3 and processed(account, aws), account.webhooks)
    practitioner.expect_state("In progress")
    return {webhook["id"] for webhook in account.webhooks()}


def processed(account: Account, aws: Aws) -> bool:
    """Tell whether all that the provider has told arrived and has an outcome."""
    return all(
        webhook["outcome"] == "received" and "outcome" in event_of(aws, webhook["id"]) for webhook in account.webhooks()
    )


def event_of(aws: Aws, event_id: str) -> dict[str, Any]:
    """Return a webhook as it is kept; empty where it is not."""
    key = {"pk": {"S": f"hms#{event_id}"}}
    answer = aws.client("dynamodb").get_item(TableName="bedside-webhooks-local", Key=key, ConsistentRead=True)
    item: dict[str, Any] = answer.get("Item", {})
    return item


def expect_the_end(patient: Attendant, practitioner: Attendant, account: Account, aws: Aws) -> None:
    """See that the visit ends as if nothing had been wrong: where somebody hung up, with each event once."""
    expect(practitioner.page.locator("#over-facts")).to_contain_text("Ended: people left", timeout=_SLOW_MS)
    expect(patient.page.locator("#over-title")).to_have_text("Your visit is over", timeout=_SLOW_MS)
    until(lambda: not account.room_is_open() and processed(account, aws), account.webhooks)
    told = [json.loads(event_of(aws, webhook["id"])["payload"]["S"])["data"] for webhook in account.webhooks()]
    left = min(instant(data["left_at"]) for data in told if "left_at" in data)

    visit = account.visit()
    assert (visit["state"], visit["outcome"]) == ("completed", "left")
    assert [step["cause"] for step in visit["history"]] == ["join", "join", "leave", "left"]
    assert instant(visit["endedAt"]) == left
    lasted = left - instant(visit["startedAt"])
    assert account.summary()["durationSeconds"] == lasted // timedelta(seconds=1)


def test_what_the_provider_gave_up_on_is_replayed(
    patient: Attendant, practitioner: Attendant, account: Account, aws: Aws, tmp_path: Path
) -> None:
    """While the receiver is away both leave, and nothing happens; `make replay` ends the visit where they left."""
    before = begin(patient, practitioner, account, aws)
    since = datetime.now(UTC).isoformat(timespec="seconds")

    def lost() -> list[dict[str, Any]]:
        return [webhook for webhook in account.webhooks() if webhook["id"] not in before]

    with away(aws, "WebhookReceiver"):
        patient.hang_up()
        practitioner.hang_up()
        until(lambda: [webhook["outcome"] for webhook in lost()] == ["given up"] * 3, lost)
    kinds = sorted(webhook["type"] for webhook in lost())
    assert kinds == ["peer.leave.success", "peer.leave.success", "session.close.success"]
    assert not any(event_of(aws, webhook["id"]) for webhook in lost())
    assert account.visit()["state"] == "inProgress"
    practitioner.expect_state("In progress")

    stack_file = tmp_path / "stack.json"
    stack_file.write_text(json.dumps(account.stack))
    done = command("replay", since, "", "", "", stack_file=stack_file, timeout_s=120)
    assert (done.returncode, done.stdout.partition(" from ")[0]) == (0, "100ms sends again what it has sent"), done
    expect_the_end(patient, practitioner, account, aws)
    assert [len(webhook["attempts"]) for webhook in lost()] == [5, 5, 5]


def test_what_a_throttled_record_refused_comes_again(
    patient: Attendant, practitioner: Attendant, account: Account, aws: Aws
) -> None:
    """DynamoDB refuses receiver and processor for a while: the provider repeats to the one, the queue to the other."""
    with Throttle(aws, "WebhookReceiver") as receiver, Throttle(aws, "WebhookProcessor") as processor:
        before = begin(patient, practitioner, account, aws)
        # Each asks three times before it gives up; the processor does so twice.
        receiver.refusals, processor.refusals = 3, 6
        patient.hang_up()
        expect_the_end(patient, practitioner, account, aws)
        assert (receiver.refusals, processor.refusals) == (0, 0)
    [first, *_] = [webhook for webhook in account.webhooks()[::-1] if webhook["id"] not in before]
    assert first["type"] == "peer.leave.success"
    assert 503 in first["attempts"]
    dead = aws.client("sqs").receive_message(QueueUrl=aws.resource("WebhookDeadLetters"))
    assert "Messages" not in dead
