"""Schedules fire: once, twice, late, or while somebody joins, with one outcome."""

import json

import pytest

from bedside.visits.timeline import TimeLimits
from tests.functions.clinic import event_of
from tests.functions.surgery import MINUTE, START, Surgery


def test_the_example_event_is_for_nothing(surgery: Surgery) -> None:
    """Its visit is nobody's; nor is anything done for a kind that there is not."""
    before = surgery.kept()
    surgery.clinic.invoke("timeout", event_of("timeout"))
    surgery.clinic.invoke("timeout", {"kind": "else", "id": surgery.visit_id})
    assert surgery.kept() == before


def test_nobody_shows_up(surgery: Surgery) -> None:
    """Ten minutes after the agreed time the visit is over, and the room with it."""
    surgery.join(surgery.patient)
    surgery.at(10 * MINUTE)
    surgery.fire()
    assert surgery.kept().state == "noShow"
    assert len(surgery.clinic.wiring.visits.rooms.ended) == 1
    assert not surgery.kept().cleanup_pending


def test_a_schedule_that_fires_twice_late_or_early_changes_nothing_more(surgery: Surgery) -> None:
    """It is only a reason to look."""
    [(_, (_, payload))] = surgery.clinic.wiring.visits.scheduler.waiting.items()
    surgery.at(10 * MINUTE - 1)
    surgery.clinic.invoke("timeout", dict(payload))
    assert surgery.kept().state == "scheduled"
    for offset in (10, 10, 500):
        surgery.at(offset * MINUTE)
        surgery.clinic.invoke("timeout", dict(payload))
        kept = surgery.kept()
        assert (kept.state, len(kept.history), kept.history[0].at) == ("noShow", 1, START + 10 * MINUTE)


def test_the_warning_comes_once_it_is_time(surgery: Surgery) -> None:
    """To whoever listens; and to nobody, if the visit was over before."""
    opened = surgery.clinic.call("visits_watch", {}, token=surgery.patient).json
    event = event_of("live")
    event["queryStringParameters"] = {"ticket": opened["ticket"]}
    event["requestContext"]["connectionId"] = "here-1"
    assert surgery.clinic.invoke("live", event) == {"statusCode": 200}
    surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    surgery.at(40 * MINUTE)
    surgery.fire()
    told = [json.loads(text) for text in surgery.clinic.connections.heard["here-1"]]
    assert [message["type"] for message in told] == ["visit-changed", "visit-changed", "visit-warning"]
    surgery.at(45 * MINUTE)
    surgery.fire()
    assert surgery.kept().state == "timedOut"
    surgery.clinic.invoke("timeout", {"kind": "visitWarning", "id": surgery.visit_id})
    told = [json.loads(text)["type"] for text in surgery.clinic.connections.heard["here-1"]]
    assert told == ["visit-changed", "visit-changed", "visit-warning", "visit-changed"]


def test_the_limit_is_configured(surgery: Surgery) -> None:
    """As are all other times."""
    rules = surgery.clinic.wiring.visits.time_limits
    assert rules == TimeLimits()
    assert [rules.no_show_ms, rules.grace_ms, rules.warning_ms, rules.limit_ms] == [
        minutes * MINUTE for minutes in (10, 2, 40, 45)
    ]


@pytest.mark.parametrize("lost", ["timers", "rooms"])
def test_the_sweeper_finds_what_a_schedule_or_a_dead_call_left(surgery: Surgery, lost: str) -> None:
    """A visit whose timer never fired; a visit whose room was not ended when it was over."""
    wiring = surgery.clinic.wiring
    surgery.join(surgery.patient)
    if lost == "timers":
        wiring.visits.scheduler.waiting.clear()
    else:
        wiring.visits.rooms.away = True
    surgery.at(10 * MINUTE)
    surgery.fire()
    assert not wiring.visits.rooms.ended
    wiring.visits.rooms.away = False
    surgery.at(14 * MINUTE)
    assert surgery.sweep()["visits"] == 1
    assert surgery.kept().state == "noShow"
    assert len(wiring.visits.rooms.ended) == 1
    assert surgery.sweep()["visits"] == 0


def test_a_visit_goes_on_while_nothing_can_be_scheduled(surgery: Surgery) -> None:
    """Nobody waits for it, and the sweeper looks."""
    wiring = surgery.clinic.wiring
    wiring.visits.scheduler.away = True
    surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    assert surgery.look()["state"] == "inProgress"
    surgery.at(46 * MINUTE)
    surgery.sweep()
    assert surgery.kept().state == "timedOut"


def test_a_join_at_the_very_end_finds_one_outcome(surgery: Surgery) -> None:
    """Whoever comes first: the time is up by the clock, not by the schedule."""
    surgery.at(10 * MINUTE + 1)
    answer = surgery.ask("join", surgery.patient, {})
    assert (answer.status, answer.json["state"]) == (409, "noShow")
    assert surgery.look()["state"] == "noShow"
    surgery.fire()
    assert [step.target for step in surgery.kept().history] == ["noShow"]
