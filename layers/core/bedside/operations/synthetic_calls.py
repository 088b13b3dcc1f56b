"""Calls of our own API, as API Gateway hands them to functions (HTTP API, payload format 2.0)."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from bedside.kernel.errors import UnavailableError
from bedside.ports.functions import Functions

_AGENT: Final = "Bedside deployment check"


class CheckFailedError(Exception):
    """A new version does not do what it should: `step` is the call, `found` what came of it, without any content."""

    def __init__(self, step: str, found: str) -> None:
        super().__init__(f"{step}: {found}")
        self.step = step
        self.found = found


@dataclass(frozen=True, slots=True)
class SyntheticCalls:
    """Calls versions of functions by `arns`, as one caller with an `address`; `seconds_left` limits all of them."""

    functions: Functions
    arns: Mapping[str, str]
    address: str
    request_id: str
    seconds_left: Callable[[], float]

    def call(
        self,
        function: str,
        route: str,
        *,
        answers: tuple[int, ...] = (200,),
        body: Mapping[str, Any] | None = None,
        token: str = "",
        query: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
    ) -> str:
        """Return the text of the answer. Raises CheckFailedError unless its status is one of `answers`."""
        seconds = self.seconds_left()
        if seconds <= 0:
            raise CheckFailedError(route, "no time left")
        event = self._event(route, body, token, query or {}, path or {})
        try:
            result = self.functions.invoke(self.arns[function], event, deadline_s=seconds)
        except UnavailableError as error:
            raise CheckFailedError(route, error.cause or "no answer") from error
        except KeyError as error:
            raise CheckFailedError(route, "no such function") from error
        status, text = result.get("statusCode"), result.get("body", "")
        if status not in answers or not isinstance(text, str):
            raise CheckFailedError(route, f"status {status}")
        try:
            return base64.b64decode(text).decode() if result.get("isBase64Encoded") else text
        except ValueError as error:
            raise CheckFailedError(route, "no text") from error

    def document(self, function: str, route: str, **options: Any) -> Mapping[str, Any]:  # noqa: ANN401  # those of `call`
        """Return the JSON object of the answer. Raises CheckFailedError."""
        try:
            found = json.loads(self.call(function, route, **options))
        except (ValueError, RecursionError) as error:
            raise CheckFailedError(route, "not JSON") from error
        if not isinstance(found, dict):
            raise CheckFailedError(route, "no object")
        return Document(route, found)

    def _event(
        self,
        route: str,
        body: Mapping[str, Any] | None,
        token: str,
        query: Mapping[str, str],
        path: Mapping[str, str],
    ) -> dict[str, Any]:
        method, _, place = route.partition(" ")
        for name, value in path.items():
            place = place.replace(f"{{{name}}}", value)
        headers = {"accept": "*/*", "user-agent": _AGENT, "x-forwarded-for": self.address}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if body is not None:
            headers["content-type"] = "application/json"
        # Where a function does not know the origin of the pages, it takes this for their host.
        host = "deployment-check.invalid"
        http = {"method": method, "path": place, "protocol": "HTTP/1.1", "sourceIp": self.address, "userAgent": _AGENT}
        context = {"http": http, "requestId": self.request_id, "domainName": host, "stage": "$default"}
        return {
            "version": "2.0",
            "routeKey": route if place != "/" else "$default",
            "rawPath": place,
            "rawQueryString": urlencode(query),
            "headers": {**headers, "host": host},
            "requestContext": {**context, "routeKey": route, "accountId": "", "apiId": "", "time": "", "timeEpoch": 0},
            **({"queryStringParameters": dict(query)} if query else {}),
            **({"pathParameters": dict(path)} if path else {}),
            **({"body": json.dumps(body)} if body is not None else {}),
            "isBase64Encoded": False,
        }


class Document(dict[str, Any]):
    """The JSON object of an answer; a field that it lacks is what the new version does wrong."""

    def __init__(self, route: str, found: Mapping[str, Any]) -> None:
        super().__init__(found)
        self._route = route

    def __missing__(self, field: str) -> Any:  # noqa: ANN401  # as for every dict
        raise CheckFailedError(self._route, f"no {field}")
