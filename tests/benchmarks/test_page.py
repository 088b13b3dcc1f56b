from datetime import date

import pytest

from benchmarks import page
from benchmarks.cold import Contest
from benchmarks.shutter import Link, Round
from benchmarks.table import number, table


def _cells(text: str) -> list[list[str]]:
    """Every line of every table, as its cells."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [(0.0143, "0.014"), (6.28, "6.3"), (99.94, "99.9"), (298.4, "298"), (2760.0, "2,760")],
)
def test_numbers_carry_no_more_digits_than_they_deserve(milliseconds: float, written: str) -> None:
    """Small times keep three places, large ones none."""
    assert number(milliseconds) == written


def test_a_table_lines_up_in_a_terminal() -> None:
    """Every line is equally long, the first column stands left and the others right."""
    lines = table(["call", "median"], [["GET /", "6.3"], ["a longer name", "1,298"]]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1] == "| ------------- | -----: |"
    assert lines[2] == "| GET /         |    6.3 |"


def test_an_uneven_row_is_refused() -> None:
    """A measurement that went missing does not shift the others by a column."""
    with pytest.raises(ValueError, match="as many cells"):
        table(["call", "median"], [["GET /"]])


def test_the_ratio_stands_beside_ours_and_the_peer_is_one() -> None:
    """First and further calls are compared apart, each with the peer's of the same run."""
    contest = Contest("one Redis GET", "redis_bedside", "redis_upstash", 10)
    contest.cold = {"redis_bedside": [30.0, 40.0], "redis_upstash": [120.0, 160.0]}
    contest.again = {"redis_bedside": [1.0, 1.0], "redis_upstash": [2.0, 2.0]}
    rows = _cells(page.contests([contest]))[2:]
    assert [(row[0].rpartition(": ")[2], row[1], row[5]) for row in rows] == [
        ("Bedside's adapter", "35.0", "0.25"),
        ("upstash-redis, its defaults", "140", "1"),
        ("Bedside's adapter", "1.0", "0.50"),
        ("upstash-redis, its defaults", "2.0", "1"),
    ]


def test_calls_of_the_api_are_told_from_other_requests() -> None:
    """An upload to storage is no call of ours."""
    rows = _cells(page.calls({"PUT to storage (250 kB)": [5.0], "PUT /users/{userId}/roles": [9.0]}))[2:]
    assert [row[0] for row in rows] == ["PUT to storage (250 kB)", "`PUT /users/{userId}/roles`"]


def test_each_link_has_its_own_table_with_its_numbers() -> None:
    """The steps and the whole are shown for each, with the link's speeds in the head."""
    way = Round(220, 180, 690, 40, 420, 1130, 190, 840, 180, 743_315)
    text = page.shutter(2_911_596, {Link("A", 9, 9, 170, 1): [way], Link("B", 8.1, 1.35, 165, 1): [way, way]})
    heads = [row[0] for row in _cells(text) if row[1] == "median"]
    assert heads == ["A: 9/9 Mbit/s, 170 ms; n = 1", "B: 8.1/1.35 Mbit/s, 165 ms; n = 2"]
    assert text.count("| 1,130 |") >= 2
    assert text.count("|    420 |") >= 2
    assert "2.9 MB" in text


def test_a_page_of_a_busy_machine_says_so() -> None:
    """Who reads the times learns that they are worth less than the ratios."""
    busy = page.whole(["section"], today=date(2026, 1, 2), load=3.0)
    calm = page.whole(["section"], today=date(2026, 1, 2), load=0.1)
    assert "Other work was running" in busy
    assert "Other work was running" not in calm
    assert "2026-01-02" in calm
