"""Alarms as data: what CloudWatch watches, when it rings, and what to look at first.

Domains declare theirs in `alarms.py`, which no function imports. template.yaml has the same alarms, and docs/runbook.md
is made of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

# page: somebody has to act now. ticket: within a working day; nothing is lost until then.
type Severity = Literal["page", "ticket"]
type Statistic = Literal["Sum", "Maximum", "SampleCount", "p95"]

# Stands for the stage's own namespace, `Bedside/{stage}`: what functions count, and what is filtered from their logs.
OWN: Final = "Bedside"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of CloudWatch; `of` is the resource that is its dimension, by its name in template.yaml."""

    namespace: str
    name: str
    dimension: str = ""
    of: str = ""
    statistic: Statistic = "Sum"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that rings while what it watches is above `threshold`, or `below` it, for `periods` of `period_s`.

    `watches` is a metric, or several by their ids in `expression` (metric math; at most nine, since CloudWatch allows
    ten with the expression). `threshold` is a number, or the name of a parameter of template.yaml. Without data an
    alarm is silent unless `silence_rings`. One of the `account` exists only in the stage with `AccountSettings=true`.
    """

    name: str
    severity: Severity
    watches: Metric | Mapping[str, Metric]
    means: str
    first: str
    then: str
    expression: str = ""
    threshold: float | str = 0
    below: bool = False
    period_s: int = 300
    periods: int = 1
    silence_rings: bool = False
    account: bool = False

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """What it watches, by id."""
        return {"": self.watches} if isinstance(self.watches, Metric) else self.watches


def counted(name: str, statistic: Statistic = "Sum") -> Metric:
    """Return a metric that functions count."""
    return Metric(OWN, name, "service", "bedside", statistic)


def filtered(name: str) -> Metric:
    """Return a metric that a filter makes of log lines."""
    return Metric(OWN, name)


def dead_letters(queue: str) -> Metric:
    """Return the number of messages in a dead-letter queue; watched with a period of a minute."""
    return Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, "Maximum")


def oldest_message(queue: str) -> Metric:
    """Return the age of a queue's oldest message in seconds."""
    return Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, "Maximum")


def stream_lag(function: str) -> Metric:
    """Return by how many ms a function lags behind the stream that it reads."""
    return Metric("AWS/Lambda", "IteratorAge", "FunctionName", function, "Maximum")


def throttles(function: str) -> Metric:
    """Return how many invocations of a function Lambda turned away."""
    return Metric("AWS/Lambda", "Throttles", "FunctionName", function)


def errors(function: str) -> Metric:
    """Return how many invocations of a function ended without a result."""
    return Metric("AWS/Lambda", "Errors", "FunctionName", function)


def api(name: str, of: str, statistic: Statistic = "Sum") -> Metric:
    """Return a metric that API Gateway has of an API."""
    return Metric("AWS/ApiGateway", name, "ApiId", of, statistic)


def share(part: str, whole: str, minimum: int, otherwise: int = 0) -> str:
    """Return metric math: `part` in per cent of `whole`, or `otherwise` where that is less than `minimum`."""
    return f"IF({whole} >= {minimum}, 100 * {part} / {whole}, {otherwise})"
