"""The clinic that every function's test calls."""

import io
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import Upstash
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.management import Connections, management
from tests.fakes.parameter_store import parameter_store
from tests.functions.clinic import FUNCTIONS, Clinic, environment, secrets
from tests.functions.rights import watched
from tests.functions.steering import SteeredWiring
from tests.functions.surgery import Surgery, open_surgery


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # bedside.platform.observability ignores this warning, but pytest makes every test forget such filters.
    for item in items:
        if "functions" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:No application metrics"))


@pytest.fixture
def redis_url(upstash: Upstash) -> str:
    """The address of Redis; a test may put another in its place."""
    return upstash.url


@dataclass(frozen=True)
class Neighbours:
    """What functions reach over HTTP besides Redis, for the whole test session: a parameter store, and API Gateway."""

    parameters: dict[str, str]
    parameter_store: str
    connections: Connections


@pytest.fixture(scope="session")
def neighbours() -> Iterator[Neighbours]:
    parameters: dict[str, str] = {}
    with parameter_store(parameters) as origin, management() as connections:
        yield Neighbours(parameters, origin, connections)


@pytest.fixture
def clinic(
    aws: DynamoDb,
    upstash: Upstash,
    redis_url: str,
    neighbours: Neighbours,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Clinic]:
    neighbours.parameters.clear()
    neighbours.parameters.update(secrets(redis_url, upstash.token))
    connections = neighbours.connections
    connections.forget()
    # Long enough for a busy machine, where there is an answer to wait for.
    deadline_ms = 2000 if redis_url == upstash.url else 200
    variables = environment(neighbours.parameter_store, connections.endpoint, redis_deadline_ms=deadline_ms)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    wiring = SteeredWiring(os.environ)
    wiring.serve(monkeypatch, *FUNCTIONS)
    if redis_url == upstash.url:
        wiring.platform.redis.execute("FLUSHALL")
    beyond: set[str] = set()
    monkeypatch.setattr(aws, "serve", watched(aws, beyond))
    yield Clinic(wiring, connections, dynamodb=aws)
    assert not beyond, "template.yaml does not allow this"


@pytest.fixture
def logged(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:  # noqa: ARG001  # made before, as in Lambda
    """Hear the logger, which otherwise keeps the standard output of the time when it was made."""
    heard = io.StringIO()
    for handler in logging.getLogger("bedside").handlers:
        monkeypatch.setattr(handler, "stream", heard)
    return heard


@pytest.fixture
def surgery(clinic: Clinic) -> Surgery:
    """A clinic with a patient, a practitioner and a visit of theirs."""
    return open_surgery(clinic)
