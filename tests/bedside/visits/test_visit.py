"""What is recorded of a visit is only added to, and it always comes to an end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import NotFinishedError
from bedside.visits.states import TERMINAL
from bedside.visits.summary import summary
from bedside.visits.visit import effects
from tests.bedside.visits.life import BOOKED, LIVES, MINUTE, RULES, Call, Event, T, Timer, Webhook, happen
from tests.bedside.visits.test_lives import check

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


@settings(max_examples=500, deadline=None)
@given(st.lists(anything(), max_size=12))
def test_whatever_becomes_known_the_history_is_one_the_table_allows(events: list[Event]) -> None:
    """Whoever told it, in whatever order; and the clock ends every visit."""
    visit, now = BOOKED, T - 20 * MINUTE
    for event in events:
        now = max(now, event.at)
        before, visit = visit, happen(visit, event, now)
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


def test_steps_bring_about_what_the_table_says() -> None:
    """Each effect once."""
    visit = BOOKED
    for event in (*LIVES["normal"].calls,):
        visit = happen(visit, event, event.at)
    assert effects(visit.history) == ["stopWaiting", "awaitLimit", "endRoom"]
