from collections import Counter

from benchmarks.codes_section import section
from benchmarks.race import Race


def _race() -> Race:
    race = Race("POST /otp/verify")
    race.first = {"ours": [300.0, 900.0], "usual": [600.0, 1800.0]}
    race.first_cpu = {"ours": [200.0, 200.0], "usual": [800.0, 800.0]}
    race.again_cpu = {"ours": [1.0, 1.0], "usual": [8.0, 8.0]}
    race.asked_first = {"ours": Counter(ssm=1, dynamodb=2, redis=0), "usual": Counter(ssm=1, dynamodb=2, redis=1)}
    race.asked_again = {"ours": Counter(dynamodb=2), "usual": Counter(dynamodb=2, redis=1)}
    return race


def _cells(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_both_sides_requests_stand_beside_each_other() -> None:
    """Only services that somebody asked have a column."""
    assert _cells(section([_race()]))[:5] == [
        ["requests", "Redis", "DynamoDB", "SSM", "all", "ratio"],
        ["`POST /otp/verify`, first: Bedside", "0", "2", "1", "3", "0.75"],
        ["`POST /otp/verify`, first: the usual way", "1", "2", "1", "4", "1"],
        ["`POST /otp/verify`, again: Bedside", "0", "2", "0", "2", "0.67"],
        ["`POST /otp/verify`, again: the usual way", "1", "2", "0", "3", "1"],
    ]


def test_each_measure_has_its_ratio() -> None:
    """The clock and the processor are compared apart."""
    rows = _cells(section([_race()]))[6:]
    ours = [(row[0], row[-1]) for row in rows if row[0].endswith("Bedside")]
    assert ours == [
        ("`POST /otp/verify`, first: Bedside", "0.50"),
        ("`POST /otp/verify`, first, processor: Bedside", "0.25"),
        ("`POST /otp/verify`, again, processor: Bedside", "0.12"),
    ]
    assert {row[-1] for row in rows if row not in [row for row in rows if row[0].endswith("Bedside")]} == {"1"}
