"""What jobs have in common: steps that users do one after another, as patient as their pages, and what is found."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Final, Literal

from bedside.adapters.redis.client import Redis
from tests.faults.aws import AwsFaults, Service
from tests.functions.clinic import Answer, Clinic

# What a person takes from one step to the next.
_STEP_MS: Final = 3000
# The pages' own: functions/web/static/js/shell/http.js.
_RETRY_S: Final = (1, 2, 4)
_LONGEST_RETRY_AFTER_S: Final = 60
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_EVENT_RETRY_S: Final = (60, 120)

Kind = Literal[
    "failed",
    "lost",
    "twice",
    "beyond the limit",
    "gap",
    "counted twice",
    "risen",
    "contradiction",
    "left",
    "stale",
    "late",
]
# What may be.
ALLOWED: Final[frozenset[Kind]] = frozenset({"stale", "late"})


@dataclass(frozen=True)
class Finding:
    """Something that must not be; two kinds may be.

    `stale` is that which was right a minute ago, before Redis missed a change; `late` is what only the sweeper told,
    when it did not matter any more.
    """

    kind: Kind
    step: str
    text: str


class StuckError(Exception):
    """A step failed without which the others make no sense."""


@dataclass
class FaultyClinic(Clinic):
    """The clinic, whose functions meet the faults of AWS, and whose clock is moved instead of sleeping."""

    faults: AwsFaults = field(default_factory=AwsFaults)

    def invoke(self, function: str, event: Any, *, remaining_ms: int = 20_000) -> Any:
        with self.faults.inside():
            return super().invoke(function, event, remaining_ms=remaining_ms)

    def wait(self, ms: float) -> None:
        self.wiring.ahead_ms += int(ms)


@dataclass
class Job:
    """One run of a job; what goes wrong is found, not raised.

    `redis` is the way to Redis that does not fail. Of what Redis is told in one step something may reach it in another
    where `tardy`; so it does at the latest after the steps of `DELIVERING`.
    """

    NAME: ClassVar[str]
    STEPS: ClassVar[tuple["Step", ...]]
    DELIVERING: ClassVar[frozenset["Step"]] = frozenset()

    clinic: FaultyClinic
    redis: Redis
    # Whether the pages repeat what failed, as they do; a fault of Redis must not even need that.
    patient: bool = True
    tardy: bool = False
    findings: list[Finding] = field(default_factory=list)
    step: str = ""
    # The steps in which Redis, or the function that was to tell it, may have missed a change.
    missed: set[str] = field(default_factory=set)
    calls: int = 0

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        """Give the steps' names, in their order."""
        return tuple(name_of(step) for step in cls.STEPS)

    @classmethod
    def meets(cls, service: Service, fault: str, step: "Step") -> bool:
        """Tell whether a fault of a service can be met in a step."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Set up what is there before the first step, while nothing fails."""

    def look_back(self) -> None:
        """Compare what was done with what is there, once nothing fails any more."""
        raise NotImplementedError

    def do(self, step: "Step") -> None:
        """Do one step; raises StuckError."""
        self.step = name_of(step)
        self.clinic.wait(_STEP_MS)
        step(self)

    def find(self, kind: Kind, text: str) -> None:
        self.findings.append(Finding(kind, self.step, text))

    def _must(self, call: Callable[[], Answer], *wanted: int) -> Answer:
        answer = self._reach(call, *wanted)
        if answer is None:
            raise StuckError
        return answer

    def _reach(self, call: Callable[[], Answer], *wanted: int) -> Answer | None:
        """Call as the pages do; None where the answer is not one of those wanted, which the user sees."""
        answer = self._try(call)
        return answer if self._check(answer, wanted) else None

    def _try(self, call: Callable[[], Answer]) -> Answer:
        self.calls += 1
        answer = call()
        for wait_s in _RETRY_S if self.patient else ():
            if answer.status < 500 and answer.status != 429:  # what the pages repeat
                break
            asked = int(answer.headers.get("retry-after", "0"))
            if asked > _LONGEST_RETRY_AFTER_S:
                break
            self.clinic.wait(max(wait_s, asked) * 1000)
            self.calls += 1
            answer = call()
        return answer

    def _check(self, answer: Answer, wanted: Collection[int]) -> bool:
        if answer.status in wanted:
            return True
        slug = json.loads(answer.text).get("type", "").rpartition("/")[2] if answer.text else ""
        self.find("failed", f"{answer.status} {slug}, not {' or '.join(map(str, wanted))}")
        return False

    def _event(self, deliver: Callable[[], object]) -> Exception | None:
        """Let AWS deliver an event to a function, which it does again where that raises; gives what it gave up with."""
        failure: Exception | None = None
        for pause_s in (0, *(_EVENT_RETRY_S if self.patient else ())):
            self.clinic.wait(pause_s * 1000)
            try:
                deliver()
            except Exception as error:  # noqa: BLE001  # whatever a function raises
                failure = error
            else:
                return None
        return failure

    def _counted(self, what: str, found: int, wanted: int, at_most: int = 0) -> None:
        """Find a count that is wrong; a page that repeats a call may be counted `at_most` as often as it called."""
        if not wanted <= found <= max(wanted, at_most):
            self.find("counted twice", f"{what}: {found}, not {wanted}")


type Step = Callable[[Any], None]


def name_of(step: Step) -> str:
    """Give a step's name in words."""
    return str(getattr(step, "__name__", "")).replace("_", " ")


def known_hash(redis: Redis, key: str) -> Mapping[str, str]:
    """Give what Redis holds under a key."""
    reply = redis.execute("HGETALL", key)
    flat = [str(part) for part in reply] if isinstance(reply, list) else []
    return dict(zip(flat[::2], flat[1::2], strict=True))
