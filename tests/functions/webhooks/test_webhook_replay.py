"""Once more, by hand: what 100ms gave up on, and events that are kept."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from tests.fakes.aws_calls import listen
from tests.functions import hooks
from tests.functions.clinic import Clinic, event_of
from tests.functions.hooks import NOW, deliver, process, queued, stored

DAY = 86_400_000


@dataclass
class Provider:
    """A 100ms that keeps what it was asked to replay."""

    asked: list[tuple[int, int]] = field(default_factory=list)
    away: bool = False

    def replay(self, since_ms: int, until_ms: int) -> None:
        if self.away:
            raise UnavailableError("The video provider did not answer.")
        self.asked.append((since_ms, until_ms))


@pytest.fixture
def provider(clinic: Clinic) -> Provider:
    clinic.wiring.stopped_ms = NOW
    provider = Provider()
    clinic.wiring.visits.__dict__["rooms"] = provider
    return provider


def replay(clinic: Clinic, **event: Any) -> Any:
    return clinic.invoke("webhook_replay", event)


def test_the_example_event_asks_100ms(clinic: Clinic, provider: Provider) -> None:
    """For the stretch of time, in UTC."""
    answer = clinic.invoke("webhook_replay", event_of("webhook_replay"))
    assert answer == {"since": "2026-11-20T10:00:00.000Z", "until": "2026-11-20T12:00:00.000Z"}
    assert provider.asked == [(1_795_168_800_000, 1_795_176_000_000)]


def test_without_an_end_it_is_now(clinic: Clinic, provider: Provider) -> None:
    """And a zone may be told."""
    replay(clinic, since="2026-11-21T02:31:52+01:00")
    assert provider.asked == [(NOW - 3_600_000, NOW)]


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("", "", "looks like"),
        ("yesterday", "", "looks like"),
        ("2026-11-20", "soon", "looks like"),
        ("0001-01-01T00:00+23:59", "", "30 days"),
        ("2026-10-22T02:31:51", "2026-10-23", "30 days"),
        ("2026-11-01", "2026-11-15T00:01", "14 days"),
        ("2026-11-22", "", "after"),
        ("2026-11-22", "2026-11-23", "past"),
        ("2026-11-20T12:00", "2026-11-20T12:00", "after"),
    ],
)
def test_a_stretch_that_is_none_is_refused(
    clinic: Clinic, provider: Provider, since: str, until: str, told: str
) -> None:
    """In words, and nobody is asked."""
    assert told in replay(clinic, since=since, until=until)["refused"]
    assert provider.asked == []


def test_a_source_that_cannot_send_again_is_refused(clinic: Clinic, provider: Provider) -> None:
    """With those that can."""
    assert "hms" in replay(clinic, source="stripe", since="2026-11-20")["refused"]
    assert provider.asked == []
    assert "refused" not in replay(clinic, source="hms", since="2026-11-20")


def test_the_longest_and_oldest_stretch(clinic: Clinic, provider: Provider) -> None:
    """Thirty days back, fourteen days long."""
    assert "refused" not in replay(clinic, since="2026-10-22T02:31:52", until="2026-11-05T02:31:52")
    assert provider.asked == [(NOW - 30 * DAY, NOW - 16 * DAY)]


def test_a_provider_that_is_away_is_told_of(clinic: Clinic, provider: Provider) -> None:
    """So that it is tried again."""
    provider.away = True
    assert replay(clinic, since="2026-11-20")["refused"] == "The video provider did not answer."


def test_what_was_lost_comes_and_what_was_not_is_not_applied_again(clinic: Clinic, provider: Provider) -> None:
    """The replayed webhooks are those of before, with the same ids."""
    missed, had = hooks.hms("missed"), hooks.hms("had")
    deliver(clinic, had)
    process(clinic, *queued())
    before = stored()["hms#had"]
    replay(clinic, since="2026-11-20")
    assert provider.asked
    for webhook in (had, missed):
        assert deliver(clinic, webhook).status == 200
    assert queued() == [{"source": "hms", "eventId": "missed"}]
    assert stored()["hms#had"] == before


def test_a_kept_event_is_processed_once_more(clinic: Clinic, provider: Provider) -> None:
    """It waits again, is queued, and gets an outcome again."""
    deliver(clinic, hooks.hms("e1"))
    process(clinic, *queued())
    clinic.wiring.ahead_ms = DAY
    assert replay(clinic, event="hms/e1") == {"queued": "hms/e1"}
    item = stored()["hms#e1"]
    assert (item["waits"].partition("#")[0], item["dueAt"]) == ("event", NOW + DAY + 60_000)
    assert {"outcome", "processedAt"}.isdisjoint(item)
    assert process(clinic, *queued()) == []
    assert stored()["hms#e1"]["processedAt"] == NOW + DAY
    assert provider.asked == []


def test_without_the_queue_it_waits_for_the_sweeper(
    clinic: Clinic, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found a minute later."""
    deliver(clinic, hooks.hms("e1"))
    process(clinic, *queued())
    calls = listen(monkeypatch)
    calls.fail("SendMessage", "ThrottlingException")
    assert replay(clinic, event="hms/e1") == {"queued": "hms/e1"}
    assert provider.asked == []
    calls.mend()
    assert list(stored()) == ["hms#e1"]


@pytest.mark.parametrize(("event", "told"), [("hms/e9", "no such event"), ("hms", "looks like"), ("/e1", "looks like")])
def test_an_event_that_is_not_kept_is_refused(clinic: Clinic, provider: Provider, event: str, told: str) -> None:
    """In words; nothing is made or queued."""
    assert told in replay(clinic, event=event)["refused"]
    assert (stored(), queued(), provider.asked) == ({}, [], [])
