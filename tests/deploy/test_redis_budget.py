"""What this month's commands of Redis were for, and how long they suffice."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy import redis_budget
from local.cloud import ROOT

NOW = int(datetime(2026, 11, 11, tzinfo=UTC).timestamp()) * 1000
PARAMETERS = {
    "Namespace": "Bedside/prod",
    "MetricName": "RedisLatency",
    "Dimensions": [{"Name": "service", "Value": "bedside"}],
}


class CloudWatch:
    """Has as many commands of each day."""

    def __init__(self, a_day: int) -> None:
        self.a_day = a_day

    def get_metric_statistics(self, **asked: Any) -> dict[str, Any]:
        assert asked.items() >= PARAMETERS.items()
        spans = (asked["EndTime"] - asked["StartTime"]).total_seconds() / asked["Period"]
        # CloudWatch returns no more at once.
        assert spans <= 1440
        return {"Datapoints": [{"SampleCount": self.a_day * asked["Period"] / 86_400}] * round(spans)}


class Logs:
    """Answers a query with these states, one after the other."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.query = ""

    def start_query(self, **asked: Any) -> dict[str, Any]:
        self.query = asked["queryString"]
        return {"queryId": "q"}

    def get_query_results(self, *, queryId: str) -> dict[str, Any]:  # noqa: N803  # boto3's name
        assert queryId == "q"
        rows = [{"field": "limitCommands", "value": "20"}, {"field": "cacheCommands", "value": "3000.0"}]
        return {"status": self.states.pop(0), "results": [[*rows, {"field": "pingCommands", "value": "0"}]]}


def test_the_report_says_what_is_left() -> None:
    """Used, expected, the day on which nothing is left, and what it was for."""
    text = redis_budget.report(CloudWatch(24_000), Logs("Complete"), "prod", 500_000, NOW)
    assert text.splitlines() == [
        "240,000 of 500,000 commands used this month; 720,000 by 30 November: used up on 21 November",
        "In the last 7 days:",
        "       3,000  cache",
        "          20  limit",
    ]
    assert "they suffice" in redis_budget.report(CloudWatch(240), Logs("Complete"), "prod", 500_000, NOW)


def test_a_query_is_waited_for() -> None:
    """Until it is complete; one that fails says so."""
    pauses: list[float] = []
    assert redis_budget.purposes(Logs("Scheduled", "Running", "Complete"), "prod", 0, NOW, sleep=pauses.append) == {
        "cache": 3000,
        "limit": 20,
    }
    assert len(pauses) == 2
    with pytest.raises(redis_budget.QueryError, match="Failed"):
        redis_budget.purposes(Logs("Running", "Failed"), "prod", 0, NOW, sleep=pauses.append)
    with pytest.raises(redis_budget.QueryError, match="Running"):
        redis_budget.purposes(Logs(*["Running"] * 100), "prod", 0, NOW, sleep=pauses.append)


def test_every_purpose_is_asked_for() -> None:
    """Those of the keys that our code makes, and the ping."""
    code = "".join(path.read_text() for path in (ROOT / "layers/core/bedside").rglob("*.py"))
    named = set(re.findall(r"bedside:\{[\w.]+\}:(\w+):", code))
    assert {*named, "ping"} == set(redis_budget.PURPOSES)
    logs = Logs("Complete")
    redis_budget.purposes(logs, "prod", 0, NOW)
    assert set(re.findall(r"redisCommands\.(\w+)", logs.query)) == set(redis_budget.PURPOSES)


def test_a_stage_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """The stack on this machine makes no metrics of what functions write."""
    assert redis_budget.main([]) == 1
    assert "STAGE" in capsys.readouterr().err
