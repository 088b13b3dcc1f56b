# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""A stage's `DefaultRouteSettings` throttle, which MiniStack stores and ignores: 429 once the bucket is empty."""

import time
from importlib import import_module
from typing import Any


def apply() -> None:
    gateway: Any = import_module("ministack.services.apigateway")
    execute = gateway._handle_execute_in_scope
    buckets: dict[tuple[str, str], tuple[float, float]] = {}

    async def execute_throttled(api: str, stage: str, *arguments: Any) -> Any:
        settings = gateway._stages.get(api, {}).get(stage, {}).get("defaultRouteSettings") or {}
        burst = float(settings.get("ThrottlingBurstLimit") or settings.get("throttlingBurstLimit") or 0)
        rate = float(settings.get("ThrottlingRateLimit") or settings.get("throttlingRateLimit") or 0)
        if burst and rate:
            now = time.monotonic()
            tokens, since = buckets.get((api, stage), (burst, now))
            tokens = min(burst, tokens + (now - since) * rate)
            buckets[api, stage] = (max(tokens - 1, 0) if tokens >= 1 else tokens, now)
            if tokens < 1:
                return 429, {"Content-Type": "application/json"}, b'{"message":"Too Many Requests"}'
        return await execute(api, stage, *arguments)

    gateway._handle_execute_in_scope = execute_throttled
