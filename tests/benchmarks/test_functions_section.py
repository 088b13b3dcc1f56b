from collections import Counter

from benchmarks.functions_section import section
from benchmarks.race import Race


def _race(function: str, call: str, *, first: bool, cold: float, warm: float, redis: int = 1) -> Race:
    """Ours takes `cold` and `warm` of what FastAPI takes; the second pair met a busy machine."""
    race = Race(function, call)
    busy = (1.0, 3.0)
    if first:
        race.first = {
            "ours": [600 * cold * slow for slow in busy],
            "fastapi": [600 * slow for slow in busy],
            "powertools": [480 * slow for slow in busy],
        }
        race.first_cpu = {"ours": [100.0, 100.0], "fastapi": [400.0, 400.0], "powertools": [200.0, 200.0]}
    race.again_cpu = {"ours": [8 * warm, 8 * warm], "fastapi": [8.0, 8.0], "powertools": [4.0, 4.0]}
    theirs = Counter(dynamodb=2, redis=2)
    race.asked = {"ours": Counter(dynamodb=2, redis=redis), "fastapi": theirs, "powertools": theirs}
    return race


def _cells(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


_FOUND = [
    _race("presigned_url", "POST /session/presigned-url", first=True, cold=0.4, warm=0.5),
    _race("auth", "POST /auth/refresh", first=True, cold=0.4, warm=0.75, redis=2),
    _race("auth", "GET /auth/me", first=False, cold=1, warm=0.25),
]


def test_each_function_has_its_aim_for_the_first_answer() -> None:
    """What is on the way of every photo has the smaller one; the calls that are not a function's first have no row."""
    assert _cells(section(_FOUND))[:3] == [
        ["cold", "Bedside", "FastAPI", "Powertools", "of FastAPI", "processor", "of Powertools", "aim", "met"],
        ["`presigned_url`", "480", "1,200", "960", "0.40", "0.25", "0.50", "0.35", "**no**"],
        ["`auth`", "480", "1,200", "960", "0.40", "0.25", "0.50", "0.5", "yes"],
    ]


def test_every_call_is_compared_warm() -> None:
    """An aim that is just reached is met."""
    assert _cells(section(_FOUND))[3:7] == [
        ["warm, processor", "Bedside", "FastAPI", "Powertools", "of FastAPI", "of Powertools", "met"],
        ["`POST /session/presigned-url`", "4.0", "8.0", "4.0", "0.50", "1.00", "yes"],
        ["`POST /auth/refresh`", "6.0", "8.0", "4.0", "0.75", "1.50", "**no**"],
        ["`GET /auth/me`", "2.0", "8.0", "4.0", "0.25", "0.50", "yes"],
    ]


def test_requests_stand_once_where_all_send_as_many() -> None:
    """Where they differ, each has its own number; a service that nobody asks has no column."""
    assert _cells(section(_FOUND))[7:] == [
        ["requests", "Redis", "DynamoDB"],
        ["`POST /session/presigned-url`", "1 / 2 / 2", "2"],
        ["`POST /auth/refresh`", "2", "2"],
        ["`GET /auth/me`", "1 / 2 / 2", "2"],
    ]


def test_the_page_counts_how_many_aims_are_met() -> None:
    """And says whether the calls on the way of every photo ask Redis once."""
    text = section(_FOUND)
    assert "Met by 1 of 2." in text
    assert "Met by 2 of 3." in text
    assert "one Redis request on the way of every photo (met)" in text
    slow = _race("presigned_url", "POST /session/presigned-url", first=True, cold=0.4, warm=0.5, redis=2)
    assert "one Redis request on the way of every photo (**not met**)" in section([slow])


def test_a_service_that_has_no_name_here_is_shown_nevertheless() -> None:
    """No request is left out because nobody foresaw it."""
    race = _race("auth", "GET /auth/me", first=True, cold=1, warm=1)
    race.asked["ours"]["unsigned"] = 1
    assert _cells(section([race]))[-2:] == [
        ["requests", "Redis", "DynamoDB", "unsigned"],
        ["`GET /auth/me`", "1 / 2 / 2", "2", "1 / 0 / 0"],
    ]
