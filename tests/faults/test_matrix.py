"""Whatever fails, whenever it begins or ends: the job is done, and nothing is lost, doubled or undone."""

import os

import pytest

from tests.faults.capture import Capture
from tests.faults.conftest import Bench
from tests.faults.job import ALLOWED, Finding, Job
from tests.faults.known import known
from tests.faults.matrix import EVERY, JOBS, AwsCell, Cell, cells, run, sampled

# `make test-all` and `python -m tests.faults.page` try every cell.
_CELLS = [cell for job in JOBS for cell in cells(job)] if EVERY else sampled(os.environ["BEDSIDE_ROTATION"])


def judge(findings: list[Finding], service: str, record: pytest.Function) -> None:
    """Fail unless nothing was found, or nothing but what is known."""
    text = "; ".join(f"{each.kind} at “{each.step}”: {each.text}" for each in findings)
    record.user_properties.append(("findings", sorted({each.kind for each in findings})))
    findings = [each for each in findings if each.kind not in ALLOWED]
    causes = [known(each, service) for each in findings]
    if findings and all(causes):
        pytest.xfail(f"{', '.join(sorted(set(causes)))}: {text}")
    assert not findings, text


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.NAME)
def test_without_a_fault(bench: Bench, job: type[Job]) -> None:
    """The job itself finds nothing, and Redis takes part in it."""
    before = bench.proxy.seen
    assert run(bench, job, None) == []
    assert bench.proxy.seen - before > 10


def test_without_a_fault_everything_is_counted(bench: Bench) -> None:
    """So that the counters, which may miss something under a fault, could be wrong there at all."""
    job = Capture(bench.clinic, bench.redis)
    job.prepare()
    for step in Capture.STEPS:
        job.do(step)
    assert job.findings == []
    facilitys = {"sessionsOpened": 1, "photosArrived": 4, "signIns": 1, "codesSent": 0}
    assert job.counted == {"FAC001": facilitys, None: facilitys | {"codesSent": 1}}


@pytest.mark.parametrize("cell", _CELLS, ids=str)
def test_a_fault(bench: Bench, cell: Cell | AwsCell, request: pytest.FixtureRequest) -> None:
    """A fault of Redis is seen by nobody; what else fails is made good by repetition, and by the sweeper."""
    findings = run(bench, cell.job, cell)
    assert bench.faults.spoiled or isinstance(cell, Cell), "the fault was not met"
    judge(findings, cell.service, request.node)
