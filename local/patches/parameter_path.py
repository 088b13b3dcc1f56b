# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""`ssm:GetParameters`: MiniStack asks a role's policy about every parameter (`*`) instead of about those named.

It can ask about one resource only: the folder that the names have in common.
"""

import json
import os.path
from importlib import import_module
from typing import Any


def apply() -> None:
    actions: Any = import_module("ministack.core.iam_actions")
    resource_of = actions.extract_resource_arn

    def resource_of_names(
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
        names = json.loads(body).get("Names")
        return f"arn:aws:ssm:{region}:{account_id}:parameter{os.path.commonpath(names)}/*" if names else found

    actions.extract_resource_arn = resource_of_names
