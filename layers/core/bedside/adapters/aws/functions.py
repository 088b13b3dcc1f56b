"""Versions of Lambda functions, called directly."""

import json
from collections.abc import Mapping
from typing import Any

from bedside.adapters.aws.client import AwsError, AwsService
from bedside.kernel.errors import UnavailableError

_UNQUALIFIED = 7


class LambdaFunctions:
    """Calls functions of this account and region by the ARN of a version, or without one by the function's ARN."""

    def __init__(self, region: str) -> None:
        self._lambda = AwsService("lambda", region)

    def invoke(self, arn: str, event: Mapping[str, Any], *, deadline_s: float) -> Mapping[str, Any]:
        """Return the function's result. Raises UnavailableError, whose cause says what was missing."""
        parts = arn.split(":")
        path = f"/2015-03-31/functions/{parts[_UNQUALIFIED - 1]}/invocations"
        query = f"Qualifier={parts[_UNQUALIFIED]}" if len(parts) > _UNQUALIFIED else ""
        body = json.dumps(event).encode()
        headers = {"content-type": "application/json"}
        try:
            answer = self._lambda.request("POST", path, headers, body, query=query, try_s=deadline_s)
        except AwsError as error:
            raise UnavailableError("The function could not be called.", cause=error.code) from error
        if "x-amz-function-error" in answer.headers:
            raise UnavailableError("The function failed.", cause="FunctionError")
        try:
            result = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise UnavailableError("The function's result is not JSON.", cause="NotJson") from error
        if not isinstance(result, dict):
            raise UnavailableError("The function's result is no object.", cause="NotJson")
        return result
