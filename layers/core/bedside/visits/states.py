"""The states of a visit, and the table of all transitions between them.

`make docs` generates the diagram in docs/visits.md from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bedside.kernel.errors import WrongStateError

State = Literal[
    "scheduled", "waiting", "inProgress", "interrupted", "completed", "noShow", "timedOut", "cancelled", "failed"
]
# Why a visit changes: a party joins or is gone, a time limit is reached, both have left by choice or whoever left does
# not return, a person decides, the provider ends or fails.
Cause = Literal["join", "leave", "notShown", "left", "graceOver", "limitReached", "end", "roomEnded", "cancel", "fail"]
# What a transition causes outside of the database.
Effect = Literal["awaitReturn", "awaitLimit", "stopWaiting", "endRoom"]

STATES: Final[tuple[State, ...]] = get_args(State)
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
TERMINAL: Final[frozenset[State]] = frozenset({"completed", "noShow", "timedOut", "cancelled", "failed"})
_OVER: Final[tuple[Effect, ...]] = ("stopWaiting", "endRoom")


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition between two states, with its cause, a guard in words, and its effects."""

    source: State
    cause: Cause
    target: State
    guard: str
    effects: tuple[Effect, ...] = ()


TABLE: Final = (
    Transition("scheduled", "join", "waiting", "one of the two is there"),
    Transition("scheduled", "notShown", "noShow", "ten minutes after the agreed time", _OVER),
    Transition("scheduled", "cancel", "cancelled", "", _OVER),
    Transition("scheduled", "fail", "failed", "", _OVER),
    Transition("waiting", "join", "inProgress", "both are there", ("stopWaiting", "awaitLimit")),
    Transition("waiting", "leave", "scheduled", "nobody is there any more"),
    Transition("waiting", "notShown", "noShow", "ten minutes after the agreed time", _OVER),
    Transition("waiting", "cancel", "cancelled", "", _OVER),
    Transition("waiting", "fail", "failed", "", _OVER),
    Transition("inProgress", "leave", "interrupted", "one of the two is gone", ("awaitReturn",)),
    Transition("inProgress", "end", "completed", "", _OVER),
    Transition("inProgress", "roomEnded", "completed", "the provider ended the room", _OVER),
    Transition("inProgress", "limitReached", "timedOut", "45 minutes after both were there", _OVER),
    Transition("inProgress", "fail", "failed", "", _OVER),
    Transition("interrupted", "join", "inProgress", "both are there again", ("awaitLimit",)),
    Transition(
        "interrupted", "left", "completed", "both left by choice, or who left did not return in two minutes", _OVER
    ),
    Transition("interrupted", "graceOver", "timedOut", "two minutes after the loss", _OVER),
    Transition("interrupted", "end", "completed", "", _OVER),
    Transition("interrupted", "roomEnded", "completed", "the provider ended the room", _OVER),
    Transition("interrupted", "limitReached", "timedOut", "45 minutes after both were there", _OVER),
    Transition("interrupted", "fail", "failed", "", _OVER),
)

_WAYS: Final[Mapping[tuple[State, Cause], Transition]] = {(way.source, way.cause): way for way in TABLE}


def transition(state: State, cause: Cause) -> Transition:
    """Return the transition from `state` by `cause`. Raises WrongStateError if there is none."""
    way = _WAYS.get((state, cause))
    if way is None:
        raise WrongStateError(f"The visit is {state}.", state)
    return way


def allows(state: State, cause: Cause) -> bool:
    """Return whether there is a transition from `state` by `cause`."""
    return (state, cause) in _WAYS
