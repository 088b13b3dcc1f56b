"""The page of the matrix names what there is, and says what came of it."""

import re
from typing import Literal

import pytest

from tests.faults import aws, proxy
from tests.faults.capture import Capture
from tests.faults.matrix import JOBS, PROVIDER, SAMPLE, Pairing, cells, pairings, sampled
from tests.faults.page import GOOD, PAGE, page, result_of


def test_the_page_is_of_this_bench() -> None:
    """A fault or a step that was added, renamed or removed since the page was written fails here."""
    text = PAGE.read_text()
    assert blank(text) == blank(page(everything()))
    for name in (*proxy.FAULTS, *aws.FAULTS, *PROVIDER):
        assert f"**{name}**" in text
    for job in JOBS:
        for number, name in enumerate(job.names(), 1):
            assert f"\n{number}. {name}\n" in text


def everything() -> dict[str, str]:
    """Give the results of a run in which every cell is good."""
    return {str(cell): GOOD for job in JOBS for cell in cells(job)}


def blank(text: str) -> str:
    """Take the results out of a page, and the rows that only a run of every cell has."""
    rows = [re.sub(rf"(?<=\| )(?:{GOOD}|·|[A-Zbs!]+)(?= \|)", "?", line) for line in text.splitlines()]
    return "\n".join(re.sub(r"^\d+ of \d+ ", "", row) for row in rows if not row.endswith("? |"))


def test_a_finding_shows() -> None:
    """A cell that is not good has its letters in the place of its fault and step."""
    results = everything()
    results["capture: redis reset | only deletes"] = "R"
    results["visit: redis reset | only practitioner books"] = "b"
    rows = [line for line in page(results).splitlines() if line.startswith("| redis | reset | only")]
    captured, visited, *_ = (row.strip("| ").split(" | ") for row in rows)
    assert captured[4 + Capture.names().index("deletes")] == "R"
    assert visited[4] == "b"
    assert f"{len(results) - 1} of {len(results)} cells tried are good" in page(results)


@pytest.mark.parametrize(
    ("outcome", "found", "shown"),
    [("passed", [], GOOD), ("skipped", ["risen"], "R"), ("failed", ["lost", "gap"], "LG"), ("failed", [], "!")],
)
def test_results(outcome: Literal["passed", "skipped", "failed"], found: list[str], shown: str) -> None:
    """A known failure that is not fixed yet (xfail) is not good either."""
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


@pytest.mark.parametrize("rotation", ["", "4056729", "fbb3743"])
def test_what_is_sampled(rotation: str) -> None:
    """Every class of faults in every step, in no more cells than fit into a run."""
    tried, every = sampled(rotation), [cell for job in JOBS for cell in cells(job)]
    assert tried == sampled(rotation)
    assert frozenset[Pairing]().union(*map(pairings, tried)) == frozenset[Pairing]().union(*map(pairings, every))
    assert len(tried) == len(set(tried))
    assert SAMPLE <= len(tried) <= SAMPLE + 15
    for job in JOBS:
        steps = {step for name, _, _, step in frozenset[Pairing]().union(*map(pairings, tried)) if name == job.NAME}
        assert steps == set(range(len(job.STEPS)))


def test_every_cell_has_its_turn() -> None:
    """A few hundred commits try nearly all of them."""
    every = {str(cell) for job in JOBS for cell in cells(job)}
    tried = {str(cell) for number in range(450) for cell in sampled(str(number))}
    assert len(tried) > 0.98 * len(every)
