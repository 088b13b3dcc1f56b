"""`python -m local.runbook_page`: writes docs/runbook.md from the domains' alarms."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside import domains
from bedside.platform.alarms import OWN, Alarm, Metric

PAGE = ROOT / "docs/runbook.md"
# What README promises, in its own words, and what rings when it is not kept.
PROMISES: Final[Mapping[str, tuple[str, ...]]] = {
    "each appears in the patient's encounter within seconds": (
        "LatencyAlarm",
        "ErrorRateAlarm",
        "DeadLettersAlarm",
        "LiveErrorAlarm",
        "LivePublishAlarm",
    ),
    "a directory of patients that is searched as you type": ("LatencyAlarm", "ServerErrorAlarm", "AwsThrottleAlarm"),
    "sign-in by SMS code": ("SmsFailureAlarm", "SmsSpendAlarm", "SmsBreakerAlarm", "NumberLockedAlarm"),
    "roles and an audit trail": ("AuditChangeAlarm", "AuditCopyAlarm", "AuditSkipAlarm"),
    "video visits with signed notes and recordings": (
        "ScheduleDropAlarm",
        "ScheduleDeadLettersAlarm",
        "WebhookDeadLettersAlarm",
        "RecordingCopyAlarm",
        "TimelineAppendAlarm",
    ),
    "free times that patients book and pay for themselves": (
        "CheckoutAlarm",
        "LatePaymentAlarm",
        "RefundAlarm",
        "PayoutAlarm",
    ),
    "reminders": ("NotificationTriggerAlarm", "NoticesNotPlannedAlarm", "NotificationDeadLettersAlarm"),
    "plans of medicines": ("ScheduleDropAlarm", "SweeperAlarm", "NotificationDeadLettersAlarm"),
    "photos that arrive in the patient's record": (
        "PhotoRenderAlarm",
        "RecordCommitAlarm",
        "FileUnknownAlarm",
        "LateQueueAgeAlarm",
    ),
    "It keeps working while Redis is down": ("RedisFallbackAlarm", "RedisErrorAlarm", "ErrorRateAlarm"),
}
_HEAD = """# Runbook

Written by `make docs` from the alarms of the domains, `layers/core/bedside/*/alarms.py`; do not edit.

An alarm goes to the SNS topic `AlarmTopicArn`, with its severity, what it means and a link to its section here.
**Page** means that somebody has to act now, **ticket** within a working day: nothing is lost until then. The dashboard
`bedside-{stage}-{region}` in CloudWatch shows all of them with what they watch. [Operations](operations.md#alarms) says
what they cost.

Look at three things first, whatever rings: was there a deployment, what else rings, and does the
[AWS Health Dashboard](https://health.aws.amazon.com/health/status) know of something?

## What the README promises

| promise | rings when it is not kept |
| --- | --- |
"""
_SUMS = {"Sum": "", "Maximum": "the maximum of ", "SampleCount": "the number of ", "p95": "the 95th percentile of "}


def page() -> str:
    """Return the page."""
    rows = (f"| {promise} | {', '.join(map(_link, names))} |\n" for promise, names in PROMISES.items())
    parts = [_HEAD, *rows]
    for name, alarms in domains.alarms().items():
        parts += [f"\n## {name.capitalize()}\n", *map(_section, alarms)]
    return "".join(parts)


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _section(alarm: Alarm) -> str:
    account = " Only the stage with `AccountSettings=true` has it." if alarm.account else ""
    return (
        f"\n### {alarm.name}\n\n"
        f"**{alarm.severity.capitalize()}.** {alarm.means}.{account}\n\n"
        f"- Rings when {_rule(alarm)}\n"
        f"- Look first at {alarm.first}{'' if alarm.first.endswith('?') else '.'}\n"
        f"- Then: {alarm.then}\n"
    )


def _rule(alarm: Alarm) -> str:
    """Return what rings in words, such as “`5xx` of `HttpApi` > 5 in 5 minutes”."""
    threshold = f"`{alarm.threshold}`" if isinstance(alarm.threshold, str) else f"{alarm.threshold:,}"
    watched = {name: _metric(metric) for name, metric in alarm.metrics.items()}
    what = f"`{alarm.expression}`" if alarm.expression else watched[""]
    where = (
        "; ".join(f"`{name}` is {metric}" for name, metric in watched.items()).join((", where ", ""))
        if alarm.expression
        else ""
    )
    times = f", {alarm.periods} times in a row" if alarm.periods > 1 else ""
    silence = ", or nothing is counted" if alarm.silence_rings else ""
    return f"{what} {'<' if alarm.below else '>'} {threshold} in {_span(alarm.period_s)}{times}{silence}{where}"


def _metric(metric: Metric) -> str:
    named = metric.of and metric.namespace != OWN and "/" not in metric.of
    return f"{_SUMS[metric.statistic]}`{metric.name}`{f' of `{metric.of}`' if named else ''}"


def _span(seconds: int) -> str:
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds % length == 0:
            number = seconds // length
            return f"{number} {unit}s" if number > 1 else f"a{'n' if unit == 'hour' else ''} {unit}"
    raise ValueError(seconds)


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
