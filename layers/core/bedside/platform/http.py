"""HTTP requests and responses: bodies and queries as models, answers, and RFC 9457 problems."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bedside.kernel.errors import (
    BedsideError,
    BodyTooLargeError,
    FieldFault,
    InvalidRequestError,
    Limit,
    LimitReachedError,
    PreconditionFailedError,
)
from bedside.platform.contract import MAX_BODY_BYTES
from bedside.platform.limits.algorithms import Count

if TYPE_CHECKING:
    from pydantic import ValidationError

    from bedside.kernel.wire import Wire

PROBLEM_BASE: Final = "https://bedside.example/problems/"
# Responses may contain patient data, so nothing may cache them.
_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

type Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON response, a `text` whose type is among `headers`, or a response without a body.

    `version` becomes its ETag; `count` is the rate limit's result if the domain's own Redis request checked the limit.
    """

    status: int
    body: Mapping[str, Any] | None = None
    version: int | None = None
    count: Count | None = None
    problem: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def result(self, request_id: str) -> dict[str, Any]:
        """Return the response in API Gateway's payload format 2.0."""
        headers = {**_HEADERS, **self.headers, "x-request-id": request_id}
        if self.version is not None:
            headers["etag"] = etag(self.version)
        text = self.text
        if self.body is not None:
            headers["content-type"] = "application/problem+json" if self.problem else "application/json"
            text = json.dumps(self.body, separators=(",", ":"), ensure_ascii=self.problem)
        return {"statusCode": self.status, "headers": headers, "body": text, "isBase64Encoded": False}


def problem(error: BedsideError, request_id: str) -> Answer:
    """Return `error` as an RFC 9457 problem document."""
    body: dict[str, Any] = {
        "type": PROBLEM_BASE + error.slug,
        "title": error.title,
        "status": error.status,
        "detail": error.detail or error.title,
        "requestId": request_id,
        **error.extensions(),
    }
    headers: dict[str, str] = {}
    version = None
    if isinstance(error, PreconditionFailedError):
        version = error.version
    if isinstance(error, LimitReachedError):
        headers["retry-after"] = str(error.retry_after_s)
        headers |= limit_headers(error.limit, 0, error.retry_after_s)
    if error.status == 503:  # noqa: PLR2004  # Service Unavailable
        headers["retry-after"] = "1"
    return Answer(error.status, body, version, problem=True, headers=headers)


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def limit_headers(limit: Limit, remaining: int, reset_s: int) -> dict[str, str]:
    """Return the RateLimit fields (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/)."""
    return {
        "ratelimit-policy": f'"{limit.name}";q={limit.quota};w={limit.window_s}',
        "ratelimit": f'"{limit.name}";r={remaining};t={reset_s}',
    }


def raw_body(event: Event, most: int = MAX_BODY_BYTES) -> bytes:
    """Return the raw request body. Raises BodyTooLargeError above `most` bytes, ValueError if it is malformed."""
    raw = event.get("body") or ""
    if len(raw) > 2 * most:
        raise BodyTooLargeError(f"A body may have at most {most // 1024} KB.")
    content = base64.b64decode(raw, validate=True) if event.get("isBase64Encoded") else raw.encode()
    if len(content) > most:
        raise BodyTooLargeError(f"A body may have at most {most // 1024} KB.")
    return content


def read_body[Model: Wire](event: Event, model: type[Model], most: int = MAX_BODY_BYTES) -> Model:
    """Return the JSON body as `model`. Raises BodyTooLargeError above `most` bytes, InvalidRequestError."""
    from pydantic import ValidationError  # noqa: PLC0415  # a third of a cold start, saved by functions without models

    try:
        content = raw_body(event, most)
    except ValueError as error:
        raise InvalidRequestError([FieldFault("body", "The body is not valid.")]) from error
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise _invalid(error) from error


def read_query[Model: Wire](event: Event, model: type[Model]) -> Model:
    """Return the query parameters as `model`. Raises InvalidRequestError."""
    from pydantic import ValidationError  # noqa: PLC0415  # a third of a cold start, saved by functions without models

    try:
        return model.model_validate(event.get("queryStringParameters") or {})
    except ValidationError as error:
        raise _invalid(error) from error


def header(event: Event, name: str) -> str | None:
    """Return a header by its lower-case name; API Gateway sends lower-case names, other clients may not."""
    headers = event.get("headers") or {}
    if name in headers:
        value: str = headers[name]
        return value
    return next((value for given, value in headers.items() if given.lower() == name), None)


def caller_address(event: Event) -> str:
    """Return the client's IP address."""
    return str(event["requestContext"]["http"]["sourceIp"])


def behind_cdn(event: Event, secret: str) -> Event:
    """Return the event with the caller's own address where CloudFront forwarded the call, which `secret` proves.

    API Gateway sees CloudFront's address there. Without the secret, anybody could claim any address.
    """
    given, address = header(event, "x-bedside-cdn") or "", header(event, "x-bedside-caller")
    # A lone surrogate, which JSON may hold, is part of no secret.
    if not (secret and address and hmac.compare_digest(given.encode(errors="surrogatepass"), secret.encode())):
        return event
    context = event["requestContext"]
    return {**event, "requestContext": {**context, "http": {**context["http"], "sourceIp": address}}}


def request_id(event: Event) -> str:
    """Return the request id that API Gateway assigned."""
    context = event.get("requestContext") or {}
    return str(context.get("requestId", "unknown"))


def _invalid(error: "ValidationError") -> InvalidRequestError:
    from bedside.platform.validation_messages import fault_of  # noqa: PLC0415  # needed only for invalid requests

    details = error.errors(include_url=False, include_input=False)
    return InvalidRequestError([fault_of(detail) for detail in details])
