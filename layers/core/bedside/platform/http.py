"""How a domain call becomes an HTTP endpoint: bodies in, answers and RFC 9457 problems out."""

import base64
import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.kernel import invocation
from bedside.kernel.errors import (
    BedsideError,
    BodyTooLargeError,
    FieldFault,
    InvalidRequestError,
    Limit,
    LimitReachedError,
    PreconditionFailedError,
    RouteNotFoundError,
    UnavailableError,
    WrongStateError,
)
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter
from bedside.platform.limits.policies import Policy
from bedside.platform.observability import count, logger, metrics
from bedside.platform.settings import Settings

if TYPE_CHECKING:
    from bedside.kernel.wire import Wire

MAX_BODY_BYTES: Final = 64 * 1024
PROBLEM_BASE: Final = "https://bedside.example/problems/"

type Event = dict[str, Any]
type Handler = Callable[[Event, LambdaContext], dict[str, Any]]


def answer(status: int, body: Mapping[str, Any] | None = None) -> Response[str]:
    """Return a JSON answer that no cache may keep; 204 has no body."""
    headers: dict[str, str | list[str]] = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if body is None:
        return Response(status_code=status, body="", headers=headers)
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Response(status_code=status, content_type="application/json", body=text, headers=headers)


def problem(error: BedsideError, request_id: str) -> Response[str]:
    """Return the RFC 9457 problem that tells the caller what `error` means for them."""
    body: dict[str, Any] = {
        "type": PROBLEM_BASE + error.slug,
        "title": error.title,
        "status": error.status,
        "detail": error.detail or error.title,
        "requestId": request_id,
    }
    headers: dict[str, str | list[str]] = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if isinstance(error, InvalidRequestError):
        body["errors"] = [{"field": fault.field, "message": fault.message} for fault in error.faults]
    if isinstance(error, WrongStateError):
        body["state"] = error.state
    if isinstance(error, PreconditionFailedError):
        headers["etag"] = etag(error.version)
    if isinstance(error, LimitReachedError):
        headers["retry-after"] = str(error.retry_after_s)
        headers.update(_limit_fields(error.limit, 0, error.retry_after_s))
    if error.status == 503:  # noqa: PLR2004  # Service Unavailable
        headers["retry-after"] = "1"
    return Response(
        status_code=error.status, content_type="application/problem+json", body=json.dumps(body), headers=headers
    )


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def versioned(response: Response[str], version: int) -> Response[str]:
    """Return the answer with the version of what is in it."""
    response.headers["etag"] = etag(version)
    return response


def raw_body(event: APIGatewayProxyEventV2, most: int = MAX_BODY_BYTES) -> bytes:
    """Return the request's body as it was sent; raises BodyTooLargeError over `most`, ValueError where it is none."""
    raw = event.raw_event.get("body") or ""
    if len(raw) > 2 * most:
        raise BodyTooLargeError(f"A body may have at most {most // 1024} KB.")
    content = base64.b64decode(raw, validate=True) if event.raw_event.get("isBase64Encoded") else raw.encode()
    if len(content) > most:
        raise BodyTooLargeError(f"A body may have at most {most // 1024} KB.")
    return content


def read_body[Model: Wire](event: APIGatewayProxyEventV2, model: type[Model], most: int = MAX_BODY_BYTES) -> Model:
    """Return the request's JSON body as `model`; raises BodyTooLargeError over `most` bytes, InvalidRequestError."""
    from pydantic import ValidationError  # noqa: PLC0415  # a third of a cold start, which functions without models save

    try:
        content = raw_body(event, most)
    except ValueError as error:
        raise InvalidRequestError([FieldFault("body", "The body is not valid.")]) from error
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise InvalidRequestError([_fault(detail) for detail in error.errors(include_input=False)]) from error


@dataclass(frozen=True, slots=True)
class Call[Who]:
    """A call once it is known who makes it: under which name `limiter` counts them, and when it came (Unix ms)."""

    who: Who
    name: str
    limiter: Limiter
    now_ms: int


def limited[Who](
    policy: Policy, caller: Callable[[], Call[Who]]
) -> Callable[[Callable[Concatenate[Call[Who], ...], Response[str]]], Callable[..., Response[str]]]:
    """Return a decorator for calls that `policy` limits.

    `caller` establishes who is calling, once, and what it gives is the call's first argument; whatever it raises
    refuses the call uncounted. The answer says how much is left
    (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/).
    """

    def decorate(work: Callable[Concatenate[Call[Who], ...], Response[str]]) -> Callable[..., Response[str]]:
        @wraps(work)
        def counted(*args: object, **kwargs: object) -> Response[str]:
            call = caller()
            count = call.limiter.check(policy, call.name, call.now_ms)
            return with_count(work(call, *args, **kwargs), policy, count)

        return counted

    return decorate


def with_count(response: Response[str], policy: Policy, count: Count) -> Response[str]:
    """Return the answer with how much of the limit is left."""
    response.headers.update(_limit_fields(policy.limit, count.remaining, -(-count.reset_ms // 1000)))
    return response


def _limit_fields(limit: Limit, remaining: int, reset_s: int) -> dict[str, str]:
    return {
        "ratelimit-policy": f'"{limit.name}";q={limit.quota};w={limit.window_s}',
        "ratelimit": f'"{limit.name}";r={remaining};t={reset_s}',
    }


def read_query[Model: Wire](event: APIGatewayProxyEventV2, model: type[Model]) -> Model:
    """Return the query string's parameters as `model`; raises InvalidRequestError."""
    from pydantic import ValidationError  # noqa: PLC0415  # a third of a cold start, which functions without models save

    try:
        return model.model_validate(event.query_string_parameters)
    except ValidationError as error:
        raise InvalidRequestError([_fault(detail) for detail in error.errors(include_input=False)]) from error


def resolver() -> APIGatewayHttpResolver:
    """Return an event handler that answers every error as a problem."""
    app = APIGatewayHttpResolver()

    @app.exception_handler(BedsideError)  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
    def refused(error: BedsideError) -> Response[str]:
        if error.status >= 500:  # noqa: PLR2004  # server errors
            logger.error("refused", slug=error.slug, cause=_cause(error))
            count("ServerError")
        return problem(error, _request_id(app.current_event.raw_event))

    @app.not_found
    def unknown(_error: NotFoundError) -> Response[str]:
        return problem(RouteNotFoundError("There is no such call."), _request_id(app.current_event.raw_event))

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]  # as above
    def failed(error: Exception) -> Response[str]:
        return problem(_unexpected(error), _request_id(app.current_event.raw_event))

    return app


def endpoint(app: APIGatewayHttpResolver) -> Handler:
    """Return the Lambda handler of `app`: correlated logs, metrics, `x-request-id` on every answer."""

    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
    @metrics.log_metrics
    def lambda_handler(event: Event, context: LambdaContext) -> dict[str, Any]:
        invocation.begin(context)
        try:
            result = app.resolve(event, context)
        except Exception as error:  # noqa: BLE001  # an event that the resolver itself cannot read
            response = problem(_unexpected(error), _request_id(event))
            result = {
                "statusCode": response.status_code,
                "body": response.body,
                "isBase64Encoded": False,
                "headers": {name: str(value) for name, value in response.headers.items()},
            }
            result["headers"]["content-type"] = "application/problem+json"
        result["headers"] = {**result.get("headers", {}), "x-request-id": _request_id(event)}
        return result

    return lambda_handler


def _cause(error: BedsideError) -> str:
    """Return what an operator needs to know of the cause: AWS's own word for it, if any, and never a message."""
    cause = error.__cause__
    known = error.cause if isinstance(error, UnavailableError) else ""
    return known or str(getattr(cause, "code", type(cause).__name__))


def _unexpected(error: Exception) -> BedsideError:
    """Log where an unforeseen error came from, but not its message, which may quote patient data."""
    logger.error(
        "unexpected error",
        error=type(error).__name__,
        at=[
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ],
    )
    count("ServerError")
    return BedsideError("Nothing was lost. Try again in a moment.")


def page_origin(event: APIGatewayProxyEventV2, settings: Settings) -> str:
    """Return the origin of the pages: without a domain of its own a stack is known by its API's host."""
    return settings.public_origin or f"https://{event.request_context.domain_name}"


def caller_address(event: APIGatewayProxyEventV2) -> str:
    """Return the address that the call came from, as API Gateway saw it."""
    return event.request_context.http.source_ip


def _request_id(event: Event) -> str:
    context = event.get("requestContext") or {}
    return str(context.get("requestId", "unknown"))


def _fault(detail: Mapping[str, Any]) -> FieldFault:
    """Say what is wrong with a field in words that repeat nothing of what was sent."""
    place = ".".join(str(part) for part in detail["loc"]) or "body"
    if detail["type"] == "json_invalid":
        return FieldFault("body", "The body is not valid JSON.")
    return FieldFault(place, str(detail["msg"]))
