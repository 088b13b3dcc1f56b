"""Whatever fails during a visit, in whichever step: it is lived to its end, and nothing is lost, doubled or left."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from tests.faults import proxy
from tests.faults.conftest import Bench
from tests.faults.job import StuckError
from tests.faults.visit import STEPS, VisitJob, name_of

_OF_REDIS: Final = ("reset", "black hole", "reply lost", proxy.EMPTIED)
# So many requests in a row fail; one call tries three times, and pages call four times.
_OF_DYNAMODB: Final = {"throttled": (3,), "500": (3,), "read timeout": (3,), "answer lost": (1, 3, 7)}
# Until the step is over: the provider and the schedules do not answer, or the provider's answers are lost.
_OF_OTHERS: Final = ("provider", "answers of the provider", "schedules")


@dataclass(frozen=True)
class VisitCell:
    """A service's fault, which begins with a step, and for how many requests, or throughout the step."""

    service: str
    fault: str
    step: int
    requests: int = 0

    def __str__(self) -> str:
        return f"{self.service} {self.fault} x{self.requests} | {name_of(STEPS[self.step])}"


def cells() -> Iterator[VisitCell]:
    for step in range(len(STEPS)):
        for fault in _OF_REDIS:
            yield VisitCell("redis", fault, step)
        for fault, numbers in _OF_DYNAMODB.items():
            for requests in numbers:
                yield VisitCell("dynamodb", fault, step, requests)
        for fault in _OF_OTHERS:
            yield VisitCell("away", fault, step)


def switch(bench: Bench, cell: VisitCell | None) -> None:
    """Let a service fail; None: all are well."""
    wiring = bench.clinic.wiring
    bench.proxy.switch(cell.fault if cell and cell.service == "redis" else None)
    if cell and cell.service == "dynamodb":
        bench.faults.switch(cell.fault, requests=cell.requests, service="dynamodb")
    elif cell is None:
        bench.faults.switch(None)
    wiring.rooms.away = cell is not None and cell.fault == "provider"
    wiring.rooms.forgetful = cell is not None and cell.fault == "answers of the provider"
    wiring.scheduler.away = cell is not None and cell.fault == "schedules"


def run(bench: Bench, cell: VisitCell | None) -> VisitJob:
    job = VisitJob(bench.clinic, patient=cell is None or cell.service != "redis")
    job.prepare()
    try:
        for number, step in enumerate(STEPS):
            if cell and cell.step == number:
                switch(bench, cell)
            job.do(step)
            if cell and cell.service != "dynamodb":
                switch(bench, None)
        switch(bench, None)
        job.is_swept()
    except StuckError:
        pass
    finally:
        switch(bench, None)
    return job


def test_without_a_fault(bench: Bench) -> None:
    """The visit itself finds nothing."""
    assert run(bench, None).findings == []


@pytest.mark.parametrize("cell", list(cells()), ids=str)
def test_a_fault(bench: Bench, cell: VisitCell) -> None:
    """Of Redis nobody sees one; of others the pages' repetition and the sweeper make them good."""
    needs_the_provider = cell.fault == "provider" and name_of(STEPS[cell.step]) == "patient joins"
    findings = run(bench, cell).findings
    if needs_the_provider:  # which makes the room: the page says so, and goes on asking
        assert [finding.text for finding in findings] == ["503 unavailable, not 200"]
    else:
        assert findings == []
