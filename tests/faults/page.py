"""`python -m tests.faults.page`: try every cell of the matrix and write docs/faults.md from the results."""

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
from tests.faults.commit import RECORD, CommitJob  # noqa: E402  # as above
from tests.faults.job import ALLOWED, Job, Kind  # noqa: E402  # as above
from tests.faults.known import CAUSES  # noqa: E402  # as above
from tests.faults.matrix import (  # noqa: E402  # as above
    AWS_REQUESTS,
    JOBS,
    PROVIDER,
    SAMPLE,
    AwsCell,
    Cell,
    Mode,
    cells,
    provider_faults,
)
from tests.faults.notice import NoticeJob  # noqa: E402  # as above
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
# The results of a good cell.
_FINE: Final = frozenset({GOOD, *(_LETTERS[kind] for kind in ALLOWED)})
_MODES: Final[tuple[Mode, ...]] = ("from", "until", "only")

# A cell's name → its result: GOOD, the letters of its findings, or "!" if the run itself failed.
type Results = Mapping[str, str]

_HEAD: Final = """# When Redis or AWS fail

Written by `python -m tests.faults.page`, which tries every cell below; do not edit. So does `make test-all`.
`make test` tries about {sample} cells: every class of faults and every service in every step. Other commits try others
(`tests/faults/matrix.py`). To repeat a failing cell, set `BEDSIDE_FAULTS=every` and pass its name to pytest's `-k`.

Four jobs are done from beginning to end, in the steps below: a clinician and a phone take photos, a patient and a
practitioner hold a visit, a patient is told of a dose and of a visit, and photos and notes go to the patient's record.
Every function runs in one process, with AWS in memory and a real Redis behind the Upstash bridge. A proxy in front of
the bridge, or a switch between the functions and AWS, makes one thing fail. Redis and the provider of video, of text
messages or of the record fail throughout, from a step on, until a step, or in one step only; AWS fails for a number of
requests from a step on. Where Redis hangs, calls wait 80 ms for it. If a call fails because of AWS or the provider, it
is retried after 1, 2 and 4 seconds, as the pages do, and the AWS client makes three attempts by itself; faults of Redis
must need no retry. Failed events, webhooks and messages are redelivered as their senders would. Clocks are moved
instead of waiting.

A cell is good ({good}) if no user saw a failure and the result is the same as without the fault:

| | finding |
| --- | --- |
| F | a call failed for its user, or an event, a webhook or a message was abandoned |
| L | a photo or its details, a visit, an entry of its history, notes, a recording or a record's document was lost |
| D | something exists twice: a photo, a photo's number, a visit, a step, notes, a recording, a token, a document |
| M | more upload links, or more photos, than the limit |
| G | the numbers of photos have gaps or are wrong |
| C | something was counted twice: codes sent, failures, checks, revisions, sign-ins, joins, or in the counters |
| R | something worked after the end of the session, or a deleted photo came back |
| X | a call trusted Redis where it contradicts DynamoDB |
| U | something is left over hours later: a schedule, an event, an open room, a recording, a photo that is held |
| s | allowed: for up to a minute Redis returned stale data after a change that it missed; no write was based on it |
| b | allowed: the patient was back before the loss was reported, so the visit's history does not mention it |
| ! | the test run itself failed |
| · | not tried this time, or impossible |
"""
_ABOUT: Final[Mapping[type[Job], str]] = {
    Capture: """
Browsers upload photos, not functions, so faults of S3 only affect the functions' own requests. The session's limit is
three photos here. Afterwards DynamoDB, the bucket and the recovered Redis are compared with a run without faults.

Calls trust what Redis holds of a session for at most a minute after it was last written from DynamoDB. Changes that
Redis missed while it was down can show for that minute, as a link that is issued or a code that opens. No photo can be
added that way, because DynamoDB decides.
""",
    VisitJob: """
A visit is booked, joined, recorded, interrupted, ended and reviewed; nobody joins a second one. The provider is a fake
that reports events by webhooks. Queues and schedules are moto's, and deliver and retry like AWS. Faults of `ssm`, which
holds the secrets, also make every function start cold in that step. Hours later, after a few sweeps without faults,
these are compared with a run without faults: the state and history of both visits, summary, list, notes and their
history, the recording in DynamoDB and in the bucket, webhooks, schedules, the room at the provider, and whether anybody
can still join.
""",
    NoticeJob: """
A patient is reminded of a dose, and told of a visit that is booked, moved and cancelled. Every change reaches the
trigger twice, and every message comes twice. The provider is the one of text messages. In the end the inbox has each
notice once and in order, nobody got a text message twice, and nothing was told that was no longer so.
""",
    CommitJob: """
Two photos of an encounter and the notes of a visit are committed to the record, which is the provider here. Two
clinicians commit the same photos, and every message comes twice. Somebody tries again what has failed; of what nobody
knows, they look into the record and say whether it is there, which is needed only if the record cannot be searched or
contradicts itself. In the end the record has each document once, under the identifier that it was first sent with, and
no photo is held any more. What records answer, status by status, is tried in `tests/unit/commits/test_stand_ins.py`,
and functions that die between any two steps in `tests/unit/commits/test_lives.py`.
""",
}


def page(results: Results) -> str:
    """Return the page."""
    good, every = sum(result in _FINE for result in results.values()), sum(len(cells(job)) for job in JOBS)
    parts = [
        _HEAD.format(good=GOOD, sample=SAMPLE),
        f"\n{good} of {len(results)} cells tried are good; there are {every} in all. ",
        "Known causes of the others:\n\n",
        "".join(f"- {cause}\n" for cause in CAUSES),
        "\n## Faults\n\nOf Redis:\n\n",
        _list(proxy.MEANINGS),
        "\nOf AWS:\n\n",
        _list(aws.MEANINGS),
        "\nOf the provider of video, of text messages and of the record:\n\n",
        _list(PROVIDER),
        "\nOf the record alone:\n\n",
        _list(RECORD),
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
    faults += [("provider", fault) for fault in provider_faults(job)]
    for service, fault in faults:
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
    """Collects the result of each cell."""

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
    # This module has already loaded modules that pytest would rewrite.
    pytest.main([*arguments, "-W", "ignore::pytest.PytestAssertRewriteWarning"], [collecting])
    wanted = {str(cell) for job in JOBS for cell in cells(job)}
    if missing := wanted - collecting.results.keys():
        raise SystemExit(f"{len(missing)} cells were not tried, as {min(missing)}")
    path.write_text(page({name: found for name, found in collecting.results.items() if name in wanted}))


if __name__ == "__main__":
    main(PAGE)
