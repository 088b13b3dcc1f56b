"""What the tests of the Python core share: a Redis behind the Upstash bridge, and AWS in this process."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import httpx
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends
from playwright.sync_api import expect

from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.redis.client import Redis
from bedside.adapters.rest import RestClient
from bedside.adapters.seal import Seal
from bedside.capture.fast_path import FastPath
from bedside.capture.session_repository import SessionRepository
from bedside.kernel import invocation
from local import redis as redis_server
from local.upstash import start_bridge
from tests import examples
from tests.fakes import cloud
from tests.fakes.cloud import REGION
from tests.fakes.dynamodb import DynamoDb
from tests.local.places import free_port
from tests.rotation import commit
from tests.tables import (
    AUDIT,
    BOOKINGS,
    IDEMPOTENCY,
    IDENTITY,
    NOTIFICATIONS,
    PATIENTS,
    PAYOUTS,
    SCHEMAS,
    TABLE,
    TIMELINE,
    VISITS,
    WEBHOOKS,
)

__all__ = [
    "AUDIT",
    "BOOKINGS",
    "IDEMPOTENCY",
    "IDENTITY",
    "NOTIFICATIONS",
    "PATIENTS",
    "PAYOUTS",
    "REGION",
    "TABLE",
    "TIMELINE",
    "VISITS",
    "WEBHOOKS",
]

BUCKET = "bedside-capture-bucket"
# Where moto puts a queue of this name.
WEBHOOK_QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/123456789012/webhooks"
RECORDINGS = "bedside-recordings-bucket"
AUDIT_BUCKET = "bedside-audit-bucket"
LIFE_MS = 7_200_000

examples.load()
# Photos are prepared and failures waited out; a machine with two cores is slow at both.
expect.set_options(timeout=30_000)


def pytest_configure() -> None:
    """Let all processes of a run try the same cells of the fault matrix, whatever is committed meanwhile."""
    os.environ.setdefault("BEDSIDE_ROTATION", commit())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that `make unit` leaves out of its folders."""
    for item in items:
        if "upstash" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.redis)


@cache
def client(service: str) -> Any:
    """Give the SDK's client; making one costs more than most tests, so there is one of each."""
    return boto3.client(service)  # type: ignore[call-overload]  # any service


@dataclass(frozen=True)
class Upstash:
    """A Redis-compatible server behind the bridge, for the whole test session."""

    url: str
    token: str

    def requests(self) -> int:
        """Tell how many REST requests have arrived."""
        with httpx.Client(trust_env=False) as http:
            headers = {"Authorization": f"Bearer {self.token}"}
            return int(http.get(f"{self.url}/_bridge/stats", headers=headers).json()["requests"])


@pytest.fixture(autouse=True)
def no_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test outside of an invocation, so that the time left in one does not limit the next."""
    monkeypatch.setattr(invocation, "_current", [])


@pytest.fixture(autouse=True)
def closed_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test's clients have kept open: in Lambda the process's end does it."""
    made: list[RestClient] = []
    create = RestClient.__init__

    def creating(client: RestClient, origin: str, **more: Any) -> None:
        create(client, origin, **more)
        made.append(client)

    monkeypatch.setattr(RestClient, "__init__", creating)
    yield
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def upstash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstash]:
    state, token = tmp_path_factory.mktemp("redis"), "token-of-this-database"
    server, path = redis_server.start(state)
    try:
        port = free_port()
        bridge = start_bridge(port, path, token, state)
        try:
            yield Upstash(f"http://127.0.0.1:{port}", token)
        finally:
            bridge.stop()
    finally:
        server.stop()


@pytest.fixture
def redis(upstash: Upstash) -> Redis:
    # Long enough for a busy machine; the deadline itself is tested against servers made for it.
    client = Redis(upstash.url, upstash.token, deadline_s=5)
    client.execute("FLUSHALL")
    return client


@pytest.fixture
def fast(redis: Redis) -> FastPath:
    return FastPath(redis, lambda: Seal({"k": b"0" * 32}), "test")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDb]:
    """Answer the product and the SDK, with the tables, the queue and the buckets of template.yaml."""
    dynamodb = DynamoDb(SCHEMAS)
    cloud.connect(monkeypatch, dynamodb)
    # Asking for them through the SDK takes longer than most tests.
    sqs_backends[DEFAULT_ACCOUNT_ID][REGION].create_queue(WEBHOOK_QUEUE_URL.rpartition("/")[2])
    for bucket in (BUCKET, RECORDINGS, AUDIT_BUCKET):
        s3_backends[DEFAULT_ACCOUNT_ID]["global"].create_bucket(bucket, REGION)
    yield dynamodb
    assert not dynamodb.not_faked, "add these to tests/fakes/dynamodb"


@pytest.fixture
def table(aws: DynamoDb) -> Table:  # noqa: ARG001  # it is in memory
    return Table(TABLE)


@pytest.fixture
def record(table: Table) -> SessionRepository:
    return SessionRepository(table, life_ms=LIFE_MS)
