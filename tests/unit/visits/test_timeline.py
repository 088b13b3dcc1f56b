"""The course of a visit: who comes, who goes, which times are up, and what counts at the same moment."""

from dataclasses import replace

import pytest

from bedside.visits.facts import Decision, VisitFacts
from bedside.visits.presence import Joining, Peer
from bedside.visits.timeline import TimeLimits, Timeline, timeline
from tests.unit.visits.life import MINUTE, RULES, T

PATIENT, DOCTOR = Joining("patient", T), Joining("practitioner", T + MINUTE)
BOTH = VisitFacts(T, {"p": PATIENT, "d": DOCTOR})
BEGAN = DOCTOR.at


def lost(at: int, back: int | None = None) -> VisitFacts:
    """Give a visit whose patient is lost, and perhaps back."""
    peers = {"a": Peer(T, at)} | ({"b": Peer(back)} if back is not None else {})
    return replace(BOTH, joinings={"p": replace(PATIENT, peers=peers), "d": DOCTOR})


def told(found: Timeline) -> list[tuple[int, str, str]]:
    return [(step.at, step.cause, step.target) for step in found.steps]


def test_nothing_happens_before_it_is_due() -> None:
    """A booked visit waits for its start and ten minutes more."""
    found = timeline(VisitFacts(T), RULES, T + 10 * MINUTE - 1)
    assert (found.state, found.due_at) == ("scheduled", T + 10 * MINUTE)
    found = timeline(VisitFacts(T), RULES, T + 10 * MINUTE)
    assert (told(found), found.due_at) == ([(T + 10 * MINUTE, "notShown", "noShow")], None)


def test_whoever_comes_at_the_last_moment_is_there() -> None:
    """At the very moment at which the time is up coming counts, and a millisecond later it does not."""
    for late, state in ((0, "inProgress"), (1, "noShow")):
        joinings = {"p": PATIENT, "d": replace(DOCTOR, at=T + 10 * MINUTE + late)}
        assert timeline(VisitFacts(T, joinings), RULES, T + 11 * MINUTE).state == state


def test_both_may_come_in_one_moment() -> None:
    """The visit waits and begins at once."""
    found = timeline(VisitFacts(T, {"p": PATIENT, "d": replace(DOCTOR, at=T)}), RULES, T)
    assert told(found) == [(T, "join", "waiting"), (T, "join", "inProgress")]
    assert (found.began_at, found.due_at) == (T, T + 45 * MINUTE)


def test_who_waits_may_leave_again() -> None:
    """Then nobody waits, and the time for not showing up goes on."""
    known = VisitFacts(T, {"p": replace(PATIENT, peers={"a": Peer(T, T + MINUTE)})})
    assert told(timeline(known, RULES, T + 2 * MINUTE)) == [(T, "join", "waiting"), (T + MINUTE, "leave", "scheduled")]
    assert timeline(known, RULES, T + 10 * MINUTE).state == "noShow"


@pytest.mark.parametrize(
    ("back", "state"), [(2 * MINUTE, "inProgress"), (2 * MINUTE + 1, "timedOut"), (None, "timedOut")]
)
def test_a_loss_has_two_minutes(back: int | None, state: str) -> None:
    """Back at the last moment is back in time; the end is the same whenever somebody looks."""
    gone = T + 5 * MINUTE
    known = lost(gone, None if back is None else gone + back)
    assert timeline(known, RULES, gone + MINUTE).due_at == gone + 2 * MINUTE
    for now in (gone + 3 * MINUTE, gone + 20 * MINUTE):
        assert timeline(known, RULES, now).state == state


def test_the_end_by_the_clock_comes_before_a_grace_that_ends_later() -> None:
    """Nobody is waited for beyond the limit."""
    found = timeline(lost(BEGAN + 44 * MINUTE), RULES, T + 60 * MINUTE)
    assert told(found)[-1] == (BEGAN + 45 * MINUTE, "limitReached", "timedOut")


def test_the_limit_counts_from_the_first_time_both_were_there() -> None:
    """Interruptions do not make a visit longer."""
    found = timeline(lost(T + 5 * MINUTE, T + 6 * MINUTE), RULES, T + 60 * MINUTE)
    assert (found.began_at, told(found)[-1][0]) == (BEGAN, BEGAN + 45 * MINUTE)


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision("end", T + 3 * MINUTE, "d"), "completed"),
        (Decision("roomEnded", T + 3 * MINUTE, "provider"), "completed"),
        (Decision("fail", T + 3 * MINUTE, "provider"), "failed"),
        (Decision("cancel", T + 3 * MINUTE, "d"), "inProgress"),
        (Decision("cancel", T + MINUTE // 2, "p"), "cancelled"),
        (Decision("end", T + MINUTE // 2, "d"), "inProgress"),
        (Decision("end", BEGAN, "d"), "completed"),
    ],
)
def test_a_decision_counts_where_the_table_has_a_way_for_it(decision: Decision, state: str) -> None:
    """What cannot be decided at that moment changes nothing."""
    found = timeline(replace(BOTH, decisions=(decision,)), RULES, T + 4 * MINUTE)
    assert found.state == state
    assert decision.by in {step.by for step in found.steps} or state == "inProgress"


def test_a_beginning_that_was_noted_is_not_unmade() -> None:
    """That somebody had left just before the other came, as is learned later, makes it an interruption."""
    known = replace(lost(BEGAN - 1), began_at=BEGAN)
    assert [step.target for step in timeline(known, RULES, BEGAN).steps] == [
        "waiting",
        "scheduled",
        "waiting",
        "inProgress",
        "interrupted",
    ]
    assert timeline(known, RULES, BEGAN + 2 * MINUTE).state == "timedOut"


def test_the_times_are_the_stacks() -> None:
    """Every wait can be shorter."""
    assert timeline(VisitFacts(T), TimeLimits(no_show_ms=5), T + 5).state == "noShow"
    assert timeline(BOTH, TimeLimits(limit_ms=5), BEGAN + 5).state == "timedOut"
