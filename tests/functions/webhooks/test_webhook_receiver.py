"""Webhooks come: whose they are, what is kept of them, and what is answered."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from bedside.adapters.aws.secrets import Secrets, read_secrets
from tests.fakes.aws_calls import listen
from tests.functions import hooks
from tests.functions.clinic import HMS_SECRETS, LAB_SECRETS, STRIPE_SECRETS, Clinic, event_of, refusal
from tests.functions.hooks import NOW, Webhook, deliver, queued, stored

MINUTE = 60_000
SENDERS: dict[str, Callable[..., Webhook]] = {"hms": hooks.hms, "stripe": hooks.stripe, "lab": hooks.lab}
OTHERS = {"hms": "a secret that nobody has", "stripe": "whsec_of somebody else", "lab": "whsec_" + "b" * 32}
every_sender = pytest.mark.parametrize("name", SENDERS)


@pytest.fixture(autouse=True)
def still(clinic: Clinic) -> None:
    """The clock stands at the examples' time."""
    clinic.wiring.stopped_ms = NOW


def nothing_kept() -> None:
    assert (stored(), queued()) == ({}, [])


@pytest.mark.parametrize(
    ("example", "key", "kind", "at"),
    [
        ("webhook_receiver", "hms#2f3f2f8e-8a3a-4f55-9c1f-5f1f1c7e2b10", "peer.join.success", NOW - 1000 + 406),
        ("webhook_receiver_stripe", "stripe#evt_1SVnHk2eZvKYlo2C0a1b2c3d", "checkout.session.completed", NOW - 2000),
    ],
)
def test_the_example_events_are_kept_and_queued(clinic: Clinic, example: str, key: str, kind: str, at: int) -> None:
    """As they were sent, with when they happened and came, and until when they are kept."""
    event = event_of(example)
    result = clinic.invoke("webhook_receiver", event)
    assert (result["statusCode"], json.loads(result["body"])) == (200, {"received": True})
    [(found, item)] = stored().items()
    assert found == key
    assert (item["payload"], item["kind"], item["at"], item["receivedAt"]) == (event["body"], kind, at, NOW)
    assert item["ttl"] == NOW // 1000 + 35 * 86_400
    assert (item["waits"].partition("#")[0], item["dueAt"]) == ("event", NOW + MINUTE)
    source, _, event_id = key.partition("#")
    assert queued() == [{"source": source, "eventId": event_id}]


@every_sender
@pytest.mark.parametrize("base64_encoded", [False, True])
@pytest.mark.parametrize("number", [0, 1])
def test_any_of_the_secrets_will_do(clinic: Clinic, name: str, number: int, base64_encoded: bool) -> None:  # noqa: FBT001  # parametrised
    """Over the body as it was sent, however API Gateway hands it on."""
    secret = {"hms": HMS_SECRETS, "stripe": STRIPE_SECRETS, "lab": LAB_SECRETS}[name][number]
    webhook = SENDERS[name]("e1", secret=secret, more="naïve 💉")
    assert deliver(clinic, webhook, base64_encoded=base64_encoded).status == 200
    assert [item["payload"] for item in stored().values()] == [webhook.body]


def test_an_event_of_the_standard_may_say_little(clinic: Clinic) -> None:
    """Neither type nor data: the id and the time are in its headers."""
    assert deliver(clinic, hooks.lab("msg_2", type="", data=7)).status == 200
    [item] = stored().values()
    assert (item["pk"], item["kind"], item["at"]) == ("lab#msg_2", "", NOW)


@pytest.mark.parametrize("source", ["nobody", "HMS", "hms ", "x" * 300, "lab#msg"])
def test_an_unknown_source(clinic: Clinic, source: str) -> None:
    """404 before anything is looked at."""
    answer = deliver(clinic, Webhook(source, "{" * 300_000))
    assert answer.status == 404
    if source == "nobody":
        refusal(answer, 404, "unknown-source")
    nothing_kept()


@every_sender
def test_an_oversized_body(clinic: Clinic, name: str) -> None:
    """413, whoever it is of; 256 KB are taken."""
    for base64_encoded in (False, True):
        too_large = SENDERS[name]("e1", fill="x" * 262_144)
        refusal(deliver(clinic, too_large, base64_encoded=base64_encoded), 413, "body-too-large")
    nothing_kept()
    spare = 262_144 - len(SENDERS[name]("e1", fill="").body)
    assert deliver(clinic, SENDERS[name]("e1", fill="x" * spare)).status == 200


@every_sender
def test_a_forged_webhook(clinic: Clinic, name: str) -> None:
    """401 with another secret, without any, tampered with, or as another source's."""
    webhook = SENDERS[name]("e1")
    without = Webhook(name, webhook.body)
    others = [each("e1") for sender, each in SENDERS.items() if sender != name]
    foreign = [Webhook(name, each.body, each.headers) for each in others]
    forged = [SENDERS[name]("e1", secret=OTHERS[name]), without, *foreign]
    if name != "hms":  # which signs nothing
        forged.append(Webhook(name, webhook.body + " ", webhook.headers))
    for each in forged:
        refusal(deliver(clinic, each), 401, "bad-signature")
    nothing_kept()


@pytest.mark.parametrize("name", ["stripe", "lab"])
@pytest.mark.parametrize("off", [-1, 1])
def test_a_stale_webhook(clinic: Clinic, name: str, off: int) -> None:
    """401 more than five minutes off, in either direction."""
    refusal(deliver(clinic, SENDERS[name]("e1", at=NOW // 1000 + off * 301)), 401, "bad-signature")
    nothing_kept()
    assert deliver(clinic, SENDERS[name]("e1", at=NOW // 1000 + off * 300)).status == 200


def test_a_source_that_makes_no_sense_refuses_everything(clinic: Clinic) -> None:
    """It has no secret: 401 for whatever comes."""
    for webhook in (Webhook("odd", "{}"), Webhook("odd", hooks.hms().body, {"x-bedside-secret": ""})):
        refusal(deliver(clinic, webhook), 401, "bad-signature")
    nothing_kept()


DEEP = 30_000
BODIES = {
    "empty": "",
    "no JSON": "id=1",
    "cut": '{"id": "e1", "type": "x"',
    "null": "null",
    "array": '[{"id": "e1", "type": "x"}]',
    "text": '"e1"',
    "number": "7",
    "no id": '{"type": "x"}',
    "no type": '{"id": "e1"}',
    "empty id": '{"id": "", "type": "x"}',
    "id is a number": '{"id": 7, "type": "x"}',
    "id is an object": '{"id": {}, "type": "x"}',
    "long id": json.dumps({"id": "e" * 129, "type": "x"}),
    "odd id": '{"id": "e 1", "type": "x"}',
    "id with a line": '{"id": "e1\\n", "type": "x"}',
    "id with NUL": '{"id": "e\\u0000", "type": "x"}',
    "id of half a letter": '{"id": "\\ud800", "type": "x"}',
    "id of other digits": '{"id": "\\u0661", "type": "x"}',
    "id with a hash": '{"id": "a#b", "type": "x"}',
    "type is a number": '{"id": "e1", "type": 7}',
    "long type": json.dumps({"id": "e1", "type": "x" * 129}),
    "deep": '{"id": "e1", "type": "x", "data": ' + "[" * DEEP + "]" * DEEP + "}",
    "deep and open": "[" * 65_000,
    "huge integer": '{"id": "e1", "type": "x", "data": ' + "9" * 5000 + "}",
    "NaN": '{"id": "e1", "type": "x", "data": NaN}',
    "byte order mark": '\ufeff{"id": "e1", "type": "x"}',
    "half a letter": '{"id": "e1", "type": "\\ud800"}',
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_of_another_shape(clinic: Clinic, kind: str) -> None:
    """Kept, queued and processed once it is known whose it is, 401 before: a sender never gets another answer."""
    webhook = Webhook("hms", BODIES[kind], hooks.hms().headers)
    refusal(deliver(clinic, Webhook("hms", BODIES[kind])), 401, "bad-signature")
    nothing_kept()
    for _ in range(2):
        assert deliver(clinic, webhook).status == 200
    [item] = stored().values()
    assert re.fullmatch(r"hms#[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}", item["pk"])
    assert item["payload"] == BODIES[kind]
    assert hooks.process(clinic, *queued()) == []
    assert [item["outcome"] for item in stored().values()] == ["kept"]


@every_sender
@pytest.mark.parametrize("event_id", ["msg_a:b", "a/b", "a#b", "a b", "ä", "_1", "e" * 1000])
def test_an_id_of_another_shape(clinic: Clinic, name: str, event_id: str) -> None:
    """It is told from others, and repeated as the same event; neither a key nor a log holds anything odd."""
    for each in (event_id, event_id, event_id + "2"):
        assert deliver(clinic, SENDERS[name](each)).status == 200
    assert len(stored()) == 2
    assert hooks.process(clinic, *queued()) == []
    assert {item["outcome"] for item in stored().values()} == {"kept"}


def test_a_byte_order_mark_hides_nothing(clinic: Clinic) -> None:
    """The event has its own id and type, and its listener hears of it."""
    webhook = Webhook("hms", "\ufeff" + hooks.hms("e1").body, hooks.hms().headers)
    assert deliver(clinic, webhook).status == 200
    assert stored()["hms#e1"]["kind"] == "peer.join.success"


@every_sender
def test_a_type_of_another_shape(clinic: Clinic, name: str) -> None:
    """It is kept as it is; what is no text for people is none."""
    for number, (kind, kept) in enumerate(
        {"orders/create": "orders/create", "a b": "a b", "a\n": "", "\ud800": "?"}.items()
    ):
        assert deliver(clinic, SENDERS[name](f"e{number}", type=kind)).status == 200
        assert stored()[f"{name}#e{number}"]["kind"] == kept


def test_a_body_that_is_no_text(clinic: Clinic) -> None:
    """It is kept so that it can be read again, and processed as nothing of ours."""
    event = hooks.http_event(hooks.hms()) | {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True}
    assert clinic.invoke("webhook_receiver", event)["statusCode"] == 200
    [item] = stored().values()
    assert item["payload"] == "data:;base64,//4="
    assert hooks.process(clinic, *queued()) == []


@pytest.mark.parametrize("raw", ["%%%", "ä", "YWJ", "\ud800"])
def test_a_body_that_is_no_base64(clinic: Clinic, raw: str) -> None:
    """400: there is nothing that could be authentic."""
    event = hooks.http_event(hooks.hms()) | {"body": raw, "isBase64Encoded": True}
    assert clinic.invoke("webhook_receiver", event)["statusCode"] == 400
    nothing_kept()


@pytest.mark.parametrize("event_id", ["", " "])
def test_no_id_in_the_header(clinic: Clinic, event_id: str) -> None:
    """The standard signs it, so it cannot be missing."""
    refusal(deliver(clinic, hooks.lab(event_id)), 401, "bad-signature")
    nothing_kept()


@pytest.mark.parametrize("stamp", [None, 7, "", "yesterday", "9999-99-99", "0001-01-01T00:00:00+23:59", "x" * 9000])
def test_an_unknown_time_is_when_it_came(clinic: Clinic, stamp: object) -> None:
    """An event is not lost because of the shape of its time."""
    assert deliver(clinic, hooks.hms("e1", timestamp=stamp)).status == 200
    assert stored()["hms#e1"]["at"] in {NOW, -62_135_683_140_000}
    for number, created in enumerate((str(stamp), -1, 0, 10**30, True, 1.5)):
        assert deliver(clinic, hooks.stripe(f"e{number}", created=created)).status == 200
        assert stored()[f"stripe#e{number}"]["at"] == NOW


@every_sender
def test_a_duplicate(clinic: Clinic, name: str) -> None:
    """200, kept once, and queued again until it is processed."""
    webhook = SENDERS[name]("e1")
    for _ in range(2):
        assert deliver(clinic, webhook).json == {"received": True}
    before = stored()
    assert list(before) == [f"{name}#e1"]
    waiting = queued()
    assert waiting == [{"source": name, "eventId": "e1"}] * 2
    assert hooks.process(clinic, *waiting) == []
    processed = stored()
    assert deliver(clinic, SENDERS[name]("e1", other="words")).status == 200
    assert (stored(), queued()) == (processed, [])


def test_sources_do_not_meet(clinic: Clinic) -> None:
    """The same id of two sources is two events."""
    for sender in SENDERS.values():
        assert deliver(clinic, sender("e1")).status == 200
    assert sorted(stored()) == ["hms#e1", "lab#e1", "stripe#e1"]


@every_sender
def test_one_request_each(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A delivery asks DynamoDB once and SQS at most once, a duplicate too, and a refused one neither."""
    calls = listen(monkeypatch)
    deliver(clinic, SENDERS[name]("e1"))
    assert Counter(calls.made) == {"PutItem": 1, "SendMessage": 1}
    calls.mend()
    deliver(clinic, SENDERS[name]("e1"))
    assert Counter(calls.made) == {"PutItem": 1, "SendMessage": 1}
    hooks.process(clinic, *queued())
    calls.mend()
    deliver(clinic, SENDERS[name]("e1"))
    assert Counter(calls.made) == {"PutItem": 1}
    calls.mend()
    deliver(clinic, SENDERS[name]("e2", secret=OTHERS[name]))
    deliver(clinic, Webhook("nobody", "{}"))
    assert calls.made == []


@pytest.mark.parametrize("failure", ["ThrottlingException", "InternalServerError", "no answer"])
def test_without_the_record_nothing_is_received(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, failure: str) -> None:
    """503, so that the sender tries again; nothing is queued that was not kept."""
    calls = listen(monkeypatch)
    if failure == "no answer":
        calls.time_out("PutItem")
    else:
        calls.fail("PutItem", failure)
    refusal(deliver(clinic, hooks.hms("e1")), 503, "unavailable")
    assert "SendMessage" not in calls.made
    calls.mend()
    nothing_kept()
    assert deliver(clinic, hooks.hms("e1")).status == 200


@pytest.mark.parametrize("failure", ["ThrottlingException", "InternalServerError", "no answer"])
def test_without_the_queue_it_waits_for_the_sweeper(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    """200, since it is kept; the sweeper queues it a minute later."""
    calls = listen(monkeypatch)
    if failure == "no answer":
        calls.time_out("SendMessage")
    else:
        calls.fail("SendMessage", failure)
    assert deliver(clinic, hooks.hms("e1")).status == 200
    assert Counter(calls.made) == {"PutItem": 1, "SendMessage": 1}
    calls.mend()
    assert queued() == []
    assert clinic.wiring.webhooks.overdue_events.requeue_due(NOW + MINUTE - 1, 10) == 0
    assert clinic.wiring.webhooks.overdue_events.requeue_due(NOW + MINUTE, 10) == 1
    assert queued() == [{"source": "hms", "eventId": "e1"}]


def test_secrets_are_rotated_while_functions_run(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused makes the configuration be read anew, at most once a minute."""
    reads = []
    newest = {"hms": {"kind": "headers", "headers": {"x-bedside-secret": ["a secret of next week"]}}}

    def read(path: str, names: Sequence[str], region: str) -> Secrets:
        reads.append(path)
        assert read_secrets(path, names, region).webhook_sources
        return Secrets({"webhook-sources": json.dumps(newest)})

    monkeypatch.setattr("bedside.platform.wiring.read_secrets", read)
    assert deliver(clinic, hooks.hms("e1")).status == 200
    assert deliver(clinic, hooks.hms("e2", secret="a secret of next week")).status == 200
    refusal(deliver(clinic, hooks.hms("e3")), 401, "bad-signature")
    refusal(deliver(clinic, hooks.stripe("e3")), 404, "unknown-source")
    assert len(reads) == 1
    clinic.wiring.ahead_ms = 60_000
    newest["stripe"] = {"kind": "stripe", "secrets": STRIPE_SECRETS}
    assert deliver(clinic, hooks.stripe("e3")).status == 200
    assert len(reads) == 2
