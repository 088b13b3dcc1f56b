"""The timeline of a visit: the steps that follow from its facts and the current time.

It does not depend on the order in which facts became known. So webhooks may arrive late, twice and out of order, and a
timer only triggers an evaluation: which steps are due depends on the clock alone.
"""

from dataclasses import dataclass
from typing import Final

from bedside.visits.facts import VisitFacts
from bedside.visits.presence import Stay, has_left, present, stays
from bedside.visits.states import TERMINAL, Cause, State, allows, transition

_YEAR_MS: Final = 366 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Time limits in ms: for a no-show, for the return of a lost party, until the warning, and for the whole visit."""

    no_show_ms: int = 10 * 60_000
    grace_ms: int = 2 * 60_000
    warning_ms: int = 40 * 60_000
    limit_ms: int = 45 * 60_000

    @property
    def longest_ms(self) -> int:
        """How long after its agreed time a visit may still be going on."""
        return self.no_show_ms + self.limit_ms

    def may_start(self, at: int, now_ms: int) -> bool:
        """Return whether people may agree on this time: one that is not over for a no-show, within a year."""
        return now_ms - self.no_show_ms < at < now_ms + _YEAR_MS


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state, and when it happened, which may be earlier than when it became known."""

    at: int
    cause: Cause
    source: State
    target: State
    by: str = "clock"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps so far, and the instants that follow from them.

    `began_at` is when both parties were first present, `lost_at` when the current interruption began, `due_at` when the
    next time limit is reached.
    """

    steps: tuple[Step, ...] = ()
    began_at: int | None = None
    lost_at: int | None = None
    due_at: int | None = None

    @property
    def state(self) -> State:
        return self.steps[-1].target if self.steps else "scheduled"


def timeline(facts: VisitFacts, rules: TimeLimits, now_ms: int) -> Timeline:
    """Return the timeline of a visit until `now_ms` (Unix ms)."""
    walk = _Walk(facts, rules)
    for at in walk.moments:
        if at > now_ms:
            break
        walk.expire(before=at)
        walk.evaluate(at)
    walk.expire(before=now_ms + 1)
    return Timeline(tuple(walk.steps), walk.began_at, walk.lost_at, walk.due_at)


class _Walk:
    """Walks through the instants at which something happened, and takes the steps that the table allows."""

    def __init__(self, facts: VisitFacts, rules: TimeLimits) -> None:
        self._facts = facts
        self._rules = rules
        self._patient = stays(facts.joinings.values(), "patient")
        self._practitioner = stays(facts.joinings.values(), "practitioner")
        self._decisions = sorted(facts.decisions, key=lambda decision: (decision.at, decision.cause, decision.by))
        self.steps: list[Step] = []
        self.began_at: int | None = None
        self.lost_at: int | None = None

    @property
    def moments(self) -> list[int]:
        """The instants at which a party came or went, or a decision was made."""
        both: list[Stay] = [*self._patient, *self._practitioner]
        coming, going = {stay.since for stay in both}, {stay.until for stay in both if stay.until is not None}
        noted = set() if self._facts.began_at is None else {self._facts.began_at}
        return sorted(coming | going | noted | {decision.at for decision in self._decisions})

    @property
    def state(self) -> State:
        return self.steps[-1].target if self.steps else "scheduled"

    @property
    def due_at(self) -> int | None:
        return None if self.state in TERMINAL else self._due()[0]

    def expire(self, *, before: int) -> None:
        """Take the steps of time limits reached before an instant."""
        while self.state not in TERMINAL:
            at, cause = self._due()
            if at >= before:
                return
            self._step(at, cause)

    def evaluate(self, at: int) -> None:
        """Take the steps that follow from presence and decisions at an instant."""
        parties = [
            name
            for name, found in (("patient", self._patient), ("practitioner", self._practitioner))
            if present(found, at)
        ]
        by = ",".join(parties) or "nobody"
        if at == self._facts.began_at and self.began_at is None:
            self._attend(at, 2, "patient,practitioner")
        self._attend(at, len(parties), by)
        for decision in self._decisions:
            if decision.at == at and allows(self.state, decision.cause):
                self._step(at, decision.cause, decision.by)

    def _attend(self, at: int, there: int, by: str) -> None:
        if self.state == "scheduled" and there >= 1:
            self._step(at, "join", by)
        if (self.state == "waiting" and there == 2) or (self.state == "interrupted" and there == 2):  # noqa: PLR2004  # both
            self._step(at, "join", by)
            self.lost_at = None
            self.began_at = at if self.began_at is None else self.began_at
        elif self.state == "waiting" and there == 0:
            self._step(at, "leave", by)
        elif self.state == "inProgress" and there < 2:  # noqa: PLR2004  # as above
            self._step(at, "leave", by)
            self.lost_at = at
        if self.state == "interrupted" and there == 0 and self._both_left(at):
            self._step(at, "left", by)

    def _both_left(self, at: int) -> bool:
        return has_left(self._patient, at) and has_left(self._practitioner, at) and not self._joined_after(at)

    def _joined_after(self, at: int) -> bool:
        """Return whether somebody joined later: nobody can join a visit that is over, so it had not ended by then."""
        return any(joining.at > at for joining in self._facts.joinings.values())

    def _due(self) -> tuple[int, Cause]:
        """Return when the next time limit is reached, and which."""
        if self.began_at is None:
            return self._facts.starts_at + self._rules.no_show_ms, "notShown"
        limit = self.began_at + self._rules.limit_ms
        grace = limit if self.lost_at is None else self.lost_at + self._rules.grace_ms
        if grace >= limit or self._joined_after(grace):
            return limit, "limitReached"
        # Whoever left by choice was not lost: the practitioner, or the patient while the practitioner stayed.
        left = has_left(self._practitioner, grace) or (
            present(self._practitioner, grace) and has_left(self._patient, grace)
        )
        return grace, "left" if left else "graceOver"

    def _step(self, at: int, cause: Cause, by: str = "clock") -> None:
        self.steps.append(Step(at, cause, self.state, transition(self.state, cause).target, by))
