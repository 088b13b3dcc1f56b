"""The Lambda function that serves pages and assets."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any

from mangum import Mangum

from web.app import create_app

if TYPE_CHECKING:
    from mangum.types import LambdaContext


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle an HTTP API event (payload format 2.0)."""
    # Mangum uses the thread's current event loop, which Python no longer creates implicitly.
    asyncio.set_event_loop(_loop())
    return _adapter()(event, context)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@cache
def _adapter() -> Mangum:
    return Mangum(create_app(), lifespan="off")
