"""Messages to SQS: what is asked of it, and what becomes of its errors."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bedside.adapters.aws.sqs import Queue
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from tests.conftest import REGION, WEBHOOK_QUEUE_URL, client
from tests.fakes.hostile import hostile, refused, silent
from tests.fakes.invocation import Invocation
from tests.fakes.serving import Handler, serving

URL = "http://sqs.us-east-1.localhost:4566/000000000000/webhooks"


class Sqs:
    """An SQS that keeps what it was asked, and answers with `status`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.status = 200


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sqs]:
    sqs = Sqs()

    class Service(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            headers = {name.lower(): value for name, value in self.headers.items()}
            sqs.asked.append((self.path, headers, json.loads(self.body())))
            self.answer(sqs.status, b'{"MessageId":"m","__type":"com.amazonaws.sqs#QueueDoesNotExist"}')

    with serving(Service) as origin:
        use(monkeypatch, origin)
        yield sqs


def use(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """Let a client of the test's own ask this SQS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", origin)


def test_a_message_is_queued(aws: None) -> None:  # noqa: ARG001  # the queue stands in moto
    """As the JSON that it is."""
    Queue(WEBHOOK_QUEUE_URL, REGION).send({"source": "hms", "eventId": "e1"})
    [message] = client("sqs").receive_message(QueueUrl=WEBHOOK_QUEUE_URL)["Messages"]
    assert json.loads(message["Body"]) == {"source": "hms", "eventId": "e1"}


def test_the_address_is_the_services_and_the_queue_is_named(sqs: Sqs) -> None:
    """Also where the environment moves the service: whatever host the queue's URL has, nobody asks it."""
    Queue(URL, REGION).send({"a": "b"})
    [(path, headers, body)] = sqs.asked
    assert (path, headers["x-amz-target"]) == ("/", "AmazonSQS.SendMessage")
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert body == {"QueueUrl": URL, "MessageBody": '{"a":"b"}'}


def test_a_message_comes_again_when_it_should(aws: None) -> None:  # noqa: ARG001  # the queue stands in moto
    """After its own pause, not after the queue's."""
    queue = Queue(WEBHOOK_QUEUE_URL, REGION)
    for name in ("soon", "late"):
        queue.send({"eventId": name})
    hidden = client("sqs").receive_message(QueueUrl=WEBHOOK_QUEUE_URL, MaxNumberOfMessages=10)["Messages"]
    handles = {json.loads(each["Body"])["eventId"]: each["ReceiptHandle"] for each in hidden}
    queue.postpone(handles["late"], 600)
    queue.postpone(handles["soon"], 0)
    [message] = client("sqs").receive_message(QueueUrl=WEBHOOK_QUEUE_URL, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"]) == {"eventId": "soon"}


def test_a_pause_is_that_of_one_message(sqs: Sqs) -> None:
    """Of one queue."""
    Queue(URL, REGION).postpone("receipt", 512)
    [(_, headers, body)] = sqs.asked
    assert headers["x-amz-target"] == "AmazonSQS.ChangeMessageVisibility"
    assert body == {"QueueUrl": URL, "ReceiptHandle": "receipt", "VisibilityTimeout": 512}


def test_a_refused_pause_says_why(sqs: Sqs) -> None:
    """By AWS's word, for the log."""
    sqs.status = 400
    with pytest.raises(UnavailableError) as refused:
        Queue(URL, REGION).postpone("receipt", 2)
    assert refused.value.cause == "QueueDoesNotExist"


def test_a_pause_is_not_asked_for_at_the_end(sqs: Sqs) -> None:
    """Lambda would end the function in the midst of it, and have the whole batch tried again."""
    invocation.begin(Invocation(remaining_ms=2400))
    with pytest.raises(UnavailableError) as late:
        Queue(URL, REGION).postpone("receipt", 2)
    assert (late.value.cause, sqs.asked) == ("OutOfTime", [])


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_a_refusal_is_unavailable_and_not_repeated(sqs: Sqs, status: int) -> None:
    """Whoever sends decides what then."""
    sqs.status = status
    with pytest.raises(UnavailableError):
        Queue(URL, REGION).send({"a": "b"})
    assert len(sqs.asked) == 1


def test_nobody_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once."""
    use(monkeypatch, refused())
    with pytest.raises(UnavailableError):
        Queue(URL, REGION).send({"a": "b"})


@pytest.mark.slow
def test_silence_is_waited_for_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds in all."""
    with hostile(silent) as origin:
        use(monkeypatch, origin)
        started = time.monotonic()
        with pytest.raises(UnavailableError):
            Queue(URL, REGION).send({"a": "b"})
        assert time.monotonic() - started < 15
