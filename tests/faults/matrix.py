"""The matrix: which fault is on in which steps of a job, and what comes of it."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from tests.faults import aws, proxy
from tests.faults.capture import Capture
from tests.faults.commit import RECORD, CommitJob
from tests.faults.conftest import Bench
from tests.faults.job import Finding, Job, Step, StuckError, name_of
from tests.faults.notice import NoticeJob
from tests.faults.visit import VisitJob

Mode = Literal["throughout", "from", "until", "only"]

JOBS: Final[tuple[type[Job], ...]] = (Capture, VisitJob, NoticeJob, CommitJob)
# Of the video provider, of the one that sends text messages, and of the record, which may do more.
PROVIDER: Final = {
    "away": "it refuses, or answers with an error of its own; nothing is done",
    "hanging": "it does not answer within 4 s; nothing is done",
    "answer lost": "what was asked for is done, and its answer is lost",
}

# So many requests in a row fail; the client tries three times, and the pages four times.
AWS_REQUESTS: Final = (1, 3, 7)
# These are also tried in single steps: Redis misses what happens in them, and is well before and after.
_ALONE: Final = ("reset", "black hole", "reply lost", "delivered late", proxy.MUCH_LATER)
# What is told in one step may arrive in another.
_LATER: Final = ("delivered late", proxy.MUCH_LATER, "drip", "delayed 5 s")
EVERY: Final = os.environ.get("BEDSIDE_FAULTS") == "every"
# How many cells a run tries otherwise; other commits try others.
SAMPLE: Final = 195
# What a fault does to those who ask. To them the faults of one class are much the same.
_REFUSED: Final = "nothing is done, and that is known"
_SILENT: Final = "no answer comes in time"
_UNKNOWN: Final = "it is done, and its answer is lost"
_OF_REDIS: Final[Mapping[str, str]] = {
    **dict.fromkeys((proxy.REFUSED, "reset"), _REFUSED),
    **dict.fromkeys(proxy.HANGING, _SILENT),
    **dict.fromkeys(("reply lost", "truncated", "garbage", "another's answer"), _UNKNOWN),
    **dict.fromkeys((proxy.READ_ONLY, "401", "429", "500", "502 HTML", "503 JSON"), "Redis or its host refuses"),
    **dict.fromkeys(("flapping, bad first", "flapping, good first", "slow"), "some answers come, or all come late"),
    proxy.EMPTIED: "Redis has forgotten everything",
}
_OF_OTHERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("throttled", "500", "connect timeout", "away", "later", "refusing", "closed"), _REFUSED),
    **dict.fromkeys(("read timeout", "hanging"), _SILENT),
    **dict.fromkeys(("answer too late", "answer lost", "transaction lost"), _UNKNOWN),
    **dict.fromkeys(("lying", "unsearchable"), "what it has is not what it says"),
}
# A job, a class of faults or a service that fails, and a step in which the fault is on.
type Pairing = tuple[str, str, str, int]


@dataclass(frozen=True)
class Cell:
    """A fault of Redis or of the provider, and the steps in which it is on: from one on, until one, or only in one."""

    job: type[Job]
    fault: str
    mode: Mode
    step: int
    service: Literal["redis", "provider"] = "redis"

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
        when = self.mode + (f" {self.job.names()[self.step]}" if self.mode != "throughout" else "")
        return f"{self.job.NAME}: {self.service} {self.fault} | {when}"


@dataclass(frozen=True)
class AwsCell:
    """A fault of a service of AWS that meets the next `requests` from a step on."""

    job: type[Job]
    service: aws.Service
    fault: str
    requests: int
    step: int

    def __str__(self) -> str:
        name = self.job.names()[self.step]
        return f"{self.job.NAME}: {self.service} {self.fault} x{self.requests} | from {name}"


def redis_cells(job: type[Job]) -> Iterator[Cell]:
    """Give every fault in the modes that a job is tried in, at every step.

    Capture remembers much in Redis: a fault's end matters as much as its beginning. Visits keep there what lives for a
    minute at most, so that a fault in one step differs from the others only by that step.
    """
    for fault in proxy.FAULTS:
        if fault != proxy.MUCH_LATER:
            yield Cell(job, fault, "throughout", 0)
            for step in range(1, len(job.STEPS)) if job is Capture else ():
                yield Cell(job, fault, "from", step)
                yield Cell(job, fault, "until", step)
        if job is not Capture or fault in _ALONE:
            for step in range(len(job.STEPS)):
                yield Cell(job, fault, "only", step)


def provider_faults(job: type[Job]) -> Sequence[str]:
    """Give what the provider of a job may do."""
    if job is Capture:
        return ()
    return (*PROVIDER, *RECORD) if job is CommitJob else tuple(PROVIDER)


def provider_cells(job: type[Job]) -> Iterator[Cell]:
    """Give every fault of the provider in each step alone, and from each on to the end."""
    for fault in provider_faults(job):
        for mode in ("only", "from"):
            for step in range(len(job.STEPS)):
                yield Cell(job, fault, mode, step, "provider")


def aws_cells(job: type[Job]) -> Iterator[AwsCell]:
    """Give every fault of all services at every step in which it can be met."""
    for service in aws.SERVICES:
        for fault in aws.FAULTS:
            for requests in AWS_REQUESTS:
                for step, what in enumerate(job.STEPS):
                    if job.meets(service, fault, what):
                        yield AwsCell(job, service, fault, requests, step)


def cells(job: type[Job]) -> list[Cell | AwsCell]:
    """Give all cells of a job."""
    return [*redis_cells(job), *provider_cells(job), *aws_cells(job)]


@cache
def _every_cell() -> Mapping[Cell | AwsCell, str]:
    """Give all cells of all jobs with their names."""
    return {cell: str(cell) for job in JOBS for cell in cells(job)}


@cache
def pairings(cell: Cell | AwsCell) -> frozenset[Pairing]:
    """Return the pairs of a step with a class of faults, and of a step with a service, that a cell tries.

    Not the triples: they would need twice as many cells in a run. What patients are told, and what is committed, stands
    in DynamoDB, which fails in every step; everything else fails in one step, once for each class.
    """
    if cell.job in {NoticeJob, CommitJob}:
        return frozenset({_of_messages(cell)})
    if isinstance(cell, Cell) and cell.service == "redis":
        kind = _OF_REDIS[cell.fault]
        return frozenset((cell.job.NAME, "redis", kind, step) for step in range(len(cell.job.STEPS)) if cell.on(step))
    # Faults of AWS are over after some requests. Those of the provider count for where they begin, as these do.
    kind = _OF_OTHERS[cell.fault]
    return frozenset({(cell.job.NAME, "class", kind, cell.step), (cell.job.NAME, "service", cell.service, cell.step)})


def _of_messages(cell: Cell | AwsCell) -> Pairing:
    """Return what a cell tries of notices or commits, which share what is the same for both."""
    name, last = cell.job.NAME, len(cell.job.STEPS) - 1
    if cell.step == last:  # nothing new happens in it
        return (name, "any", "any", last)
    if cell.service == "dynamodb":
        return (name, "service", cell.service, cell.step)
    return ("messages", cell.service, {**_OF_REDIS, **_OF_OTHERS}[cell.fault], 0)


def sampled(rotation: str) -> list[Cell | AwsCell]:
    """Return the cells that a run tries: every class of faults and every service in every step.

    `rotation` decides which faults stand for their class.
    """
    every = _every_cell()

    def place(cell: Cell | AwsCell) -> bytes:
        return hashlib.sha256(f"{rotation} {every[cell]}".encode()).digest()

    shuffled = sorted(every, key=place)
    chosen: dict[Cell | AwsCell, None] = {}
    tried: Counter[Pairing] = Counter()
    for cell in shuffled:
        if any(not tried[each] for each in pairings(cell)):
            chosen[cell] = None
            tried.update(pairings(cell))
    # Those that others make superfluous give way to the next in turn.
    for cell in list(chosen):
        if all(tried[each] > 1 for each in pairings(cell)):
            del chosen[cell]
            tried.subtract(pairings(cell))
    for cell in shuffled:
        if len(chosen) >= SAMPLE:
            break
        chosen[cell] = None
    return [cell for cell in every if cell in chosen]


def run(bench: Bench, job: type[Job], cell: Cell | AwsCell | None) -> list[Finding]:
    """Do a whole job under a fault; gives what must not have been."""
    of_redis = isinstance(cell, Cell) and cell.service == "redis"
    one = job(
        bench.clinic,
        bench.redis,
        patient=cell is not None and not of_redis,
        tardy=isinstance(cell, Cell) and cell.fault in _LATER,
    )
    one.prepare()
    try:
        for number, step in enumerate(job.STEPS):
            _switch(bench, cell, number)
            _watched(bench, one, step, disturbed=of_redis and isinstance(cell, Cell) and cell.on(number))
            if step in job.DELIVERING:
                bench.proxy.deliver()
        _well(bench)
        if not _recovered(bench):
            one.find("failed", "Redis is back, and health says that it is not")
        one.look_back()
    except StuckError:
        pass
    finally:
        _well(bench)
        bench.proxy.deliver()
    return one.findings


def _switch(bench: Bench, cell: Cell | AwsCell | None, step: int) -> None:
    """Let what is to fail in a step fail."""
    if isinstance(cell, AwsCell):
        if cell.step == step:
            if cell.service == "ssm":
                bench.start_cold()
            bench.faults.switch(cell.fault, requests=cell.requests, service=cell.service)
    elif cell:
        fault = cell.fault if cell.on(step) else None
        if cell.service == "redis":
            bench.proxy.switch(fault)
        else:
            bench.fail_provider(fault)


def _well(bench: Bench) -> None:
    bench.proxy.switch(None)
    bench.faults.switch(None)
    bench.fail_provider(None)


def _watched(bench: Bench, job: Job, step: Step, *, disturbed: bool) -> None:
    """Do a step, and note if Redis may have missed what happened in it."""
    away, before = bench.redis_state() != "up", (bench.faults.spoiled, len(bench.failures))
    job.do(step)
    # A busy machine may fail the short deadline by itself.
    if disturbed or away or bench.redis_state() != "up" or before != (bench.faults.spoiled, len(bench.failures)):
        job.missed.add(name_of(step))


def _recovered(bench: Bench) -> bool:
    """Let time pass until the breaker has found Redis well; on a busy machine a probe may fail."""
    for _ in range(5):
        bench.clinic.wait(6000)
        if bench.clinic.call("health").json["redis"] == "up":
            return True
    return False
