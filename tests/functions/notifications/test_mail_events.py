"""What providers tell later of mail: addresses that get no more, and what the delivery log shows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bedside.notifications.record import Attempt, planned
from bedside.ports.notices import Notice
from tests.functions.clinic import Clinic, event_of, refusal
from tests.functions.notifications.owner import ADDRESS, MINUTE, Owner


@pytest.fixture
def owner(clinic: Clinic) -> Owner:
    return Owner(clinic)


def mail_event(change: Callable[[Any], Any]) -> Any:
    event = event_of("mail_events")
    change(event["detail"])
    return event


def bounced(address: str, kind: str = "Permanent") -> Any:
    def change(detail: Any) -> None:
        detail["bounce"]["bounceType"] = kind
        detail["bounce"]["bouncedRecipients"] = [{"emailAddress": address}]

    return mail_event(change)


def complained(address: str) -> Any:
    def change(detail: Any) -> None:
        del detail["bounce"]
        detail["eventType"] = "Complaint"
        detail["complaint"] = {"complainedRecipients": [{"emailAddress": address}]}

    return mail_event(change)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (bounced(ADDRESS.lower()), "bounce"),
        (bounced(f"Ana Ngata <{ADDRESS}>"), "bounce"),
        (complained(ADDRESS), "complaint"),
        (bounced(ADDRESS, "Transient"), None),
        (bounced("somebody@else.example"), None),
        (bounced("nonsense"), None),
        (mail_event(lambda detail: detail.update(bounce=None)), None),
        (mail_event(lambda detail: detail.update(eventType="Delivery")), None),
        (mail_event(lambda detail: detail["bounce"].update(bouncedRecipients=[7, {}])), None),
    ],
)
def test_an_address_gets_no_more_mail_after_a_bounce(owner: Owner, event: Any, reason: str | None) -> None:
    """Or a complaint, of which the settings tell; until its owner shows that it works."""
    owner.confirm()
    for _ in range(2):
        owner.clinic.invoke("mail_events", event)
    assert owner.done("mail_address")["suppressed"] == reason
    assert owner.carrier("mail").addresses(owner.person) == ([] if reason else [ADDRESS])
    if reason:
        owner.later(MINUTE)
        owner.done("request_mail_address", {"address": ADDRESS}, status=202)
        assert owner.done("mail_address")["pending"]["suppressed"] == reason
        owner.later(MINUTE)
        assert owner.confirm()["suppressed"] is None


def test_strangers_to_whom_our_mail_was_spam_get_no_codes(owner: Owner) -> None:
    """Whoever gave their address by mistake, or to annoy them, cannot do it again."""
    owner.clinic.invoke("mail_events", complained(ADDRESS))
    answer = owner.call("request_mail_address", {"address": ADDRESS})
    refusal(answer, 422, "invalid-request")
    assert not owner.outbox
    owner.clinic.invoke("mail_events", bounced("full@clinic.example"))
    owner.done("request_mail_address", {"address": "full@clinic.example"}, status=202)


def test_the_delivery_log_tells_of_a_bounce(owner: Owner) -> None:
    """The message's tag names its record, and so does Novu's transaction."""
    records, now = owner.clinic.wiring.notifications.records, owner.clinic.wiring.now_ms()
    record = planned(Notice("visit-day", owner.user_id, "visit", "v1", "1", now), now)
    attempts = {"mail": Attempt("sent", now), "sms": Attempt("unknown", now)}
    assert records.create(replace(record, attempts=attempts))  # type: ignore[arg-type]  # a dictionary of channels

    def states() -> list[str]:
        found = records.find(record.record_id)
        assert found
        return [found.attempts["mail"].state, found.attempts["sms"].state]

    event = mail_event(lambda detail: detail["mail"]["tags"].update(message=[record.record_id, 7]))
    owner.clinic.invoke("mail_events", event)
    assert states() == ["gone", "unknown"]
    events = owner.channels.carrier_events
    for kind, transaction, expected in (
        ("message.sent", f"sms.{record.record_id}", "sent"),
        ("message.failed", f"sms.{record.record_id}", "refused"),
        ("message.seen", f"sms.{record.record_id}", None),
        ("message.sent", f"fax.{record.record_id}", None),
        ("message.sent", f"mail.{'0' * 32}", None),
        ("message.sent", None, None),
    ):
        data = {"object": {"transactionId": transaction}}
        assert events.handle(kind, data, now, now) == (expected is not None)
        assert expected is None or states()[1] == expected
    assert not events.handle("message.sent", {}, now, now)
