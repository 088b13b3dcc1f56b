# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`requestContext.http.sourceIp` is the address that the front saw, not the front's own.

API Gateway reports its TCP peer; here that is always the front, which appends the real one to X-Forwarded-For.
"""

from importlib import import_module
from typing import Any


def apply() -> None:
    functions: Any = import_module("ministack.services.lambda_svc")
    execute = functions._execute_function_with_config_scope

    def execute_with_address(function: dict[str, Any], event: Any) -> Any:
        if isinstance(event, dict):
            context = event.get("requestContext")
            caller = context.get("http") if isinstance(context, dict) else None
            forwarded = (event.get("headers") or {}).get("x-forwarded-for") if isinstance(caller, dict) else None
            if isinstance(caller, dict) and isinstance(forwarded, str):
                caller["sourceIp"] = forwarded.rpartition(",")[2].strip()
        return execute(function, event)

    functions._execute_function_with_config_scope = execute_with_address
