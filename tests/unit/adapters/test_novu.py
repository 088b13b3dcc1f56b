"""Novu's REST API through the stand-in, and servers that behave worse."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bedside.adapters.aws.secret_values import NovuKeys
from bedside.adapters.novu import Novu, transaction_id, trigger
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.ports.channels import Channel, Delivery, DeliveryUnknownError, Message, PushSubscription
from bedside.webhooks.envelope import envelope
from bedside.webhooks.sources import parse, verify
from bedside.webhooks.verification import Delivery as Webhook
from local.novu.app import Novu as StandIn
from local.novu.app import Provider
from local.novu.faults import Faults
from local.webhooks import Receiver
from tests.fakes.hostile import Behaviour, dripping, hostile, ok, refused, saying, silent
from tests.fakes.invocation import Invocation
from tests.fakes.serving import Handler, serving
from tests.waiting import until
from tests.web.serving import Serving

KEY = "novu-secret-key-0123456789"
WEBHOOK_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
MAIL, PHONE = "ana@clinic.example", "+64215550111"
MESSAGE = Message(
    title="Bedside",
    text="You have an appointment tomorrow at 10:00.",
    link="https://x/visit",
    critical=False,
    message_id="n-1",
    unsubscribe="https://x/u?t=1",
    unsubscribe_label="Turn these off",
)


@dataclass
class Running:
    origin: str
    provider: Provider
    webhooks: list[Webhook]

    @property
    def channel(self) -> Channel:
        return Novu(f"{self.origin}/novu/api", NovuKeys(KEY))


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    webhooks: list[Webhook] = []

    class Webhooks(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            webhooks.append(Webhook({name.lower(): value for name, value in self.headers.items()}, self.body()))
            self.answer(200, b"{}")

    with serving(Webhooks) as receiver:
        provider = Provider(KEY, WEBHOOK_SECRET, Receiver(f"{receiver}/webhooks/novu", {}), retries_s=())
        server = Serving(StandIn(provider), provider.close)
        try:
            yield Running(server.origin, provider, webhooks)
        finally:
            server.stop()


@pytest.fixture
def novu(running: Running) -> Running:
    running.provider.faults = Faults()
    running.provider.triggered.clear()
    return running


def at(origin: str) -> Channel:
    return Novu(origin, NovuKeys(KEY))


@pytest.mark.parametrize(
    ("to", "workflow", "field"), [(MAIL, "bedside-mail", "email"), (PHONE, "bedside-sms", "phone")]
)
def test_a_workflow_is_triggered_once(novu: Running, to: str, workflow: str, field: str) -> None:
    """With the text, where to reach whom, and a transaction that a repetition cannot send twice."""
    message = replace(MESSAGE, message_id=f"once-{field}")
    transaction = transaction_id("mail" if field == "email" else "sms", message.message_id)
    for _ in range(2):
        assert novu.channel.send(to, message) == Delivery("sent", transaction)
    [triggered] = novu.provider.triggered
    assert (triggered["name"], triggered["to"][field]) == (workflow, to)
    assert triggered["payload"] == {
        "title": "Bedside",
        "text": "You have an appointment tomorrow at 10:00.",
        "link": "https://x/visit",
        "language": "en",
        "unsubscribe": "https://x/u?t=1",
        "unsubscribeLabel": "Turn these off",
    }


def test_a_subscriber_is_known_by_a_hash() -> None:
    """The same for the same address; and a critical message cannot be unsubscribed from."""
    one, other = trigger(MAIL, MESSAGE), trigger(PHONE, replace(MESSAGE, critical=True))
    assert one["to"]["subscriberId"] == trigger(MAIL, MESSAGE)["to"]["subscriberId"]
    assert one["to"]["subscriberId"] != other["to"]["subscriberId"]
    assert "ana" not in one["to"]["subscriberId"]
    assert "unsubscribe" not in other["payload"]


@pytest.mark.parametrize("failed", [False, True])
def test_its_webhooks_are_authentic(novu: Running, failed: bool) -> None:  # noqa: FBT001  # the two outcomes
    """They are of Standard Webhooks, and say what became of which transaction."""
    novu.provider.faults = Faults(fail=failed)
    name = f"webhook-{failed}"
    novu.channel.send(MAIL, replace(MESSAGE, message_id=name))

    def told() -> list[Webhook]:
        return [each for each in novu.webhooks if name.encode() in each.body]

    until(lambda: bool(told()), "no webhook")
    [webhook] = told()
    [source] = parse(json.dumps({"novu": {"kind": "standard", "secrets": [WEBHOOK_SECRET]}}), pytest.fail).values()
    stamp = int(webhook.headers["webhook-timestamp"]) * 1000
    verify(source, webhook, stamp)
    known = envelope("standard", webhook)
    assert known.kind == ("message.failed" if failed else "message.sent")
    assert known.event_id.startswith("msg_")
    about = json.loads(webhook.body)["data"]["object"]
    assert (about["transactionId"], about["channel"]) == (f"mail.{name}", "email")


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (Faults(status="invalid_recipients"), Delivery("refused")),
        (Faults(throttle=True, retry_after_s=3), Delivery("throttled", retry_after_ms=3000)),
        (Faults(throttle=True), Delivery("throttled")),
    ],
)
def test_what_novu_does_not_take_is_told(novu: Running, faults: Faults, expected: Delivery) -> None:
    """Recipients that are none, and more triggers than it takes."""
    novu.provider.faults = faults
    assert novu.channel.send(MAIL, replace(MESSAGE, message_id=str(faults))) == expected
    assert not novu.provider.triggered


@pytest.mark.parametrize("status", ["error", "trigger_not_active", "no_workflow_active_steps_defined"])
def test_a_workflow_that_is_not_ready_waits(novu: Running, status: str) -> None:
    """Nothing was sent; it is sent once somebody has mended the workflow."""
    novu.provider.faults = Faults(status=status)
    with pytest.raises(UnavailableError) as caught:
        novu.channel.send(MAIL, MESSAGE)
    assert not isinstance(caught.value, DeliveryUnknownError)
    assert caught.value.cause == status


def test_a_wrong_key_sends_nothing(novu: Running) -> None:
    """It waits for the right one, as do push messages for another carrier's."""
    with pytest.raises(UnavailableError, match="does not take"):
        Novu(f"{novu.origin}/novu/api", NovuKeys("another-key-of-novu")).send(MAIL, MESSAGE)
    assert novu.channel.send(PushSubscription("https://x", "", ""), MESSAGE) == Delivery("refused")
    assert not novu.provider.triggered


def test_an_unreachable_api_sends_nothing(novu: Running) -> None:
    """Nobody listens, or there is no time left."""
    with pytest.raises(UnavailableError) as caught:
        at(refused()).send(MAIL, MESSAGE)
    assert not isinstance(caught.value, DeliveryUnknownError)
    invocation.begin(Invocation(remaining_ms=10_000))
    try:
        with pytest.raises(UnavailableError, match="no time left"):
            novu.channel.send(MAIL, MESSAGE)
    finally:
        invocation.begin(Invocation(remaining_ms=900_000))


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        dripping,
        saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
        *(saying(ok(body)) for body in (b"", b"<html>", b"[]", b"{}", b'{"data": 1}', b"[" * 100_000)),
    ],
    ids=range(9),
)
def test_no_proper_answer_leaves_open_what_was_done(behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence, an error of theirs, or an answer that is none: the message may have been sent."""
    monkeypatch.setattr("bedside.adapters.novu._DEADLINE_S", 0.3)
    with hostile(behaviour) as origin, pytest.raises(DeliveryUnknownError):
        at(origin).send(MAIL, MESSAGE)


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_request_is_refused(status: int) -> None:
    """It would be refused again."""
    answer = b"HTTP/1.1 %d Bad\r\nContent-Length: 2\r\n\r\n{}" % status
    with hostile(saying(answer)) as origin:
        assert at(origin).send(MAIL, MESSAGE) == Delivery("refused")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "another", "to": {"subscriberId": "s"}},
        {"to": {"subscriberId": "s"}},
        {"name": "bedside-mail"},
        {"name": "bedside-mail", "to": [{"subscriberId": "s"}] * 101},
    ],
)
def test_the_stand_in_refuses_what_novu_refuses(novu: Running, body: dict[str, Any]) -> None:
    """A workflow that does not exist, a trigger without recipients or with too many."""
    with pytest.raises((ValueError, LookupError)):
        novu.provider.trigger(body)
