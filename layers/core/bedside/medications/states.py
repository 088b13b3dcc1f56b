"""The states of a dose, and the table of all transitions between them.

`make docs` generates the diagram in docs/doses.md from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bedside.kernel.errors import WrongStateError

DoseState = Literal["due", "snoozed", "taken", "skipped", "missed"]
# Why a dose changes: its patient answers, or takes the answer back; time passes.
Cause = Literal["taken", "skipped", "snoozed", "awoken", "lapsed", "undone", "undoneLate"]
# What a transition causes in its own transaction.
Effect = Literal["armNext", "moveNext", "dropNext"]

STATES: Final[tuple[DoseState, ...]] = get_args(DoseState)
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
# A dose in one of these has not been answered yet; a plan has at most one such dose.
OPEN: Final[frozenset[DoseState]] = frozenset({"due", "snoozed"})


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition between two states, with its cause, a guard in words, and its effects."""

    source: DoseState
    cause: Cause
    target: DoseState
    guard: str
    effects: tuple[Effect, ...] = ()


_NOT_EARLY: Final = "not too early"
_WEEK: Final = "at most a week after it was due"
_TEN_MINUTES: Final = "within ten minutes, while it could still be answered in time"
_TEN_MINUTES_LATE: Final = "within ten minutes, but its time is over"

TABLE: Final = (
    Transition("due", "taken", "taken", _NOT_EARLY, ("armNext",)),
    Transition("due", "skipped", "skipped", _NOT_EARLY, ("armNext",)),
    Transition("due", "snoozed", "snoozed", "until before the next dose"),
    Transition("due", "lapsed", "missed", "the plan's grace is over, or the next dose is due", ("armNext",)),
    Transition("snoozed", "taken", "taken", "", ("armNext",)),
    Transition("snoozed", "skipped", "skipped", "", ("armNext",)),
    Transition("snoozed", "snoozed", "snoozed", "for another time, until before the next dose"),
    Transition("snoozed", "awoken", "due", "the minutes are over"),
    Transition("missed", "taken", "taken", _WEEK, ("moveNext",)),
    Transition("missed", "skipped", "skipped", _WEEK),
    Transition("taken", "undone", "due", _TEN_MINUTES, ("dropNext",)),
    Transition("taken", "undoneLate", "missed", _TEN_MINUTES_LATE, ("moveNext",)),
    Transition("skipped", "undone", "due", _TEN_MINUTES, ("dropNext",)),
    Transition("skipped", "undoneLate", "missed", _TEN_MINUTES_LATE),
)

_WAYS: Final[Mapping[tuple[DoseState, Cause], Transition]] = {(way.source, way.cause): way for way in TABLE}


def transition(state: DoseState, cause: Cause) -> Transition:
    """Return the transition from `state` by `cause`. Raises WrongStateError if there is none."""
    way = _WAYS.get((state, cause))
    if way is None:
        raise WrongStateError(f"The dose is {state}.", state)
    return way
