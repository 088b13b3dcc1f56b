"""`python -m tests.faults.page`: tries every cell of the matrix and writes docs/faults.md from what came of them."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

import pytest

from local.cloud import ROOT

sys.path[:0] = [str(ROOT / "functions"), str(ROOT / "layers/core")]

from tests.faults import aws, proxy  # noqa: E402  # after the path
from tests.faults.capture import Capture  # noqa: E402  # as above
from tests.faults.job import ALLOWED, Job, Kind  # noqa: E402  # as above
from tests.faults.known import CAUSES  # noqa: E402  # as above
from tests.faults.matrix import AWS_REQUESTS, JOBS, PROVIDER, SAMPLE, AwsCell, Cell, Mode, cells  # noqa: E402  # as above
from tests.faults.visit import VisitJob  # noqa: E402  # as above

PAGE: Final = ROOT / "docs/faults.md"
GOOD: Final = "✓"
_LETTERS: Final[Mapping[Kind, str]] = {
    "failed": "F",
    "lost": "L",
    "twice": "D",
    "beyond the limit": "M",
    "gap": "G",
    "counted twice": "C",
    "risen": "R",
    "contradiction": "X",
    "left": "U",
    "stale": "s",
    "late": "b",
}
# What stands in a good cell.
_FINE: Final = frozenset({GOOD, *(_LETTERS[kind] for kind in ALLOWED)})
_MODES: Final[tuple[Mode, ...]] = ("from", "until", "only")

# A cell's name → what came of it: GOOD, letters of what was found, or "!" where the run itself broke.
type Results = Mapping[str, str]

_HEAD: Final = """# When Redis or AWS fail

Written by `python -m tests.faults.page`, which tries every cell below; do not edit. So does `make test-all`. Other runs
try about {sample} cells: every class of faults in every step, and within a class those whose turn it is with the commit
(`tests/faults/matrix.py`). A failing cell names itself; `-k` with its name, and `BEDSIDE_FAULTS=every`, tries it again.

Two jobs are done whole, in the steps below: a clinician and a phone take photos, and a patient and a practitioner live
through a visit. Every function runs in one process, with AWS in memory, and a real Redis behind the Upstash bridge. A
proxy in front of the bridge, or a switch between the functions and AWS, makes one thing fail: throughout, from a step
on, until before a step, or in one step only (Redis, which has 80 ms to answer where it hangs, and the video provider);
or for the next so many requests from a step on (AWS). What fails because of AWS or of the provider the users' pages
repeat after 1, 2 and 4 seconds, as they really do, and the client of AWS tries three times by itself; faults of Redis
must not even need that. Events, webhooks and messages that fail come again as their senders send them. Clocks are moved
instead of waiting.

A cell is good ({good}) if nobody saw a failure, and afterwards everything is as it is without the fault:

| | what was found |
| --- | --- |
| F | a call failed for its user, or an event, a webhook or a message was given up |
| L | a photo, a visit, an event of it, notes, a recording, or what was said of a photo, was lost |
| D | something is there twice: a photo, a number, a visit, a step, notes, a recording, a token |
| M | a link for more photos than the limit, or more photos |
| G | numbers of photos have gaps, or are others than they should be |
| C | something was counted twice: codes sent, failures, checks, revisions, sign-ins, joinings, or in the counters |
| R | something opened after the end, or a deleted photo came back |
| X | Redis is believed, and contradicts the record |
| U | something is left undone hours after a visit: a schedule, an event, a room that is open, a recording |
| s | may be: for up to a minute Redis said what was so before a change that it missed; the record took nothing by it |
| b | may be: the patient was back before their loss was known, so that the visit's history does not have it |
| ! | the run itself broke |
| · | not tried this time, or cannot be |
"""
_ABOUT: Final[Mapping[type[Job], str]] = {
    Capture: """
Photos are uploaded by browsers, not by functions, so that S3's faults meet only what functions ask of it. A session
holds three photos here. Afterwards the record, the bucket, and Redis once it was back are compared.

What Redis holds of a session is believed for at most a minute after it was last written from the record. So what Redis
missed while it was away may show for that minute, as a link that is given or a code that opens; no photo can be added
by it, because the record decides. After the minute nothing of it is left.
""",
    VisitJob: """
A visit is booked, joined, recorded, interrupted, ended and looked back at, and nobody comes to another one. The
provider is a fake that tells of what happens by webhooks; queues and schedules are moto's, and what a schedule invokes
or a queue delivers comes as from AWS, again where it failed. With `ssm`, which holds the secrets, every function starts
cold in the step. Hours later the sweeper has looked a few times, nothing fails any more, and these are compared: the
state and history of both visits, summary, list, notes and their history, the recording in the record and in the bucket,
webhooks, schedules, the room at the provider, and whether somebody can still join.
""",
}


def page(results: Results) -> str:
    """Return the page."""
    good, every = sum(result in _FINE for result in results.values()), sum(len(cells(job)) for job in JOBS)
    parts = [
        _HEAD.format(good=GOOD, sample=SAMPLE),
        f"\n{good} of {len(results)} cells that were tried are good; there are {every}. ",
        "What is known of the others:\n\n",
        "".join(f"- {cause}\n" for cause in CAUSES),
        "\n## Faults\n\nOf Redis:\n\n",
        _list(proxy.MEANINGS),
        "\nOf AWS:\n\n",
        _list(aws.MEANINGS),
        "\nOf the video provider:\n\n",
        _list(PROVIDER),
        *(part for job in JOBS for part in _job(job, results)),
    ]
    return "".join(parts)


def _job(job: type[Job], results: Results) -> Iterator[str]:
    """Give the parts of a job."""
    yield f"\n## {job.NAME.capitalize()}\n{_ABOUT[job]}\n"
    yield "".join(f"{number}. {name}\n" for number, name in enumerate(job.names(), 1))
    yield f"\n{_lasting_table(job, results)}\n{_aws_table(job, results)}"


def _list(meanings: Mapping[str, str]) -> str:
    return "".join(f"- **{name}**: {meaning}\n" for name, meaning in meanings.items())


def _lasting_table(job: type[Job], results: Results) -> str:
    rows = []
    modes = {(cell.service, cell.fault, cell.mode) for cell in cells(job) if isinstance(cell, Cell)}
    faults: list[tuple[Literal["redis", "provider"], str]] = [("redis", fault) for fault in proxy.FAULTS]
    for service, fault in [*faults, *(("provider", fault) for fault in PROVIDER)]:
        whole = results.get(str(Cell(job, fault, "throughout", 0, service)), "·")
        for mode in (each for each in _MODES if (service, fault, each) in modes):
            row = [results.get(str(Cell(job, fault, mode, step, service)), "·") for step in range(len(job.STEPS))]
            if {whole, *row} - {"", "·"}:
                rows.append((service, fault, mode, whole, *row))
                whole = ""
    return _table(job, ("service", "fault", "on", "all"), rows)


def _aws_table(job: type[Job], results: Results) -> str:
    rows = []
    for service in aws.SERVICES:
        for fault in aws.FAULTS:
            for requests in AWS_REQUESTS:
                row = [
                    results.get(str(AwsCell(job, service, fault, requests, step)), "·")
                    for step in range(len(job.STEPS))
                ]
                if set(row) != {"·"}:
                    rows.append((service, fault, str(requests), *row))
    return _table(job, ("service", "fault", "requests"), rows)


def _table(job: type[Job], head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    names = (*head, *(str(number) for number in range(1, len(job.STEPS) + 1)))
    lines = [names, tuple("---" for _ in names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


class _Collecting:
    """Hears what came of each cell."""

    def __init__(self) -> None:
        self.results: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("[")[2].removesuffix("]")
        if name and (report.when == "call" or report.failed):
            self.results[name] = result_of(report)


def result_of(report: pytest.TestReport) -> str:
    """Give the letters of what a cell's test found."""
    kinds: Iterable[Kind] = dict(report.user_properties).get("findings", ())  # type: ignore[assignment]  # as test_matrix puts them
    if report.passed and not kinds:
        return GOOD
    return "".join(_LETTERS[kind] for kind in kinds) or "!"


def main(path: Path) -> None:
    """Try every cell, and write the page."""
    os.environ["BEDSIDE_FAULTS"] = "every"
    collecting = _Collecting()
    arguments = [str(ROOT / "tests/faults/test_matrix.py"), "-q", "-n", "2", "--tb", "no", "-p", "no:cacheprovider"]
    # This module has loaded what pytest would have liked to rewrite.
    pytest.main([*arguments, "-W", "ignore::pytest.PytestAssertRewriteWarning"], [collecting])
    wanted = {str(cell) for job in JOBS for cell in cells(job)}
    if missing := wanted - collecting.results.keys():
        raise SystemExit(f"{len(missing)} cells were not tried, as {min(missing)}")
    path.write_text(page({name: found for name, found in collecting.results.items() if name in wanted}))


if __name__ == "__main__":
    main(PAGE)
