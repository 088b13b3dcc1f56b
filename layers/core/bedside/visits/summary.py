"""What remains of a visit once it is over."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.kernel.errors import NotFinishedError
from bedside.visits.model import Visit
from bedside.visits.states import Cause
from bedside.visits.timeline import TimeLimits, timeline

Outcome = Literal["completed", "connectionLost", "timeLimit", "noShow", "cancelled", "failed"]

# Later than any time is up.
_NO_END: Final = 1 << 62
_OUTCOMES: Final[dict[Cause, Outcome]] = {
    "end": "completed",
    "roomEnded": "completed",
    "graceOver": "connectionLost",
    "limitReached": "timeLimit",
    "notShown": "noShow",
    "cancel": "cancelled",
    "fail": "failed",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """When both were there, until when (Unix ms; None if never), for how many whole seconds, and how it ended."""

    began_at: int | None
    ended_at: int | None
    duration_s: int
    outcome: Outcome


def summary(visit: Visit, rules: TimeLimits) -> Summary:
    """Return the summary of a visit that is over; raises NotFinishedError.

    It follows from all that is known by now, also from what became known since. A visit that ended because a connection
    was lost ended with the loss, not two minutes later.
    """
    if visit.going_on:
        raise NotFinishedError("The visit is not over.")
    found = timeline(visit.facts, rules, _NO_END)
    # The end that was recorded stands, even where it would have come another way.
    last = found.steps[-1] if found.state == visit.state else visit.history[-1]
    began_at = found.began_at
    if began_at is None:
        return Summary(None, None, 0, _OUTCOMES[last.cause])
    ended_at = found.lost_at if last.cause == "graceOver" and found.lost_at is not None else last.at
    return Summary(began_at, ended_at, max(0, ended_at - began_at) // 1000, _OUTCOMES[last.cause])
