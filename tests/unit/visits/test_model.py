"""What is recorded of a visit is only added to, and it always comes to an end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.visits.errors import NotFinishedError
from bedside.visits.facts import Decision, with_decision
from bedside.visits.model import effects, with_facts
from bedside.visits.states import TERMINAL
from bedside.visits.summary import summary
from tests.examples import examples
from tests.unit.visits.life import BOOKED, LIVES, MINUTE, RULES, Call, Event, T, Timer, Webhook, happen
from tests.unit.visits.test_lives import check

OFFSETS = st.integers(-20, 70).map(lambda minutes: T + minutes * MINUTE)
JOININGS = st.sampled_from(["p1", "p2", "d1", "d2"])


@st.composite
def anything(draw: st.DrawFn) -> Event:
    """Draw any event at all, true or not."""
    at, joining = draw(OFFSETS), draw(JOININGS)
    match draw(st.sampled_from(["join", "end", "cancel", "joined", "left", "timer"])):
        case "join":
            return Call(at, "join", "patient" if joining.startswith("p") else "practitioner", joining)
        case "end" | "cancel" as kind:
            return Call(at, kind, "practitioner")
        case "timer":
            return Timer(at)
        case "joined":
            return Webhook(at, joining, draw(st.sampled_from("ab")), {"joined_at": at})
        case _:
            return Webhook(at, joining, draw(st.sampled_from("ab")), {"left_at": at})


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(anything(), max_size=12))
def test_whatever_becomes_known_the_history_is_one_the_table_allows(events: list[Event]) -> None:
    """Whoever told it, in whatever order; and the clock ends every visit."""
    visit, now = BOOKED, T - 20 * MINUTE
    for number, event in enumerate(events):
        now = max(now, event.at)
        # Whoever writes second may have begun first.
        before, visit = visit, happen(visit, event, now - number % 3)
        check(visit)
        assert visit.history[: len(before.history)] == before.history
    visit = happen(visit, Timer(now), now + 60 * MINUTE)
    check(visit)
    assert visit.state in TERMINAL
    assert summary(visit, RULES).duration_s >= 0


def test_there_is_no_summary_before_the_end() -> None:
    """A visit that goes on has none."""
    with pytest.raises(NotFinishedError):
        summary(BOOKED, RULES)


def test_an_interruption_that_was_over_before_it_was_known_is_in_the_history() -> None:
    """Who reads it later sees that somebody was away."""
    visit, life = BOOKED, LIVES["drop and rejoin"]
    for event in (*life.calls[:3], *life.rest):
        if not isinstance(event, Timer):
            visit = happen(visit, event, T + 7 * MINUTE)
    assert [step.target for step in visit.history] == ["waiting", "inProgress", "interrupted", "inProgress"]


def test_a_loss_that_is_learned_late_does_not_end_a_visit_that_goes_on() -> None:
    """Who came back by joining anew is there, however long they were away, if nobody had noticed."""
    visit = BOOKED
    for event, now in (
        (Call(T, "join", "patient", "p1"), T),
        (Call(T, "join", "practitioner", "d1"), T),
        (Call(T + 5 * MINUTE, "join", "patient", "p2"), T + 5 * MINUTE),
        (Webhook(T, "p1", "a", {"left_at": T + 2 * MINUTE}), T + 6 * MINUTE),
    ):
        visit = happen(visit, event, now)
    assert visit.state == "inProgress"
    visit = happen(visit, Timer(T), T + 30 * MINUTE)
    assert visit.state == "inProgress"
    assert happen(visit, Timer(T), T + 45 * MINUTE).state == "timedOut"


def test_a_decision_that_comes_twice_is_one() -> None:
    """Also where it counted later than it was made."""
    visit = BOOKED
    for event in LIVES["normal"].calls[:2]:
        visit = happen(visit, event, event.at)
    ended = Decision("roomEnded", T + MINUTE - 10_000, "provider")
    visit = with_facts(visit, with_decision(visit.facts, ended), RULES, T + 3 * MINUTE)
    assert (visit.state, visit.facts.decisions[0].at) == ("completed", T + MINUTE)
    assert with_decision(visit.facts, ended) == visit.facts


@pytest.mark.parametrize("told_after", [0, 1])
def test_a_room_that_was_ended_before_the_visit_began_ends_nothing(told_after: int) -> None:
    """Whether that is told at once, or only after the two have met."""
    visit, now = BOOKED, T
    ended = Decision("roomEnded", T + MINUTE, "provider")
    calls = [Call(T, "join", "practitioner", "d1"), Call(T + 3 * MINUTE, "join", "patient", "p1")]
    for number, call in enumerate(calls):
        visit, now = happen(visit, call, call.at), call.at
        if number == told_after:
            visit = with_facts(visit, with_decision(visit.facts, ended), RULES, max(now, ended.at))
    assert visit.state == "inProgress"
    while_it_goes_on = Decision("roomEnded", now + MINUTE, "provider")
    assert with_facts(visit, with_decision(visit.facts, while_it_goes_on), RULES, now + MINUTE).state == "completed"


def test_steps_bring_about_what_the_table_says() -> None:
    """Each effect once."""
    visit = BOOKED
    for event in (*LIVES["normal"].calls,):
        visit = happen(visit, event, event.at)
    assert effects(visit.history) == ["stopWaiting", "awaitLimit", "endRoom"]


def test_a_provider_that_repeats_itself_fills_no_visit_and_keeps_nobody_from_ending_it() -> None:
    """Of rooms that were ended before the visit began only some are kept; what people decide always is."""
    known = BOOKED.facts
    for number in range(50):
        known = with_decision(known, Decision("roomEnded", T - 60 * MINUTE - number, "provider"))
    assert len(known.decisions) == 20
    cancelled = with_facts(BOOKED, with_decision(known, Decision("cancel", T, "patient")), RULES, T)
    assert cancelled.state == "cancelled"
