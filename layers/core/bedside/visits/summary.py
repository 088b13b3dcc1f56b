"""The summary of a visit that is over."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.visits.errors import NotFinishedError
from bedside.visits.model import Visit
from bedside.visits.states import Cause
from bedside.visits.timeline import TimeLimits, timeline

Outcome = Literal["completed", "left", "connectionLost", "timeLimit", "noShow", "cancelled", "failed"]

# Later than every time limit.
_NO_END: Final = 1 << 62
OUTCOMES: Final[dict[Cause, Outcome]] = {
    "end": "completed",
    "roomEnded": "completed",
    "left": "left",
    "graceOver": "connectionLost",
    "limitReached": "timeLimit",
    "notShown": "noShow",
    "cancel": "cancelled",
    "fail": "failed",
}


# Ends by the clock, which depend on who was there.
_PARTED: Final[frozenset[Cause]] = frozenset({"left", "graceOver", "limitReached"})


@dataclass(frozen=True, slots=True)
class Summary:
    """When both parties met and parted (Unix ms, None if they never met), the duration, and the outcome."""

    began_at: int | None
    ended_at: int | None
    duration_s: int
    outcome: Outcome


def summary(visit: Visit, rules: TimeLimits) -> Summary:
    """Return the summary of a visit that is over. Raises NotFinishedError.

    It is based on all known facts, including those that became known after the end. A visit that ended because somebody
    left or lost the connection ended at that moment, not with the end of the grace period.
    """
    if visit.ongoing:
        raise NotFinishedError("The visit is not over.")
    found = timeline(visit.facts, rules, _NO_END)
    # The recorded end stays, even if the facts now lead to another one. But how people parted is told by the facts: the
    # provider may report only after the end whether somebody left or was lost.
    last = visit.history[-1]
    if found.steps and (found.state == visit.state or {found.steps[-1].cause, last.cause} <= _PARTED):
        last = found.steps[-1]
    began_at = found.began_at
    if began_at is None:
        return Summary(None, None, 0, OUTCOMES[last.cause])
    ended_at = found.lost_at if last.cause in {"left", "graceOver"} and found.lost_at is not None else last.at
    return Summary(began_at, ended_at, max(0, ended_at - began_at) // 1000, OUTCOMES[last.cause])
