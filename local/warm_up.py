"""The first call of each route, which waits for a cold start, so that no person's does."""

import os
from concurrent.futures import ThreadPoolExecutor

import httpx

from local.cloud import Emulator
from local.deployment import STACK, client
from local.patches.api_id import api_id


def warm_up(http: httpx.Client, emulator: Emulator) -> None:
    """Call every route once without credentials."""
    routes = client("apigatewayv2", emulator).get_routes(ApiId=api_id(STACK, "HttpApi"))["Items"]
    keys = ["GET /", *(route["RouteKey"] for route in routes if "/" in route["RouteKey"])]
    # As many at once as there are processors: a cold start is all computing.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda key: _ask(http, *key.split(" ", 1)), keys))


def _ask(http: httpx.Client, method: str, path: str) -> None:
    verb = "GET" if method == "ANY" else method
    segments = ["warm-up" if part.startswith("{") else part for part in path.split("/")]
    http.request(verb, "/".join(segments), json={} if verb in {"POST", "PUT", "PATCH"} else None)
