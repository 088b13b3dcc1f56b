# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""Permissions are judged by what a request is about.

MiniStack asks a role's policy about every parameter (`*`) where `ssm:GetParameters` names some; it can ask about one
resource only, so that is the folder that the names have in common. And it asks about every schedule as if it were in
the group `default`, so that a role which may only use its own group could use none.
"""

import json
import os.path
from importlib import import_module
from typing import Any
from urllib.parse import unquote


def apply() -> None:
    actions: Any = import_module("ministack.core.iam_actions")
    resource_of = actions.extract_resource_arn

    def resource_meant(
        service: str,
        method: str,
        path: str,
        headers: dict[str, Any],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> Any:
        found = resource_of(service, method, path, headers, body, query_params, region, account_id)
        document = json.loads(body) if body and service in {"ssm", "scheduler"} else {}
        if service == "ssm" and found == "*" and document.get("Names"):
            folder = os.path.commonpath(document["Names"])
            return f"arn:aws:ssm:{region}:{account_id}:parameter{folder}/*"
        kind, _, name = path.strip("/").partition("/")
        if service == "scheduler" and kind == "schedules" and name:
            group = document.get("GroupName") or _first(query_params.get("groupName")) or "default"
            return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{unquote(name)}"
        return found

    actions.extract_resource_arn = resource_meant


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
