"""The bench: every function in this process, moto and a real Redis, each behind something that can be made to fail."""

import functools
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from bedside.adapters.breaker import Breaker
from bedside.adapters.redis import Redis
from tests.conftest import Upstash
from tests.fakes.management import Connections, management
from tests.fakes.parameter_store import parameter_store
from tests.faults.aws import AwsFaults
from tests.faults.job import MAX_IMAGES, FaultyClinic
from tests.faults.proxy import HANGING, Proxy, proxy
from tests.functions.clinic import FUNCTIONS, SteeredWiring, environment, module, secrets


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # bedside.observability ignores this warning, but pytest makes every test forget such filters.
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:No application metrics"))


@dataclass(frozen=True)
class Surroundings:
    """What stands around the functions for the whole test session."""

    proxy: Proxy
    parameters: str
    connections: Connections


@pytest.fixture(scope="session")
def surroundings(upstash: Upstash) -> Iterator[Surroundings]:
    with ExitStack() as stack:
        between = stack.enter_context(proxy(upstash.url, upstash.token))
        stored = parameter_store(secrets(between.origin, upstash.token))
        yield Surroundings(between, stack.enter_context(stored), stack.enter_context(management()))


@dataclass(frozen=True)
class Bench:
    """The clinic, what makes its Redis and its AWS fail, a way to Redis that does not, and how often Redis failed."""

    clinic: FaultyClinic
    proxy: Proxy
    faults: AwsFaults
    redis: Redis
    failures: list[str]


@pytest.fixture
def deadline_ms(request: pytest.FixtureRequest) -> int:
    """How long a call waits for Redis: little where it waits in vain, so that the bench ends soon."""
    cell = request.node.callspec.params.get("cell") if hasattr(request.node, "callspec") else None
    return 80 if getattr(cell, "fault", "") in HANGING else 1000


@pytest.fixture
def bench(
    aws: None,  # noqa: ARG001  # what is asked of AWS is answered from moto
    upstash: Upstash,
    surroundings: Surroundings,
    deadline_ms: int,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    variables = {
        **environment(surroundings.parameters, surroundings.connections.endpoint, redis_deadline_ms=deadline_ms),
        "BEDSIDE_MAX_IMAGES": str(MAX_IMAGES),
        # The job takes longer than these usually are: its clock jumps until held places lapse.
        "BEDSIDE_QR_TOKEN_LIFE_SECONDS": "3600",
        "BEDSIDE_ACCESS_TOKEN_SECONDS": "3600",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    wiring, faults = SteeredWiring(os.environ), AwsFaults()
    clinic = FaultyClinic(wiring, surroundings.connections, faults=faults)
    # The breaker counts seconds by the same clock as everything else, and the pauses between tries move it.
    clock = functools.partial(_now_s, wiring)
    monkeypatch.setattr("bedside.wiring.Breaker", functools.partial(Breaker, clock=clock))
    waiting = SimpleNamespace(sleep=lambda seconds: clinic.wait(seconds * 1000), time_ns=time.time_ns)
    for pausing in ("botocore.endpoint", "bedside.adapters.aws", "bedside.adapters.dynamo"):
        monkeypatch.setattr(f"{pausing}.time", waiting)
    failures: list[str] = []
    monkeypatch.setattr("bedside.wiring.redis_failed", failures.append)
    for function in FUNCTIONS:
        monkeypatch.setattr(module(function), "wiring", wiring)
    serve = BotocoreStubber.process_request

    def process(stubber: BotocoreStubber, request: Any) -> Any:
        return faults.process(stubber, request, serve)

    monkeypatch.setattr(BotocoreStubber, "process_request", process)
    surroundings.proxy.switch(None)
    straight = Redis(upstash.url, upstash.token, deadline_s=10)
    straight.execute("FLUSHALL")
    yield Bench(clinic, surroundings.proxy, faults, straight, failures)
    surroundings.proxy.switch(None)


def _now_s(wiring: SteeredWiring) -> float:
    return time.monotonic() + wiring.ahead_ms / 1000
