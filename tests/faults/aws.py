"""Faults of AWS: its answers to the functions are spoiled, so many times or until further notice."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Literal

from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

Service = Literal["dynamodb", "s3", "sqs", "scheduler", "ssm"]
SERVICES: Final[tuple[Service, ...]] = ("dynamodb", "s3", "sqs", "scheduler", "ssm")

type Served = tuple[int, Mapping[str, str], str | bytes] | None
# Gets the request's URL, its service, and what would serve it.
type Spoiler = Callable[[str, Service, Callable[[], Served]], Served]

_DYNAMO: Final = "com.amazonaws.dynamodb.v20120810#"
_SERVER_ERROR: Final = 500


def _error(status: int, s3: str, other: str, dynamo: str = "") -> Spoiler:
    def spoil(_url: str, service: Service, _serve: Callable[[], Served]) -> Served:
        if service == "s3":
            spelled = f"<Error><Code>{s3}</Code><Message>made for a test</Message></Error>"
            return (503 if status < _SERVER_ERROR else status), {}, spelled  # as S3 does
        name = f"{_DYNAMO}{dynamo or other}" if service == "dynamodb" else other
        return status, {"x-amzn-RequestId": "test"}, f'{{"__type":"{name}","message":"made for a test"}}'

    return spoil


def _cannot_connect(url: str, _service: Service, _serve: Callable[[], Served]) -> Served:
    raise ConnectTimeoutError(endpoint_url=url)


def _no_answer(url: str, _service: Service, _serve: Callable[[], Served]) -> Served:
    raise ReadTimeoutError(endpoint_url=url)


def _answer_late(url: str, _service: Service, serve: Callable[[], Served]) -> Served:
    serve()
    raise ReadTimeoutError(endpoint_url=url)


def _answer_lost(url: str, _service: Service, serve: Callable[[], Served]) -> Served:
    serve()
    raise ConnectionClosedError(endpoint_url=url)


_SPOILERS: Final[Mapping[str, Spoiler]] = {
    "throttled": _error(400, "SlowDown", "ThrottlingException", "ProvisionedThroughputExceededException"),
    "500": _error(500, "InternalError", "InternalServerError"),
    "connect timeout": _cannot_connect,
    "read timeout": _no_answer,
    "answer too late": _answer_late,
    "answer lost": _answer_lost,
    "transaction lost": _answer_lost,
}
MEANINGS: Final[Mapping[str, str]] = {
    "throttled": "refused as one request too many",
    "500": "an error of the service; nothing was done",
    "connect timeout": "no connection in time; nothing was done",
    "read timeout": "no answer in time; nothing was done",
    "answer too late": "no answer in time, but what was asked for was done",
    "answer lost": "the connection broke after what was asked for was done",
    "transaction lost": "the same, of transactions only (signing in has another write, which comes first)",
}
FAULTS: Final = tuple(MEANINGS)
# A lost answer to a question is the same as none; these two meet requests that change something.
OF_WRITES: Final = frozenset({"answer too late", "answer lost"})
_READS: Final = (".GetItem", ".Query", ".Scan", ".GetParameters")


class AwsFaults:
    """Spoils requests of functions, that is of code under `inside()`; what the tests themselves ask is served.

    `seen` counts the functions' requests, `spoiled` those that a fault met.
    """

    def __init__(self) -> None:
        self._fault: str | None = None
        self._service: Service | None = None
        self._left: float = 0
        self._inside = False
        self.seen = self.spoiled = 0

    def switch(self, fault: str | None, *, requests: float = math.inf, service: Service | None = None) -> None:
        """Spoil the next `requests` of a service, or of all, in this way; None to serve all."""
        self._fault, self._service, self._left = fault, service, requests

    @property
    def left(self) -> float:
        """How many requests the fault is still waiting for."""
        return self._left if self._fault else 0

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let faults meet what is asked for in this block."""
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    def process(
        self, stubber: BotocoreStubber, request: Any, serve: Callable[[BotocoreStubber, Any], Served]
    ) -> Served:
        """Serve a request, or not."""

        def once() -> Served:
            return serve(stubber, request)

        service = _service(request.url)
        if not self._inside or service is None:
            return once()
        self.seen += 1
        if self._fault is None or self._service not in {None, service}:
            return once()
        if self._fault in OF_WRITES and not _writes(request):
            return once()
        if self._fault == "transaction lost" and not _transacts(request):
            return once()
        fault, self._left = self._fault, self._left - 1
        if self._left <= 0:
            self._fault = None
        self.spoiled += 1
        return _SPOILERS[fault](request.url, service, once)


def _transacts(request: Any) -> bool:
    return str(_text(request.headers.get("X-Amz-Target"))).endswith(".TransactWriteItems")


def _writes(request: Any) -> bool:
    target = str(_text(request.headers.get("X-Amz-Target", "")))
    return not target.endswith(_READS) and request.method not in {
        "GET",
        "HEAD",
    }


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def _service(url: str) -> Service | None:
    host = url.split("/")[2]
    return next((service for service in SERVICES if host.split(".")[0] == service or f".{service}." in host), None)
