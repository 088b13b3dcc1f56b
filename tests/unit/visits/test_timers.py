"""What a visit waits for has a schedule, and nothing else has."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.visits.model import Visit
from bedside.visits.timers import Timer, Timers, timers
from tests.examples import examples
from tests.fakes.schedules import Schedules
from tests.unit.visits.life import BOOKED, LIVES, MINUTE, RULES, T, happen


def lives(name: str, until: int) -> list[Visit]:
    """Give a visit as it stands after each event of a life until a moment."""
    life, visit, found = LIVES[name], BOOKED, [BOOKED]
    for event in sorted((*life.calls, *life.rest), key=lambda event: event.at):
        if event.at <= until:
            visit = happen(visit, event, event.at)
            found.append(visit)
    return found


def test_a_booked_visit_waits_for_both() -> None:
    """Until ten minutes after the agreed time."""
    assert timers(BOOKED, RULES, T) == {Timer("visit", T + 10 * MINUTE)}


def test_a_visit_under_way_waits_for_its_end() -> None:
    """And for the warning, as long as that is to come."""
    visit = lives("45-minute end", T + 2 * MINUTE)[-1]
    ends, warns = Timer("visit", T + 46 * MINUTE), Timer("visitWarning", T + 41 * MINUTE)
    assert timers(visit, RULES, T + 2 * MINUTE) == {ends, warns}
    assert timers(visit, RULES, T + 41 * MINUTE) == {ends}


def test_a_visit_that_is_over_waits_for_nothing() -> None:
    """However it ended."""
    for name in LIVES:
        assert timers(lives(name, T + 60 * MINUTE)[-1], RULES, T + 60 * MINUTE) == frozenset()


@settings(max_examples=examples(50), deadline=None)
@given(st.sampled_from(sorted(LIVES)), st.integers(0, 60))
def test_schedules_follow_a_visit(name: str, minutes: int) -> None:
    """After each change there is one for each time that is to come."""
    now, schedules = T + minutes * MINUTE, Schedules()
    kept = Timers(schedules, RULES)
    kept.start(BOOKED, T - MINUTE)
    visits = lives(name, now)
    for before, after in pairwise(visits):
        kept.reschedule(before, after, now_ms=T - 3 * MINUTE)
    wanted = sorted((timer.kind, timer.at) for timer in timers(visits[-1], RULES, T - 3 * MINUTE))
    assert schedules.times() == wanted


def test_what_is_due_in_a_moment_is_given_one() -> None:
    """EventBridge refuses times that have passed."""
    schedules = Schedules()
    Timers(schedules, RULES).start(BOOKED, T + 10 * MINUTE - 500)
    assert schedules.times() == [("visit", T + 10 * MINUTE + 1500)]
