"""`python -m deploy.redis_budget STAGE`: what this month's commands of Redis were for, and how long they suffice.

Its numbers are those of the metric `RedisLatency` in CloudWatch, which functions of a deployed stage write.
"""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import stack
from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.operations.redis_budget import DAY_MS, WINDOW_DAYS, forecast, month

# What functions use Redis for: the third part of their keys.
PURPOSES: Final = ("cache", "count", "draft", "limit", "ping", "session", "submission")
_HOUR_S: Final = 3600
# A query about a week of logs takes some seconds.
_PATIENCE_S: Final = 60
_PAUSE_S: Final = 1.0


class QueryError(Exception):
    """CloudWatch Logs did not answer a query in time, or could not."""


def commands(cloudwatch: Any, stage: str, since_ms: int, now_ms: int) -> int:  # noqa: ANN401  # boto3's client, untyped here
    """Return how many commands were sent since an instant."""
    found = cloudwatch.get_metric_statistics(
        Namespace=f"Bedside/{stage}",
        MetricName="RedisLatency",
        Dimensions=[{"Name": "service", "Value": "bedside"}],
        StartTime=_at(since_ms),
        EndTime=_at(now_ms),
        Period=_HOUR_S,
        Statistics=["SampleCount"],
    )
    return round(sum(float(each["SampleCount"]) for each in found["Datapoints"]))


def purposes(
    logs: Any,  # noqa: ANN401  # as above
    stage: str,
    since_ms: int,
    now_ms: int,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Mapping[str, int]:
    """Return what commands were for, most frequent first. Raises QueryError."""
    query = logs.start_query(
        logGroupName=f"/bedside/{stage}/functions",
        startTime=since_ms // 1000,
        endTime=now_ms // 1000,
        queryString="stats " + ", ".join(f"sum(redisCommands.{each}) as {each}Commands" for each in PURPOSES),
    )
    for _ in range(_PATIENCE_S):
        found = logs.get_query_results(queryId=query["queryId"])
        if found["status"] == "Complete":
            sums = {each["field"].removesuffix("Commands"): each["value"] for row in found["results"] for each in row}
            counts = {name: round(float(number)) for name, number in sums.items() if float(number) > 0}
            return dict(sorted(counts.items(), key=lambda each: -each[1]))
        if found["status"] not in {"Scheduled", "Running"}:
            break
        sleep(_PAUSE_S)
    raise QueryError(f"CloudWatch Logs did not say what commands were for: {found['status']}")


def report(cloudwatch: Any, logs: Any, stage: str, budget: int, now_ms: int) -> str:  # noqa: ANN401  # as above
    """Return the lines to print. Raises QueryError."""
    week = now_ms - WINDOW_DAYS * DAY_MS
    begins, ends = month(now_ms)
    made = forecast(
        commands(cloudwatch, stage, begins, now_ms), commands(cloudwatch, stage, week, now_ms), budget, now_ms
    )
    day = f"used up on {_at(made.used_up_at):%d %B}" if made.used_up_at is not None else "they suffice"
    used_for = "".join(f"{number:>12,}  {name}\n" for name, number in purposes(logs, stage, week, now_ms).items())
    return (
        f"{made.used:,} of {budget:,} commands used this month; {made.at_the_end:,} by {_at(ends - 1):%d %B}: {day}\n"
        f"In the last {WINDOW_DAYS} days:\n{used_for}"
    )


def main(arguments: list[str]) -> int:
    """Run the command, and return its exit code."""
    stage = arguments[0] if arguments else ""
    if not stage:
        sys.stderr.write("Name a STAGE: only CloudWatch on AWS has these numbers.\n")
        return 1
    try:
        budget = int(stack.parameter(boto3.client("cloudformation"), stage, "RedisMonthlyCommands"))
        now_ms = time.time_ns() // 1_000_000
        found = report(boto3.client("cloudwatch"), boto3.client("logs"), stage, budget, now_ms)
    except (stack.NotDeployedError, QueryError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return 1
    sys.stdout.write(found)
    return 0


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
