"""Whole lives of visits: what happens, what the provider tells of it, and which times are up; and how it must end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bedside.ports.video import Party
from bedside.visits.facts import Decision, VisitFacts, with_decision, with_joining, with_observed_peer
from bedside.visits.model import Visit, with_facts
from bedside.visits.presence import Joining
from bedside.visits.states import State
from bedside.visits.summary import Summary
from bedside.visits.timeline import TimeLimits

MINUTE = 60_000
T = 1_795_228_200_000
RULES = TimeLimits()
BOOKED = Visit("v", "FAC001", "patient", "practitioner", 30, VisitFacts(T))


@dataclass(frozen=True)
class Call:
    """A call of ours: it is known when it is made, and refused where the visit is over."""

    at: int
    kind: Literal["join", "end", "cancel"]
    who: Party
    joining: str = ""


@dataclass(frozen=True)
class Webhook:
    """What the provider tells, at the earliest at `at`: it may come late, twice and in any order."""

    at: int
    joining: str
    peer: str
    with_observed_peer: Mapping[str, Any]


@dataclass(frozen=True)
class Timer:
    """A time that is up, at the earliest at `at`."""

    at: int


type Event = Call | Webhook | Timer


@dataclass(frozen=True)
class Life:
    """Calls in their order, and what comes whenever it comes; how it must end."""

    calls: tuple[Call, ...]
    rest: tuple[Webhook | Timer, ...]
    state: State
    summary: Summary
    # The state where a visit has ended by a time before it is known who left and who was lost.
    late: State | None = None


def happen(visit: Visit, event: Event, now: int) -> Visit:
    """Return the visit after an event that becomes known `now`."""
    known = visit.facts
    match event:
        case Webhook(_, joining, peer, at):
            known = with_observed_peer(known, joining, peer, **at)
        case Call(at, "join", who, joining):
            visit = with_facts(visit, known, RULES, now)
            known = with_joining(visit.facts, joining, Joining(who, at)) if visit.ongoing else visit.facts
        case Call(at, "end" | "cancel" as kind, who):
            known = with_decision(known, Decision(kind, at, who))
        case Timer():
            pass
    return with_facts(visit, known, RULES, now)


def came(joining: str, peer: str, at: int) -> Webhook:
    return Webhook(at, joining, peer, {"joined_at": at})


def went(joining: str, peer: str, at: int, with_observed_peer: int | None = None) -> Webhook:
    return Webhook(at if with_observed_peer is None else with_observed_peer, joining, peer, {"left_at": at})


def left(joining: str, peer: str, at: int, told_at: int | None = None) -> Webhook:
    """Tell of one who went by choice."""
    return Webhook(told_at or at, joining, peer, {"left_at": at, "left_by_choice": True})


def timers(began: int | None = None, lost: int | None = None) -> tuple[Timer, ...]:
    """Give what is scheduled in such a visit: no-show, warning, end, grace."""
    found = [T + RULES.no_show_ms]
    if began is not None:
        found += [began + RULES.warning_ms, began + RULES.limit_ms]
    if lost is not None:
        found.append(lost + RULES.grace_ms)
    return tuple(Timer(at) for at in found)


_P, _D = T - 2 * MINUTE, T + MINUTE
_BOTH = (Call(_P, "join", "patient", "p1"), Call(_D, "join", "practitioner", "d1"))
_SEEN = (came("p1", "a", _P + 2000), came("d1", "b", _D + 2000))
_END = T + 21 * MINUTE

LIVES = {
    "normal": Life(
        (*_BOTH, Call(_END, "end", "practitioner")),
        (*_SEEN, went("p1", "a", _END + 300), went("d1", "b", _END + 200), *timers(_D)),
        "completed",
        Summary(_D, _END, 20 * 60, "completed"),
    ),
    "no-show": Life(
        _BOTH[:1],
        (_SEEN[0], went("p1", "a", T + 12 * MINUTE), *timers()),
        "noShow",
        Summary(None, None, 0, "noShow"),
    ),
    "drop and rejoin": Life(
        (*_BOTH, Call(T + 6 * MINUTE, "join", "patient", "p2"), Call(_END, "end", "practitioner")),
        (
            *_SEEN,
            # The provider closes a connection that was dropped a minute later.
            went("p1", "a", T + 5 * MINUTE, with_observed_peer=T + 6 * MINUTE),
            came("p2", "c", T + 6 * MINUTE + 1500),
            went("p2", "c", _END + 100),
            went("d1", "b", _END + 50),
            *timers(_D, T + 5 * MINUTE),
        ),
        "completed",
        Summary(_D, _END, 20 * 60, "completed"),
    ),
    "drop and never back": Life(
        _BOTH,
        (
            *_SEEN,
            went("p1", "a", T + 9 * MINUTE, with_observed_peer=T + 10 * MINUTE),
            went("d1", "b", T + 12 * MINUTE),
            *timers(_D, T + 9 * MINUTE),
        ),
        "timedOut",
        Summary(_D, T + 9 * MINUTE, 8 * 60, "connectionLost"),
    ),
    "both press the red button": Life(
        _BOTH,
        (
            *_SEEN,
            left("p1", "a", _END + 9000),
            left("d1", "b", _END),
            # A network may break before the provider hears that somebody leaves.
            went("d1", "b", _END, with_observed_peer=_END + MINUTE),
            *timers(_D, _END),
        ),
        "completed",
        Summary(_D, _END, 20 * 60, "left"),
        late="timedOut",
    ),
    "the practitioner leaves for good": Life(
        _BOTH,
        (*_SEEN, left("d1", "b", _END), went("p1", "a", _END + 3 * MINUTE), *timers(_D, _END)),
        "completed",
        Summary(_D, _END, 20 * 60, "left"),
        late="timedOut",
    ),
    "the patient leaves for good": Life(
        _BOTH,
        (*_SEEN, left("p1", "a", _END), left("d1", "b", _END + 3 * MINUTE), *timers(_D, _END)),
        "completed",
        Summary(_D, _END, 20 * 60, "left"),
        late="timedOut",
    ),
    "the patient leaves, and the practitioner is lost": Life(
        _BOTH,
        (*_SEEN, left("p1", "a", _END), went("d1", "b", _END + 1000), *timers(_D, _END)),
        "timedOut",
        Summary(_D, _END, 20 * 60, "connectionLost"),
        late="completed",
    ),
    "left and back": Life(
        (*_BOTH, Call(T + 6 * MINUTE, "join", "practitioner", "d2"), Call(_END, "end", "practitioner")),
        (
            *_SEEN,
            left("d1", "b", T + 5 * MINUTE),
            came("d2", "c", T + 6 * MINUTE + 1500),
            left("d2", "c", _END + 100),
            left("p1", "a", _END + 50),
            *timers(_D, T + 5 * MINUTE),
        ),
        "completed",
        Summary(_D, _END, 20 * 60, "completed"),
    ),
    "both left and were back before it was told": Life(
        (
            *_BOTH,
            Call(T + 6 * MINUTE, "join", "patient", "p2"),
            Call(T + 6 * MINUTE + 5000, "join", "practitioner", "d2"),
            Call(_END, "end", "practitioner"),
        ),
        (
            *_SEEN,
            left("p1", "a", T + 5 * MINUTE, told_at=T + 7 * MINUTE),
            left("d1", "b", T + 5 * MINUTE + 9000, told_at=T + 7 * MINUTE),
            left("p2", "c", _END + 100),
            left("d2", "e", _END + 100),
            *timers(_D, T + 5 * MINUTE),
        ),
        "completed",
        Summary(_D, _END, 20 * 60, "completed"),
    ),
    "45-minute end": Life(
        _BOTH,
        (*_SEEN, went("p1", "a", _D + 46 * MINUTE), went("d1", "b", _D + 46 * MINUTE), *timers(_D)),
        "timedOut",
        Summary(_D, _D + 45 * MINUTE, 45 * 60, "timeLimit"),
    ),
    "cancelled while waiting": Life(
        (_BOTH[0], Call(T, "cancel", "patient")),
        (_SEEN[0], went("p1", "a", T + 500), *timers()),
        "cancelled",
        Summary(None, None, 0, "cancelled"),
    ),
}
