"""However its events arrive, a visit ends with the same summary, and in the same state if all is known by its end."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.visits.model import Visit
from bedside.visits.states import TERMINAL, transition
from bedside.visits.summary import summary
from tests.examples import examples
from tests.unit.visits.life import BOOKED, LIVES, MINUTE, RULES, Call, Event, Life, T, happen

# Late by nothing, by what the provider repeats for, by what a queue holds up, or by a night.
DELAYS = st.sampled_from([0, 1, 700, 14_000, 59_000, 5 * MINUTE, 3 * 60 * MINUTE, 12 * 60 * MINUTE])


@st.composite
def arrivals(draw: st.DrawFn, life: Life) -> list[tuple[int, Event]]:
    """Draw when each event becomes known: calls when they are made, the rest at any time after, up to three times."""
    found: list[tuple[int, Event]] = [(call.at, call) for call in life.calls]
    for event in life.rest:
        found += [(event.at + draw(DELAYS), event) for _ in range(draw(st.integers(1, 3)))]
    order = draw(st.permutations(range(len(found))))
    # What is known at the same moment is known in any order, but calls as they were made.
    return sorted(
        found, key=lambda arrival: (arrival[0], 0 if isinstance(arrival[1], Call) else 1 + order[found.index(arrival)])
    )


def check(visit: Visit) -> None:
    """Expect a history that the table allows, and that ends where the visit stands."""
    for step in visit.history:
        assert transition(step.source, step.cause).target == step.target
    for one, next_ in pairwise(visit.history):
        assert one.target == next_.source
    assert visit.state == (visit.history[-1].target if visit.history else "scheduled")


@pytest.mark.parametrize("name", LIVES)
def test_a_life_ends_as_it_should_whatever_arrives_when(name: str) -> None:
    """Many ways to be late, doubled and out of order: one state, one summary, and no way back from an end."""
    life = LIVES[name]

    @settings(max_examples=examples(50), deadline=None)
    @given(arrivals(life))
    def run(ingestion: list[tuple[int, Event]]) -> None:
        visit = BOOKED
        for now, event in ingestion:
            before, visit = visit, happen(visit, event, now)
            check(visit)
            assert visit.history[: len(before.history)] == before.history
            assert before.state not in TERMINAL or visit.state == before.state
        assert visit.state in {life.state, life.late or life.state}
        assert summary(visit, RULES) == life.summary

    run()


@pytest.mark.parametrize("name", LIVES)
def test_a_life_ends_as_it_should_in_any_order_at_all(name: str) -> None:
    """Everything after the calls in one heap, hours later: the order does not matter, nor what comes twice."""
    life = LIVES[name]

    @settings(max_examples=examples(50), deadline=None)
    @given(st.permutations([*life.rest, *life.rest]))
    def run(rest: list[Event]) -> None:
        visit = BOOKED
        for call in life.calls:
            visit = happen(visit, call, call.at)
        for number, event in enumerate(rest):
            visit = happen(visit, event, T + 24 * 60 * MINUTE + number)
            check(visit)
        assert visit.state in {life.state, life.late or life.state}
        assert summary(visit, RULES) == life.summary

    run()


@pytest.mark.parametrize("name", LIVES)
def test_a_life_that_is_told_as_it_happens_ends_in_its_state(name: str) -> None:
    """Nothing late, nothing twice."""
    life, visit = LIVES[name], BOOKED
    for event in sorted((*life.calls, *life.rest), key=lambda event: event.at):
        visit = happen(visit, event, event.at)
    assert (visit.state, summary(visit, RULES)) == (life.state, life.summary)
