# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""`ssm:GetParametersByPath`: MiniStack asks a role's policy about every parameter (`*`) instead of about the path."""

import json
from importlib import import_module
from typing import Any


def apply() -> None:
    actions: Any = import_module("ministack.core.iam_actions")
    resource_of = actions.extract_resource_arn

    def resource_of_path(
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
        if service != "ssm" or found != "*" or not body:
            return found
        asked = json.loads(body).get("Path")
        return f"arn:aws:ssm:{region}:{account_id}:parameter{asked}" if asked else found

    actions.extract_resource_arn = resource_of_path
