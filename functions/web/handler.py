"""The Lambda function that serves the pages: an API Gateway event in, a page or an asset out."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any

from mangum import Mangum

from web.app import create_app

if TYPE_CHECKING:
    from mangum.types import LambdaContext


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one HTTP API (payload version 2) event."""
    # Mangum takes the thread's current loop, which Python no longer makes by itself.
    asyncio.set_event_loop(_loop())
    return _adapter()(event, context)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@cache
def _adapter() -> Mangum:
    return Mangum(create_app(), lifespan="off")
