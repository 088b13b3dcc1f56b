# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""EventBridge Scheduler: permissions are judged by a schedule's group, and schedules fire within half a second.

MiniStack asks about every schedule as if it were in the group `default`, so that a role which may only use its own
group could use none; and it looks every ten seconds whether one is due, which is longer than a demo's shortest wait.
"""

import json
from importlib import import_module
from typing import Any
from urllib.parse import unquote

_LOOK_SECONDS = 0.5


def apply() -> None:
    actions: Any = import_module("ministack.core.iam_actions")
    scheduler: Any = import_module("ministack.services.scheduler")
    resource_of = actions.extract_resource_arn

    def resource_in_group(
        service: str,
        method: str,
        path: str,
        headers: dict[str, Any],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> Any:
        kind, _, name = path.strip("/").partition("/")
        if service != "scheduler" or kind != "schedules" or not name:
            return resource_of(service, method, path, headers, body, query_params, region, account_id)
        group = json.loads(body).get("GroupName") if body else _first(query_params.get("groupName"))
        return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group or 'default'}/{unquote(name)}"

    actions.extract_resource_arn = resource_in_group
    scheduler._SCHEDULE_TICK_INTERVAL = _LOOK_SECONDS


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
