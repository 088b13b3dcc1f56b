"""The page of the matrix names what there is, and says what came of it."""

import re
from typing import Literal

import pytest

from tests.faults import aws, proxy
from tests.faults.matrix import NAMES, aws_cells, redis_cells, sampled
from tests.faults.page import GOOD, PAGE, page, result_of


def test_the_page_is_of_this_bench() -> None:
    """A fault or a step that was added, renamed or removed since the page was written fails here."""
    text = PAGE.read_text()
    results = dict.fromkeys((str(cell) for cell in (*redis_cells(), *aws_cells())), GOOD)
    assert blank(text) == blank(page(results))
    for name in (*proxy.FAULTS, *aws.FAULTS):
        assert f"**{name}**" in text
    for number, name in enumerate(NAMES, 1):
        assert f"\n{number}. {name}\n" in text


def blank(text: str) -> str:
    """Take the results out of a page, and the rows that only a run of every cell has."""
    rows = [re.sub(rf"(?<=\| )(?:{GOOD}|·|[A-Zs!]+)(?= \|)", "?", line) for line in text.splitlines()]
    return "\n".join(re.sub(r"^\d+ of \d+ ", "", row) for row in rows if not row.endswith("? |"))


def test_a_finding_shows() -> None:
    """A cell that is not good has its letters in the place of its fault and step."""
    results = {str(cell): GOOD for cell in redis_cells()}
    results["redis reset | only deletes"] = "R"
    (row,) = [line for line in page(results).splitlines() if line.startswith("| reset | only")]
    assert row.split(" | ")[3 + NAMES.index("deletes")] == "R"
    assert f"{len(results) - 1} of {len(results)} cells that were tried are good" in page(results)


@pytest.mark.parametrize(
    ("outcome", "found", "shown"),
    [("passed", [], GOOD), ("skipped", ["risen"], "R"), ("failed", ["lost", "gap"], "LG"), ("failed", [], "!")],
)
def test_results(outcome: Literal["passed", "skipped", "failed"], found: list[str], shown: str) -> None:
    """What is known and not mended yet (xfail) is not good either."""
    report = pytest.TestReport(
        "t[x]",
        ("t", 0, "t"),
        {},
        outcome,
        None,
        "call",
        user_properties=[("findings", found)],
    )
    assert result_of(report) == shown


def test_what_is_sampled() -> None:
    """What is tried every time has each fault of Redis throughout, and each distinct one at every step."""
    tried = {str(cell) for cell in sampled(redis_cells())}
    assert {f"redis {fault} | throughout" for fault in proxy.FAULTS if fault != proxy.MUCH_LATER} <= tried
    for fault in ("reset", "black hole", "reply lost", "flapping, bad first", "emptied"):
        for name in NAMES[1:]:
            assert {f"redis {fault} | from {name}", f"redis {fault} | until {name}"} <= tried
