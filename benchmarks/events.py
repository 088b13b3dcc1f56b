"""What API Gateway hands a function for a call."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def http_event(
    route: str,
    body: object = None,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    token: str = "",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the event of a call (payload format 2.0); `route` is a method and a path with {names}, as in the API."""
    method, raw = route.split(" ")
    for name, value in (path or {}).items():
        raw = raw.replace(f"{{{name}}}", value)
    fields = {"content-type": "application/json", "host": "localhost", **(headers or {})}
    if token:
        fields["authorization"] = f"Bearer {token}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw,
        "rawQueryString": urlencode(query or {}),
        "headers": fields,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "benchmark",
            "domainName": "localhost",
            "http": {"method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""},
            "requestId": "benchmark",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": False,
    }
    # What a call does not have, its event does not hold.
    if path:
        event["pathParameters"] = dict(path)
    if query:
        event["queryStringParameters"] = dict(query)
    if body is not None:
        event["body"] = json.dumps(body)
    return event
