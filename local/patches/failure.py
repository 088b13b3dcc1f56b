# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""A function that fails answers 500 `{"message":"Internal Server Error"}`, as an HTTP API does.

MiniStack answers 502 with the exception's text, which would show a browser what AWS hides.
"""

import json
from importlib import import_module
from typing import Any

_FAILED = {
    "statusCode": 500,
    "headers": {"Content-Type": "application/json"},
    "body": json.dumps({"message": "Internal Server Error"}, separators=(",", ":")),
}


def apply() -> None:
    functions: Any = import_module("ministack.services.lambda_svc")
    convert = functions.lambda_execute_result_to_api_proxy_response

    def convert_hiding_errors(result: dict[str, Any]) -> Any:
        if result.get("error") and not result.get("throttle"):
            return dict(_FAILED), None
        return convert(result)

    functions.lambda_execute_result_to_api_proxy_response = convert_hiding_errors
