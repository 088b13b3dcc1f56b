"""The running product while its Redis accepts and never answers, or is not there."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest

from tests import contract
from tests.e2e import turns
from tests.e2e.aws import Aws
from tests.e2e.people import Reception

_CLOSED = "http://127.0.0.1:1"


@pytest.fixture
def turn(place: dict[str, Any]) -> dict[str, Any]:
    """Use the product alone, as the place says."""
    return place


@contextmanager
def _silent(stack: dict[str, Any]) -> Iterator[None]:
    """Stop the process in its tracks: the kernel still accepts connections for it."""
    os.kill(stack["pids"]["bridge"], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(stack["pids"]["bridge"], signal.SIGCONT)
        aws = Aws(stack)
        # Those that have just met a silent Redis would go without it for a while.
        _renew(aws)
        aws.close()


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
    """Tell the functions where Redis is; they read that once, when they begin."""
    name = "/bedside/local/redis-url"
    aws.client("ssm").put_parameter(Name=name, Value=address, Type="SecureString", Overwrite=True)
    _renew(aws)


def _renew(aws: Aws) -> None:
    """Let all functions begin anew, in processes that remember nothing."""
    for function in aws.client("lambda").list_functions()["Functions"]:
        aws.configure(function["FunctionName"], Timeout=function["Timeout"])


_FAULTS: dict[str, Callable[[dict[str, Any]], AbstractContextManager[None]]] = {"silent": _silent, "stopped": _gone}


@pytest.fixture(scope="module", params=_FAULTS)
def place(request: pytest.FixtureRequest, stack: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The running product, which nobody else uses until its Redis is back."""
    with turns.alone(stack), _FAULTS[request.param](stack):
        assert httpx.get(f"{stack['apiUrl']}/health", timeout=60).json()["redis"] != "up"
        yield stack


@pytest.fixture
def reception(place: dict[str, Any]) -> Iterator[Reception]:
    """Where people sign in to this product."""
    with httpx.Client(base_url=place["apiUrl"], timeout=60, event_hooks=contract.CHECKED) as http:
        yield Reception(http, place)
