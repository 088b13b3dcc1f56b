"""The states of a file on its way into the record, and the table of all transitions between them.

`make docs` generates the diagram in docs/commits.md from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bedside.kernel.errors import WrongStateError

# committing: written before the record is told. unknown: the record may have the file, and only a person can tell.
FileState = Literal["pending", "rendering", "ready", "committing", "committed", "failed", "unknown"]
# Why a file changes: our functions act, the record answers or does not, a person decides.
Cause = Literal[
    "renderingBegan",
    "rendered",
    "unrenderable",
    "sent",
    "stored",
    "refused",
    "postponed",
    "answerLost",
    "searchImpossible",
    "gaveUp",
    "retried",
    "confirmed",
    "denied",
]
# What a transition does to the photo, in its own transaction.
Effect = Literal["hold", "fulfil", "release"]

STATES: Final[tuple[FileState, ...]] = get_args(FileState)
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
# What the product does something about by itself, sooner or later.
UNDER_WAY: Final[frozenset[FileState]] = frozenset({"pending", "rendering", "ready", "committing"})


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition between two states, with its cause, a guard in words, and its effects."""

    source: FileState
    cause: Cause
    target: FileState
    guard: str
    effects: tuple[Effect, ...] = ()


_ABSENT: Final = "the record certainly does not have it"
_TRIES: Final = f"all tries are used up, and {_ABSENT}"

TABLE: Final = (
    Transition("pending", "renderingBegan", "rendering", ""),
    Transition("pending", "gaveUp", "failed", "", ("release",)),
    Transition("rendering", "renderingBegan", "rendering", "its time is over"),
    Transition("rendering", "rendered", "ready", ""),
    Transition("rendering", "unrenderable", "failed", "", ("release",)),
    Transition("rendering", "gaveUp", "failed", "all tries are used up", ("release",)),
    Transition("ready", "sent", "committing", "before the record is told"),
    Transition("ready", "gaveUp", "failed", _TRIES, ("release",)),
    Transition("committing", "sent", "committing", "its time is over, and a search did not find it"),
    Transition("committing", "stored", "committed", "the record says so, or a search found it", ("fulfil",)),
    Transition("committing", "postponed", "ready", _ABSENT),
    Transition("committing", "answerLost", "committing", "it is searched for before it is sent again"),
    Transition("committing", "refused", "failed", _ABSENT, ("release",)),
    Transition("committing", "searchImpossible", "unknown", "a search is impossible, or contradicts the record"),
    Transition("committing", "gaveUp", "failed", _TRIES, ("release",)),
    Transition("unknown", "confirmed", "committed", "a person has seen it in the record", ("fulfil",)),
    Transition("unknown", "denied", "failed", "a person has not found it in the record", ("release",)),
    Transition("failed", "retried", "pending", "nothing is missing", ("hold",)),
)

_WAYS: Final[Mapping[tuple[FileState, Cause], Transition]] = {(way.source, way.cause): way for way in TABLE}


def transition(state: FileState, cause: Cause) -> Transition:
    """Return the transition from `state` by `cause`. Raises WrongStateError if there is none."""
    way = _WAYS.get((state, cause))
    if way is None:
        raise WrongStateError(f"The file is {state}.", state)
    return way
