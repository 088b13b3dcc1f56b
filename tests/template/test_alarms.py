"""The alarms that the domains declare are the template's, and README promises nothing that no alarm watches."""

import ast
import json
import re
from functools import cache
from typing import Any, get_args

import pytest

from bedside import domains
from bedside.adapters.aws.client import _THROTTLED
from bedside.notifications.dispatch import Outcome
from bedside.platform.alarms import OWN, Alarm, Metric
from bedside.ports.channels import ChannelName, DeliveryState
from local.runbook_page import PROMISES
from tests.template.test_template import FUNCTIONS, ROOT, SOURCE, resources

__all__ = ["resources"]

ALARMS = {alarm.name: alarm for alarms in domains.alarms().values() for alarm in alarms}
RESOURCES: dict[str, Any] = SOURCE["Resources"]
_STAGE = {"Fn::Sub": "Bedside/${Stage}"}
# CloudWatch allows ten metrics in an alarm, its expression among them.
_MOST_METRICS = 10
# What CloudWatch may bill as metrics of our own: 0.30 USD each for a month in which it is counted every hour.
_MOST_COUNTED = 80


def of_type(kind: str) -> dict[str, Any]:
    return {name: each for name, each in RESOURCES.items() if each["Type"] == kind}


def dimensions(metric: Metric) -> list[dict[str, Any]]:
    """What a metric's dimensions are in the template."""
    match metric.dimension:
        case "":
            return []
        case "QueueName":
            value: Any = {"Fn::GetAtt": [metric.of, "QueueName"]}
        case "LogGroupName":
            value = {"Fn::Sub": metric.of}
        case "service":
            value = metric.of
        case _:
            value = {"Ref": metric.of}
    return [{"Name": metric.dimension, "Value": value}]


def source(metric: Metric) -> dict[str, Any]:
    """A metric as the template has it."""
    named = {"Namespace": _STAGE if metric.namespace == OWN else metric.namespace, "MetricName": metric.name}
    found = dimensions(metric)
    return {**named, "Dimensions": found} if found else named


def properties(alarm: Alarm) -> dict[str, Any]:
    """An alarm as the template has to have it."""
    common = {
        "AlarmActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]},
        "AlarmDescription": f"{alarm.severity.capitalize()}. {alarm.means}; see docs/runbook.md#{alarm.name.lower()}",
        "EvaluationPeriods": alarm.periods,
        "Threshold": {"Ref": alarm.threshold} if isinstance(alarm.threshold, str) else alarm.threshold,
        "ComparisonOperator": "LessThanThreshold" if alarm.below else "GreaterThanThreshold",
        "TreatMissingData": "breaching" if alarm.silence_rings else "notBreaching",
    }
    if isinstance(alarm.watches, Metric):
        few = {"ExtendedStatistic": "p95", "EvaluateLowSampleCountPercentile": "ignore"}
        statistic = few if alarm.watches.statistic == "p95" else {"Statistic": alarm.watches.statistic}
        return {**common, **source(alarm.watches), **statistic, "Period": alarm.period_s}
    parts = [
        {
            "Id": name,
            "ReturnData": False,
            "MetricStat": {"Period": alarm.period_s, "Stat": metric.statistic, "Metric": source(metric)},
        }
        for name, metric in alarm.metrics.items()
    ]
    return {**common, "Metrics": [{"Id": "result", "Expression": alarm.expression}, *parts]}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_the_templates(name: str) -> None:
    """In everything; and without a name of its own, so that a deleted stack can be created again."""
    alarm = ALARMS[name]
    assert RESOURCES[name].get("Condition") == ("OwnsAccount" if alarm.account else None)
    assert RESOURCES[name]["Properties"] == properties(alarm)


def test_the_template_has_no_others() -> None:
    """What somebody is called for stands in the runbook."""
    assert set(of_type("AWS::CloudWatch::Alarm")) == set(ALARMS)
    assert sum(map(len, domains.alarms().values())) == len(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
def test_cloudwatch_takes_an_alarm(name: str) -> None:
    """It looks back a week at most, at ten metrics at most, and an expression names what is watched."""
    alarm = ALARMS[name]
    assert alarm.period_s * alarm.periods <= (7 * 86_400 if alarm.period_s >= 3600 else 86_400)
    assert bool(alarm.expression) == (not isinstance(alarm.watches, Metric))
    assert len(properties(alarm).get("Metrics", [])) <= _MOST_METRICS
    words = set(re.findall(r"[a-z]\w+", alarm.expression))
    assert not words or words == set(alarm.metrics)
    assert all(re.fullmatch("[a-z][A-Za-z0-9_]*", part) for part in alarm.metrics if part)


def test_every_queue_is_watched() -> None:
    """By the age of its oldest message, unless it forgets them after two minutes anyway; dead letters by the first."""
    watched = {metric.of for alarm in ALARMS.values() for metric in alarm.metrics.values()}
    brief = {
        name for name, each in of_type("AWS::SQS::Queue").items() if each["Properties"]["MessageRetentionPeriod"] <= 120
    }
    assert brief == {"VisitFanoutQueue"}
    assert set(of_type("AWS::SQS::Queue")) - brief <= watched


def test_memory_is_watched_in_every_size() -> None:
    """From four fifths on, as Lambda reports it at the end of each invocation."""
    sizes = {function.get("MemorySize", SOURCE["Globals"]["Function"]["MemorySize"]) for function in FUNCTIONS.values()}
    pattern = RESOURCES["MemoryShort"]["Properties"]["FilterPattern"]
    found = re.findall(r"memorySizeMB = (\d+) && \$\.record\.metrics\.maxMemoryUsedMB > (\d+)\)", pattern)
    assert {(int(size), int(most)) for size, most in found} == {(size, size * 4 // 5) for size in sizes}


def test_throttling_has_every_name_that_aws_has_for_it() -> None:
    """The filter reads the line that the client writes before it asks again."""
    pattern = RESOURCES["AwsThrottled"]["Properties"]["FilterPattern"]
    assert '$.message = "aws asked again"' in pattern
    assert set(re.findall(r'\$\.code = "(\w+)"', pattern)) == _THROTTLED
    assert len(pattern) <= 1024


def test_the_budget_of_redis_is_the_plans() -> None:
    """What is free is the default."""
    assert SOURCE["Parameters"]["RedisMonthlyCommands"]["Default"] == 500_000


def test_every_promise_has_an_alarm() -> None:
    """What README's first lines promise, word for word; whoever adds to it says here what rings."""
    opening, bullets = (ROOT / "README.md").read_text().split("\n\n- ", 1)
    what, includes, runs = (
        " ".join(part.split()) for part in [opening, *bullets.split("\n\n", 1)[0].split("\n- ")[1:]]
    )
    listed = includes.removeprefix("**Includes** ").removesuffix(".").split(", ")
    promised = {
        what.rpartition(", and ")[2].removesuffix("."),
        *(each.removeprefix("and ") for each in listed),
        *runs.removesuffix(".").split(". ")[1:],
    }
    assert promised == set(PROMISES)
    assert len(promised) >= 10
    assert {name for names in PROMISES.values() for name in names} <= set(ALARMS)
    assert all(PROMISES.values())


def widgets() -> list[dict[str, Any]]:
    """The dashboard's parts, with what CloudFormation fills in left as it is."""
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def test_the_dashboard_shows_every_alarm() -> None:
    """But for those of the account, which most stages do not have; its names are parts of the template."""
    [shown] = [each["properties"]["alarms"] for each in widgets() if each["type"] == "alarm"]
    assert sorted(shown) == sorted(f"${{{name}.Arn}}" for name, alarm in ALARMS.items() if not alarm.account)
    named = {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", json.dumps(widgets()))}
    assert named <= {*RESOURCES, *SOURCE["Parameters"]}


def test_the_dashboard_leaves_no_queue_out() -> None:
    """Nor does anything lie over something else."""
    text = json.dumps(widgets())
    assert [name for name in of_type("AWS::SQS::Queue") if f"${{{name}.QueueName}}" not in text] == []
    taken = [
        (x, y)
        for each in widgets()
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


@cache
def counted() -> frozenset[str]:
    """Every metric that functions count or measure, by name, and those that filters make of their logs."""
    names: set[str] = set()
    for path in [*(ROOT / "layers/core").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"count", "measure"}:
                names |= _names(node.args[0])
    filters = [each["Properties"]["MetricTransformations"] for each in of_type("AWS::Logs::MetricFilter").values()]
    return frozenset(names | {metric["MetricName"] for metrics in filters for metric in metrics})


def _names(written: ast.expr) -> set[str]:
    match written:
        case ast.JoinedStr():
            return _notices(ast.unparse(written))
        case ast.Name():  # what `count` and `measure` themselves pass on
            return set()
        case ast.Dict(values=values):
            written = ast.Tuple(elts=values)
        case ast.Subscript(value=ast.Dict(values=values)):
            written = ast.Tuple(elts=values)
        case ast.IfExp(body=one, orelse=other):
            written = ast.Tuple(elts=[one, other])
    return {str(each.value) for each in ast.walk(written) if isinstance(each, ast.Constant)}


def _notices(written: str) -> set[str]:
    """Names that are put together: of what became of notices, and of messages on each channel."""
    if "channel" not in written:
        return {f"Notice{outcome.capitalize()}" for outcome in get_args(Outcome.__value__)}
    states = {*get_args(DeliveryState), "unknown"}
    return {
        f"Notice{channel.capitalize()}{state.capitalize()}" for channel in get_args(ChannelName) for state in states
    }


def test_what_alarms_and_the_dashboard_watch_is_counted() -> None:
    """An alarm on a metric that nobody counts would sleep for ever."""
    watched = {metric.name for alarm in ALARMS.values() for metric in alarm.metrics.values() if metric.namespace == OWN}
    assert watched
    assert watched <= counted()
    rows = [row for each in widgets() for row in each["properties"].get("metrics", []) if isinstance(row[0], str)]
    namespace, shown = "", set()
    for row in rows:
        namespace = row[0] if row[0] not in {".", "..."} else namespace
        shown |= {row[1]} if namespace == "Bedside/${Stage}" and row[0] != "..." else set()
    assert shown
    assert shown <= counted()


def test_metrics_cost_what_the_documents_say() -> None:
    """CloudWatch bills names of our own, and each metric of an alarm: both are counted, and the first are capped."""
    assert len(counted()) <= _MOST_COUNTED
    text = " ".join((ROOT / "docs/operations.md").read_text().split())
    assert f"{len(counted())} metrics of our own" in text
    watched = sum(len(alarm.metrics) for alarm in ALARMS.values())
    assert f"{watched} metrics in {len(ALARMS)} alarms" in text
    assert f"{_MOST_COUNTED} names" in text


def test_the_template_fits(resources: dict[str, Any]) -> None:
    """CloudFormation takes 500 resources and a megabyte; what is added beyond 480 has to make room first."""
    assert len(resources) <= 480, len(resources)
    assert len(json.dumps(resources)) < 900_000
