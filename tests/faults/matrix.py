"""The matrix: which fault is on in which steps of the job, and what comes of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bedside.adapters.attributes import Item
from bedside.transient.counters import Counters
from tests.faults import aws, proxy
from tests.faults.conftest import Bench
from tests.faults.job import BELIEVED_MS, STEPS, Finding, Job, Step, StuckError, name_of
from tests.functions.clinic import PSEUDONYM_KEY

Mode = Literal["throughout", "from", "until", "only"]

# So many requests in a row fail; the client tries three times, and the pages four times.
AWS_REQUESTS: Final = (1, 3, 7)
# These are also tried in single steps: Redis misses what happens in them, and is well before and after.
_ALONE: Final = ("reset", "black hole", "reply lost", "delivered late", proxy.MUCH_LATER)
# What is told in one step arrives in another.
_LATER: Final = ("delivered late", proxy.MUCH_LATER)
# Each of these is a way of its own; the others do to a client what one of these does.
_DISTINCT: Final = ("reset", "black hole", "reply lost", "flapping, bad first", proxy.EMPTIED)
_DISTINCT_ALONE: Final = ("reset", proxy.MUCH_LATER)
_DISTINCT_OF_AWS: Final = ("500", "answer lost", "transaction lost")
_SHARE: Final = 5
_ASKING_S3: Final = (
    Job.says_so,
    Job.third_photo,
    Job.third_photo_is_said_again,
    Job.deletes,
    Job.comes_late_for_the_deleted,
    Job.takes_another,
)
NAMES: Final = tuple(name_of(step) for step in STEPS)


@dataclass(frozen=True)
class Cell:
    """A fault of Redis, and the steps in which it is on: from one on, until before one, or only in one."""

    fault: str
    mode: Mode
    step: int

    def on(self, step: int) -> bool:
        match self.mode:
            case "throughout":
                return True
            case "from":
                return step >= self.step
            case "until":
                return step < self.step
            case "only":
                return step == self.step

    def __str__(self) -> str:
        return f"redis {self.fault} | {self.mode}" + (f" {NAMES[self.step]}" if self.mode != "throughout" else "")


@dataclass(frozen=True)
class AwsCell:
    """A fault of a service of AWS that meets the next `requests` from a step on."""

    service: aws.Service
    fault: str
    requests: int
    step: int

    def __str__(self) -> str:
        return f"{self.service} {self.fault} x{self.requests} | from {NAMES[self.step]}"


def redis_cells() -> Iterator[Cell]:
    """Give every fault in every mode at every step; a fault in one step only differs from the others' ends in few."""
    for fault in proxy.FAULTS:
        if fault != proxy.MUCH_LATER:
            yield Cell(fault, "throughout", 0)
            for step in range(1, len(STEPS)):
                yield Cell(fault, "from", step)
                yield Cell(fault, "until", step)
        if fault in _ALONE:
            for step in range(len(STEPS)):
                yield Cell(fault, "only", step)


def aws_cells() -> Iterator[AwsCell]:
    """Give every fault of both services at every step in which it can be met."""
    for service in aws.SERVICES:
        for fault in aws.FAULTS:
            for requests in AWS_REQUESTS:
                for step, what in enumerate(STEPS):
                    if _meets(service, fault, what):
                        yield AwsCell(service, fault, requests, step)


def _meets(service: aws.Service, fault: str, step: Step) -> bool:
    if fault == "transaction lost":
        return service == "dynamodb" and step in {Job.asks_for_a_code, Job.signs_in}
    return service == "dynamodb" or step in _ASKING_S3


def sampled[Each: (Cell, AwsCell)](cells: Iterable[Each]) -> list[Each]:
    """Give the cells that differ from others, and a fifth of the rest.

    What Redis answers instead of an answer is all the same to its client, and so is why AWS did nothing.
    """
    return [cell for number, cell in enumerate(cells) if _differs(cell) or number % _SHARE == 0]


def _differs(cell: Cell | AwsCell) -> bool:
    if isinstance(cell, AwsCell):
        return cell.requests == 3 and cell.fault in _DISTINCT_OF_AWS  # as often as the client tries
    return cell.mode == "throughout" or cell.fault in (_DISTINCT_ALONE if cell.mode == "only" else _DISTINCT)


def run(bench: Bench, cell: Cell | AwsCell | None) -> list[Finding]:
    """Do the whole job under a fault; gives what must not have been."""
    job = Job(bench.clinic, patient=isinstance(cell, AwsCell))
    if not isinstance(cell, Cell) or cell.fault not in _LATER:
        job.counters = counters(bench)
    job.prepare()
    try:
        for number, step in enumerate(STEPS):
            if isinstance(cell, Cell):
                bench.proxy.switch(cell.fault if cell.on(number) else None)
            elif cell and cell.step == number:
                bench.faults.switch(cell.fault, requests=cell.requests, service=cell.service)
            if step is Job.ends_the_session:
                _compare(bench, job)
            _watched(bench, job, step, disturbed=isinstance(cell, Cell) and cell.on(number))
            if step in {Job.deletes, Job.ends_the_session}:
                bench.proxy.deliver()
        bench.proxy.switch(None)
        bench.faults.switch(None)
        if not _recovered(bench):
            job.find("failed", "Redis is back, and health says that it is not")
        job.comes_after_the_end()
        _compare(bench, job)
        job.look_back()
    except StuckError:
        pass
    finally:
        bench.proxy.switch(None)
        bench.proxy.deliver()
        bench.faults.switch(None)
    return job.findings


def counters(bench: Bench) -> Counters:
    """Give the clinic's counters, by the way to Redis that does not fail."""
    return Counters(bench.redis, "test", PSEUDONYM_KEY)


def _watched(bench: Bench, job: Job, step: Step, *, disturbed: bool) -> None:
    """Do a step, and note if Redis may have missed what happened in it."""
    redis = bench.clinic.wiring.redis
    away, before = redis.state != "up", (bench.faults.spoiled, len(bench.failures))
    job.do(step)
    # A busy machine may fail the short deadline by itself.
    if disturbed or away or redis.state != "up" or before != (bench.faults.spoiled, len(bench.failures)):
        job.missed.add(name_of(step))


def _recovered(bench: Bench) -> bool:
    """Let time pass until the breaker has found Redis well; on a busy machine a probe may fail."""
    for _ in range(5):
        bench.clinic.wait(6000)
        if bench.clinic.call("health").json["redis"] == "up":
            return True
    return False


def _compare(bench: Bench, job: Job) -> None:
    item = bench.clinic.item() or {}
    known = _hash(bench, item)
    believed_ms = int(known.get("b", 0)) - bench.clinic.wiring.now_ms()
    if believed_ms > 0:
        for text in contradictions(known, item):
            job.find("stale" if job.missed and believed_ms <= BELIEVED_MS else "contradiction", text)


def _hash(bench: Bench, item: Item) -> dict[str, str]:
    reply = bench.redis.execute("HGETALL", f"bedside:test:session:{item['pk']}")
    flat = [str(part) for part in reply] if isinstance(reply, list) else []
    return dict(zip(flat[::2], flat[1::2], strict=True))


def contradictions(known: Mapping[str, str], item: Mapping[str, Any]) -> list[str]:
    """Tell where a session in Redis says what the record denies; that Redis knows less is no contradiction."""
    if not known:
        return []
    if known["s"] != str(item["started"]):
        return [f"another session: {known['s']}"]
    if not item["open"]:
        return [] if "over" in known else ["Redis does not know that the session is over"]
    found = ["Redis calls an open session over"] if "over" in known else []
    if int(known["e"]) > item["expiresAt"]:
        found.append(f"life until {known['e']}, not {item['expiresAt']}")
    for field, value in known.items():
        name = field[2:]
        if field.startswith("t:") and int(value) != item["tokens"].get(name):
            found.append("a token that the record does not have")
        if field.startswith("i:"):
            deleted = name in item.get("deletedImages", ())
            if (value == "gone") != deleted or (value == "here" and name not in item["images"]):
                found.append(f"{name} is {value if value in {'here', 'gone'} else 'held'}")
    return found
