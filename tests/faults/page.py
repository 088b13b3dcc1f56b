"""`python -m tests.faults.page`: tries every cell of the matrix and writes docs/faults.md from what came of them."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest

from local.cloud import ROOT

sys.path[:0] = [str(ROOT / "functions"), str(ROOT / "layers/core")]

from tests.faults import aws, proxy  # noqa: E402  # after the path
from tests.faults.known import CAUSES  # noqa: E402  # as above
from tests.faults.matrix import AWS_REQUESTS, NAMES, AwsCell, Cell, Mode, aws_cells, redis_cells, sampled  # noqa: E402  # as above

PAGE: Final = ROOT / "docs/faults.md"
GOOD: Final = "✓"
_LETTERS: Final[Mapping[str, str]] = {
    "failed": "F",
    "lost": "L",
    "twice": "D",
    "beyond the limit": "M",
    "gap": "G",
    "counted twice": "C",
    "risen": "R",
    "contradiction": "X",
    "stale": "s",
}
_MODES: Final[tuple[Mode, ...]] = ("from", "until", "only")

# A cell's name → what came of it: GOOD, letters of what was found, or "!" where the run itself broke.
type Results = Mapping[str, str]

_HEAD: Final = """# When Redis or AWS fail

Written by `python -m tests.faults.page`, which tries every cell below (ten minutes on a quiet machine; three with the
word `sampled` behind it); do not edit. `python -m pytest tests/faults -n 2` tries the cells that differ from others and
a fifth of the rest; a failing cell names itself. The bench is in `tests/faults/`.

A clinician and a phone do the whole job, in the steps below, with every function in one process, moto for AWS, and a
real Redis behind the Upstash bridge. A proxy in front of the bridge, or a switch between the functions and moto, makes
one thing fail: throughout, from a step on, until before a step, or in one step only (Redis, which has 80 ms to answer
where it hangs); or for the next so many requests from a step on (AWS). What fails because of AWS the users' pages
repeat after 1, 2 and 4 seconds, as they really do, and the client of AWS tries three times by itself; faults of Redis
must not even need that. Clocks are moved instead of waiting. Photos are uploaded by browsers, not by functions, so that
S3's faults meet only what functions ask of it. A session holds three photos here.

What Redis holds of a session is believed for at most a minute after it was last written from the record. So what Redis
missed while it was away may show for that minute, as a link that is given or a code that opens; no photo can be added
by it, because the record decides. After the minute nothing of it is left.

A cell is good ({good}) if nobody saw a failure, and the record, the bucket, and Redis once it was back say the same:

| | what was found |
| --- | --- |
| F | a call failed for its user, or S3's event was given up |
| L | a photo, or what was said of it, was lost |
| D | a photo is there twice, or has two numbers |
| M | a link for more photos than the limit, or more photos |
| G | numbers of photos have gaps, or are others than they should be |
| C | something was counted twice: codes sent, failures, checks, revisions, sign-ins, or in the counters |
| R | something opened after the end, or a deleted photo came back |
| X | Redis is believed, and contradicts the record |
| s | may be: for up to a minute Redis said what was so before a change that it missed; the record took nothing by it |
| ! | the run itself broke |
| · | not tried this time, or cannot be |
"""


def page(results: Results) -> str:
    """Return the page."""
    good = sum(result in {GOOD, "s"} for result in results.values())
    parts = [
        _HEAD.format(good=GOOD),
        f"\n{good} of {len(results)} cells that were tried are good. What is known of the others:\n\n",
        "".join(f"- {cause}\n" for cause in CAUSES),
        "\n## Steps\n\n",
        "".join(f"{number}. {name}\n" for number, name in enumerate(NAMES, 1)),
        "\n## Redis\n\n",
        _list(proxy.MEANINGS),
        "\n" + _redis_table(results),
        "\n## AWS\n\n",
        _list(aws.MEANINGS),
        "\n" + _aws_table(results),
    ]
    return "".join(parts)


def _list(meanings: Mapping[str, str]) -> str:
    return "".join(f"- **{name}**: {meaning}\n" for name, meaning in meanings.items())


def _redis_table(results: Results) -> str:
    rows = []
    for fault in proxy.FAULTS:
        for mode in _MODES:
            cells = [results.get(str(Cell(fault, mode, step)), "·") for step in range(len(NAMES))]
            whole = results.get(str(Cell(fault, "throughout", 0)), "·") if mode == "from" else ""
            if set(cells) != {"·"}:
                rows.append((fault, mode, whole, *cells))
    return _table(("fault", "on", "all"), rows)


def _aws_table(results: Results) -> str:
    rows = []
    for service in aws.SERVICES:
        for fault in aws.FAULTS:
            for requests in AWS_REQUESTS:
                cells = [results.get(str(AwsCell(service, fault, requests, step)), "·") for step in range(len(NAMES))]
                if set(cells) != {"·"}:
                    rows.append((service, fault, str(requests), *cells))
    return _table(("service", "fault", "requests"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    names = (*head, *(str(number) for number in range(1, len(NAMES) + 1)))
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
    kinds: Iterable[str] = dict(report.user_properties).get("findings", ())  # type: ignore[assignment]  # as test_matrix puts them
    if report.passed and not kinds:
        return GOOD
    return "".join(_LETTERS[kind] for kind in kinds) or "!"


def main(path: Path, *, every: bool) -> None:
    """Try every cell, or those that the tests try, and write the page."""
    os.environ["BEDSIDE_FAULTS"] = "every" if every else "sampled"
    collecting = _Collecting()
    arguments = [str(ROOT / "tests/faults/test_matrix.py"), "-q", "-n", "2", "--tb", "no", "-p", "no:cacheprovider"]
    # This module has loaded what pytest would have liked to rewrite.
    pytest.main([*arguments, "-W", "ignore::pytest.PytestAssertRewriteWarning"], [collecting])
    wanted = [*redis_cells(), *aws_cells()] if every else [*sampled(redis_cells()), *sampled(aws_cells())]
    missing = {str(cell) for cell in wanted} - collecting.results.keys()
    if missing:
        raise SystemExit(f"{len(missing)} cells were not tried, as {min(missing)}")
    path.write_text(page(collecting.results))


if __name__ == "__main__":
    main(PAGE, every=sys.argv[1:] != ["sampled"])
