"""Events that nobody works on are queued again, less and less often, for as long as they wait."""

from collections.abc import Mapping

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.errors import UnavailableError
from bedside.webhooks.repository import StoredEvent, WebhookEventRepository
from bedside.webhooks.requeue import OverdueEvents
from tests.conftest import WEBHOOKS, client

NOW, MINUTE, HOUR = 1_795_228_312_000, 60_000, 3_600_000


class Sent:
    """A queue that keeps what it was sent; `away` fails."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.away = False

    def send(self, message: Mapping[str, str]) -> None:
        if self.away:
            raise UnavailableError("The message could not be queued.")
        self.ids.append(message["eventId"])


@pytest.fixture
def events(aws: None) -> WebhookEventRepository:  # noqa: ARG001  # the table is in memory
    return WebhookEventRepository(Table(WEBHOOKS), retention_days=35)


@pytest.fixture
def sent() -> Sent:
    return Sent()


def event(name: str, at: int = NOW) -> StoredEvent:
    return StoredEvent("hms", name, "peer.join.success", "{}", at, at)


def test_what_waits_is_queued_and_what_does_not_is_not(events: WebhookEventRepository, sent: Sent) -> None:
    """Once it is due, those due first first, up to a limit."""
    for number in range(4):
        assert events.add(event(f"e{number}", NOW + number)) == "new"
    assert events.close("hms", "e1", "kept", NOW)
    sweeping = OverdueEvents(events, sent)
    assert sweeping.requeue_due(NOW + MINUTE - 1, 10) == 0
    assert sweeping.requeue_due(NOW + MINUTE + 10, 2) == 2
    assert sweeping.requeue_due(NOW + MINUTE + 10, 2) == 1
    assert sweeping.requeue_due(NOW + MINUTE + 10, 2) == 0
    assert sent.ids == ["e0", "e2", "e3"]


def test_each_wait_is_twice_as_long_up_to_six_hours(events: WebhookEventRepository, sent: Sent) -> None:
    """An event that cannot be processed does not fill the dead letters, and is never given up."""
    events.add(event("e"))
    sweeping = OverdueEvents(events, sent)
    expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 872, 1232, 1592, 1952, 2312]
    # Each minute about these, and some between them.
    tried = sorted({*range(0, 40 * 60, 5), *(each + off for each in expected for off in range(-3, 4))})
    assert [minute for minute in tried if sweeping.requeue_due(NOW + minute * MINUTE, 10)] == expected


def test_one_whose_message_is_lost_is_due_again(events: WebhookEventRepository, sent: Sent) -> None:
    """The queue was away: it says so, and the event comes later."""
    events.add(event("e"))
    sent.away = True
    with pytest.raises(UnavailableError):
        OverdueEvents(events, sent).requeue_due(NOW + MINUTE, 10)
    sent.away = False
    assert OverdueEvents(events, sent).requeue_due(NOW + 2 * MINUTE, 10) == 1


def test_an_index_that_trails_does_no_harm(
    events: WebhookEventRepository, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was processed, postponed or deleted meanwhile is passed over."""
    for name in ("processed", "postponed", "deleted", "waiting"):
        events.add(event(name))
    seen = events.due(NOW + MINUTE, 10)
    events.close("hms", "processed", "applied", NOW)
    postponed = events.find("hms", "postponed")
    assert postponed
    assert events.postpone(postponed, NOW + HOUR)
    assert not events.postpone(postponed, NOW)
    client("dynamodb").delete_item(TableName=WEBHOOKS, Key={"pk": {"S": "hms#deleted"}})
    monkeypatch.setattr(WebhookEventRepository, "due", lambda *_: seen)
    assert OverdueEvents(events, sent).requeue_due(NOW + MINUTE, 10) == 1
    assert sent.ids == ["waiting"]


def test_an_event_is_closed_once(events: WebhookEventRepository) -> None:
    """The first outcome stands, until it is opened again; nothing is made of one that is gone."""
    events.add(event("e"))
    assert events.close("hms", "e", "applied", NOW)
    assert not events.close("hms", "e", "kept", NOW + 1)
    assert not events.close("hms", "none", "kept", NOW)
    assert not events.reopen("hms", "none", NOW)
    assert events.find("hms", "none") is None
    found = events.find("hms", "e")
    assert found
    assert found.outcome == "applied"
    assert events.add(event("e")) == "processed"
    assert events.reopen("hms", "e", NOW)
    assert events.add(event("e")) == "waiting"
