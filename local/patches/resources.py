# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""Permissions are judged by what a request is about.

MiniStack asks a role's policy about every parameter (`*`) where `ssm:GetParameters` names some; AWS asks about each of
them, and refuses all if it refuses one. It does likewise with what a mail is sent by. And MiniStack asks about every
schedule as if it were in the group `default`, so that a role which may only use its own group could use none.
"""

import json
from importlib import import_module
from typing import Any
from urllib.parse import unquote

from local.patches import mail


class _Each(str):
    """The first of some resources, all of which have to be allowed."""

    __slots__ = ("arns",)
    arns: list[str]


def apply() -> None:
    _ask_about_each()
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
        if service == "ses" and path.rstrip("/") == "/v2/email/outbound-emails":
            return _each(mail.resources_of(body, region, account_id))
        if service == "ssm" and found == "*" and document.get("Names"):
            arns = [f"arn:aws:ssm:{region}:{account_id}:parameter{name}" for name in document["Names"]]
            return _each(arns)
        kind, _, name = path.strip("/").partition("/")
        if service == "scheduler" and kind == "schedules" and name:
            group = document.get("GroupName") or _first(query_params.get("groupName")) or "default"
            return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{unquote(name)}"
        return found

    actions.extract_resource_arn = resource_meant


def _each(arns: list[str]) -> _Each:
    each = _Each(arns[0])
    each.arns = arns
    return each


def _ask_about_each() -> None:
    evaluator: Any = import_module("ministack.core.iam_evaluator")
    enforce = evaluator.enforce

    def enforce_each(*args: Any, resource_arn: Any = "*", **options: Any) -> Any:
        for arn in resource_arn.arns if isinstance(resource_arn, _Each) else [resource_arn]:
            denied = enforce(*args, resource_arn=arn, **options)
            if denied:
                return denied
        return None

    evaluator.enforce = enforce_each


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
