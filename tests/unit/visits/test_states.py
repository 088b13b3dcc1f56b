"""The table of states: what leads where, and that nothing else does."""

from itertools import product

import pytest

from bedside.kernel.errors import WrongStateError
from bedside.visits.states import CAUSES, STATES, TABLE, TERMINAL, Cause, State, allows, transition

WAYS = {(way.source, way.cause): way.target for way in TABLE}


def test_the_states_are_the_contracts() -> None:
    """Nine, of which five are final."""
    assert STATES == (
        "scheduled",
        "waiting",
        "inProgress",
        "interrupted",
        "completed",
        "noShow",
        "timedOut",
        "cancelled",
        "failed",
    )
    assert {"completed", "noShow", "timedOut", "cancelled", "failed"} == TERMINAL


@pytest.mark.parametrize(("state", "cause"), list(product(STATES, CAUSES)))
def test_whatever_is_not_in_the_table_is_refused(state: State, cause: Cause) -> None:
    """Of the whole matrix of states and causes only the table's ways are open; the error names the state."""
    if (state, cause) in WAYS:
        assert allows(state, cause)
        assert transition(state, cause).target == WAYS[state, cause]
        return
    assert not allows(state, cause)
    with pytest.raises(WrongStateError, match=state) as caught:
        transition(state, cause)
    assert (caught.value.status, caught.value.slug, caught.value.state) == (409, "wrong-state", state)


def test_the_table_is_of_one_piece() -> None:
    """One target for each state and cause, no way out of a final state, and every state and cause is in it."""
    assert len(WAYS) == len(TABLE)
    assert not {way.source for way in TABLE} & TERMINAL
    assert {way.target for way in TABLE} | {"scheduled"} == set(STATES)
    assert {way.cause for way in TABLE} == set(CAUSES)


def test_what_ends_a_visit_ends_its_waits_and_its_room() -> None:
    """Every way into a final state, and no other."""
    for way in TABLE:
        assert ("endRoom" in way.effects) == ("stopWaiting" in way.effects and way.target in TERMINAL), way
        assert ("endRoom" in way.effects) == (way.target in TERMINAL), way
