# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`AWS::CloudWatch::Alarm` on several metrics (metric math), which MiniStack refuses: it looks at the first of them."""

from importlib import import_module
from typing import Any


def apply() -> None:
    provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
    put = provisioners._cw_metric_alarm_put

    def put_simplified(name: str, props: dict[str, Any]) -> Any:
        return put(name, _simplified(props))

    provisioners._cw_metric_alarm_put = put_simplified


def _simplified(props: dict[str, Any]) -> dict[str, Any]:
    watched = [each["MetricStat"] for each in props.get("Metrics") or [] if "MetricStat" in each]
    if not watched:
        return props
    first = watched[0]
    others = {name: value for name, value in props.items() if name != "Metrics"}
    return {**others, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}
