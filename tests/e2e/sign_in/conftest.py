"""Products whose Redis answers, accepts and never answers, or is not there."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest

from tests.e2e.aws import Aws
from tests.e2e.people import Reception

_CLOSED = "http://127.0.0.1:1"


@contextmanager
def _silent(stack: dict[str, Any]) -> Iterator[None]:
    """Stop the process in its tracks: the kernel still accepts connections for it."""
    os.kill(stack["pids"]["bridge"], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(stack["pids"]["bridge"], signal.SIGCONT)


@contextmanager
def _gone(stack: dict[str, Any]) -> Iterator[None]:
    """Let the functions look for Redis where nothing listens."""
    aws = Aws(stack)
    _point(aws, _CLOSED)
    try:
        yield
    finally:
        _point(aws, stack["redisRestUrl"])
        aws.close()


def _point(aws: Aws, address: str) -> None:
    """Tell the functions where Redis is; they read that once, so that all of them are made to begin anew."""
    name = "/bedside/local/redis-url"
    aws.client("ssm").put_parameter(Name=name, Value=address, Type="SecureString", Overwrite=True)
    functions = aws.client("lambda")
    for function in functions.list_functions()["Functions"]:
        functions.update_function_configuration(FunctionName=function["FunctionName"], Timeout=function["Timeout"])


_FAULTS: dict[str, Callable[[dict[str, Any]], AbstractContextManager[None]]] = {
    "without Redis, which is silent": _silent,
    "without Redis, which is stopped": _gone,
}
# The first of them waits for two products to start, one after the other.
_LONG = pytest.mark.timeout(600)


@pytest.fixture(
    scope="module",  # others use that product too, and need its Redis
    params=["with Redis", *(pytest.param(fault, marks=_LONG) for fault in _FAULTS)],
)
def place(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """A running product, with its Redis as the test's name says."""
    if request.param not in _FAULTS:
        yield request.getfixturevalue("stack")
        return
    stack = request.getfixturevalue("own_stack")
    with _FAULTS[request.param](stack):
        assert httpx.get(f"{stack['apiUrl']}/health", timeout=60).json()["redis"] != "up"
        yield stack


@pytest.fixture
def reception(place: dict[str, Any]) -> Iterator[Reception]:
    """Where people sign in to this product."""
    with httpx.Client(base_url=place["apiUrl"], timeout=60, limits=httpx.Limits(max_connections=60)) as http:
        yield Reception(http, place)


@pytest.fixture
def aws(place: dict[str, Any]) -> Iterator[Aws]:
    aws = Aws(place)
    yield aws
    aws.close()
