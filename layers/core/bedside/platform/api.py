"""Serves a domain's routes: finds the route in the manifest, and checks caller, rate limit, body and query."""

import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.kernel import invocation
from bedside.kernel.errors import BedsideError, RouteNotFoundError, UnavailableError
from bedside.platform.contract import Domain, Route
from bedside.platform.http import (
    Answer,
    Event,
    behind_cdn,
    caller_address,
    header,
    limit_headers,
    problem,
    read_body,
    read_query,
    request_id,
)
from bedside.platform.observability import count, logger, metrics

if TYPE_CHECKING:
    from bedside.platform.limits.policies import Policy
    from bedside.platform.wiring import Platform

_HEAD: Final = re.compile("^HEAD ")

type Work = Callable[[Call[Any, Any, Any]], Answer]


class Authentication(Protocol):
    """Authenticates callers by their Authorization header at an instant (Unix ms); raises if they may not call."""

    def signed_in(self, authorization: str | None, now_ms: int) -> Any: ...  # noqa: ANN401  # each its own type

    def clinician(self, authorization: str | None, now_ms: int) -> Any: ...  # noqa: ANN401  # as above

    def phone(self, authorization: str | None, now_ms: int) -> Any: ...  # noqa: ANN401  # as above

    def clinician_or_phone(self, authorization: str | None, now_ms: int) -> Any: ...  # noqa: ANN401  # as above

    def admin(self, authorization: str | None, origin: str, now_ms: int) -> Any: ...  # noqa: ANN401  # as above


@dataclass(frozen=True, slots=True)
class Call[Caller, Body = None, Query = None]:
    """A call that has passed its route's checks, received at `now_ms` (Unix ms).

    `caller` is who makes it, or their address where anyone may.
    """

    caller: Caller
    body: Body
    query: Query
    event: Event
    now_ms: int

    def path(self, name: str) -> str:
        """Return a path parameter. Raises RouteNotFoundError if it is not valid text."""
        value = str(self.event["pathParameters"][name])
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise RouteNotFoundError("There is no such call.") from error
        return value

    @property
    def address(self) -> str:
        """The caller's IP address."""
        return caller_address(self.event)

    def header(self, name: str) -> str | None:
        """Return a header by its lower-case name."""
        return header(self.event, name)

    def origin(self, public_origin: str) -> str:
        """Return the origin of the pages: `public_origin`, or else the API's host."""
        return public_origin or f"https://{self.event['requestContext']['domainName']}"


class Api:
    """The Lambda handler of a function that serves some of a domain's routes.

    `platform` and `authentication` give the parts of the process that is serving.
    """

    def __init__(
        self, domain: Domain, platform: "Callable[[], Platform]", authentication: Callable[[], Authentication]
    ) -> None:
        self._domain = domain
        self._platform = platform
        self._authentication = authentication
        self._served: dict[str, tuple[Route, Work]] = {}

    def serves[Handler: Callable[..., Answer]](self, key: str) -> Callable[[Handler], Handler]:
        """Return a decorator that registers the handler of a route by its key, such as `GET /visits/{visitId}`."""
        [route] = [route for route in self._domain.routes if route.key == key]

        def register(work: Handler) -> Handler:
            self._served[key] = route, cast("Work", work)
            return work

        return register

    @property
    def routes(self) -> Iterable[tuple[Route, Work]]:
        """The routes served here, with their handlers."""
        return self._served.values()

    def handler(self) -> Callable[[Event, LambdaContext], dict[str, Any]]:
        """Return the Lambda handler, with correlated logs, metrics, and `x-request-id` on every response."""

        @logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
        @metrics.log_metrics
        def lambda_handler(event: Event, context: LambdaContext) -> dict[str, Any]:
            invocation.begin(context)
            try:
                return _result(self._answer(event), event)
            except BedsideError as error:
                if error.status >= 500:  # noqa: PLR2004  # server errors
                    logger.error("refused", slug=error.slug, cause=_cause(error))
                    count("ServerError")
                return _result(problem(error, request_id(event)), event)
            except Exception as error:  # noqa: BLE001  # unexpected errors become a response too
                return _result(problem(unexpected(error), request_id(event)), event)

        return lambda_handler

    def _answer(self, event: Event) -> Answer:
        # HEAD is GET without the body, which `_result` leaves out.
        served = self._served.get(_HEAD.sub("GET ", event.get("routeKey", "")))
        if served is None or (_HEAD.match(event["routeKey"]) and not served[0].head):
            raise RouteNotFoundError("There is no such call.")
        route, work = served
        platform = self._platform()
        event = behind_cdn(event, platform.settings.cdn_secret)
        now_ms = platform.now_ms()
        caller = self._caller(route, event, now_ms)
        limited = None if route.counts_itself else route.limit
        counted = limited and platform.limiter.check(limited, _counted(limited, caller, event), now_ms)
        answer = work(Call(caller, self._body(route, event), self._query(route, event), event, now_ms))
        if route.counts_itself and answer.count is None:
            raise TypeError(f"{route.key} has to count its calls")
        counted = answer.count or counted
        if counted and route.limit:
            reset_s = -(-counted.reset_ms // 1000)
            answer.headers.update(limit_headers(route.limit.limit, counted.remaining, reset_s))
        return answer

    def _caller(self, route: Route, event: Event, now_ms: int) -> Any:  # noqa: ANN401  # each kind its own type
        match route.caller:
            case "anyone" | "provider":
                return caller_address(event)
            case "signedIn":
                return self._authentication().signed_in(header(event, "authorization"), now_ms)
            case "clinician":
                return self._authentication().clinician(header(event, "authorization"), now_ms)
            case "admin":
                return self._authentication().admin(header(event, "authorization"), caller_address(event), now_ms)
            case "phone":
                return self._authentication().phone(header(event, "authorization"), now_ms)
            case "clinicianOrPhone":
                return self._authentication().clinician_or_phone(header(event, "authorization"), now_ms)

    def _body(self, route: Route, event: Event) -> Any:  # noqa: ANN401  # the route's model
        if not route.body:
            return None
        model = self._domain.resolve(route.body)
        if route.body_optional and not event.get("body"):
            return model()
        return read_body(event, model, route.max_body_bytes)

    def _query(self, route: Route, event: Event) -> Any:  # noqa: ANN401  # as above
        return read_query(event, self._domain.resolve(route.query)) if route.query else None


def no_authentication() -> Authentication:
    """Fail; for functions whose routes anyone may call. A route that names a caller is a mistake there."""
    raise TypeError("This function authenticates nobody")


def unexpected(error: Exception) -> BedsideError:
    """Log where an unexpected error occurred, but not its message, which may quote patient data."""
    logger.error(
        "unexpected error",
        error=type(error).__name__,
        at=[
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ],
    )
    count("ServerError")
    return BedsideError("Nothing was lost. Try again in a moment.")


def _result(answer: Answer, event: Event) -> dict[str, Any]:
    result = answer.result(request_id(event))
    return {**result, "body": ""} if _HEAD.match(event.get("routeKey", "")) else result


def _counted(policy: "Policy", caller: Any, event: Event) -> str:  # noqa: ANN401  # each kind its own type
    return caller_address(event) if policy.counts == "address" else str(caller.user_id)


def _cause(error: BedsideError) -> str:
    """Return the cause for the log: AWS's error code or the type of the error, but never a message."""
    cause = error.__cause__
    known = error.cause if isinstance(error, UnavailableError) else ""
    return known or str(getattr(cause, "code", type(cause).__name__))
