# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""WebSocket routes run their functions like every other caller does.

MiniStack gives each WebSocket function a single worker of its own, so connections wait for each other, drops the
function's log lines, tells the client an exception's text, and sends a route's body to the client although no
route response is configured.
"""

import json
from importlib import import_module
from typing import Any


def apply() -> None:
    gateway: Any = import_module("ministack.services.apigateway")
    runtime: Any = import_module("ministack.core.lambda_runtime")
    functions: Any = import_module("ministack.services.lambda_svc")
    invoke = gateway._invoke_ws_lambda

    # The only caller of this function is the WebSocket dispatch, which imports it again for each event.
    def dispatcher(_name: str, config: dict[str, Any], _code: bytes, **_options: Any) -> "_Dispatcher":
        return _Dispatcher(functions, config)

    async def invoke_one_way(
        api: str, account: str, region: str, route: dict[str, Any], *rest: Any, **more: Any
    ) -> Any:
        answer = await invoke(api, account, region, route, *rest, **more)
        if isinstance(answer, dict) and not route.get("routeResponseSelectionExpression") and not answer.get("failed"):
            return {"statusCode": answer.get("statusCode", 200)}
        return answer

    runtime.get_or_create_worker = dispatcher
    gateway._invoke_ws_lambda = invoke_one_way


class _Dispatcher:
    """Takes the place of a MiniStack worker, and passes the event to its central dispatcher (pool, limits, logs)."""

    def __init__(self, functions: Any, config: dict[str, Any]) -> None:
        self._functions, self._config = functions, config

    def invoke(self, event: dict[str, Any], request_id: str) -> dict[str, Any]:
        account, region = self._functions._account_region_from_function_config(self._config)
        record, config, _ = self._functions._get_func_record_for_ref_in_scope(
            self._config["FunctionArn"], account_id=account, region=region
        )
        result = self._functions._execute_function(self._functions._execution_record_for_config(record, config), event)
        if result.get("error") or result.get("throttle"):
            failure = {
                "message": "Internal server error",
                "connectionId": event["requestContext"]["connectionId"],
                "requestId": request_id,
            }
            return {"status": "ok", "result": {"statusCode": 500, "body": json.dumps(failure), "failed": True}}
        answer = self._functions.lambda_execute_result_to_api_proxy_response(result)[0] or {}
        return {"status": "ok", "result": answer}
