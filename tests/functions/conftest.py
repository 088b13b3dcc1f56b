"""The clinic that every function's test calls."""

import base64
import io
import json
import logging
import os
from collections.abc import Iterator

import pytest

from tests.conftest import AUDIT, BUCKET, IDEMPOTENCY, IDENTITY, REGION, TABLE, Upstash
from tests.fakes.management import management
from tests.fakes.parameter_store import parameter_store
from tests.functions.clinic import FUNCTIONS, PSEUDONYM_KEY, SIGNING_KEY, Clinic, SteeredWiring, module


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # bedside.observability ignores this warning, but pytest makes every test forget such filters.
    for item in items:
        if "functions" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:No application metrics"))


@pytest.fixture
def redis_url(upstash: Upstash) -> str:
    """The address of Redis; a test may put another in its place."""
    return upstash.url


@pytest.fixture
def clinic(aws: None, upstash: Upstash, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:  # noqa: ARG001  # the SDK has to be answered from moto
    parameters = {
        "redis-url": redis_url,
        "redis-token": upstash.token,
        "signing-keys": json.dumps({"1": base64.b64encode(SIGNING_KEY).decode()}),
        "pseudonym-key": base64.b64encode(PSEUDONYM_KEY).decode(),
    }
    stored = {f"/bedside/test/{name}": value for name, value in parameters.items()}
    with parameter_store(stored) as ssm, management() as connections:
        environment = {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL_SSM": ssm,
            "BEDSIDE_STAGE": "test",
            "BEDSIDE_BUCKET": BUCKET,
            "BEDSIDE_CAPTURE_TABLE": TABLE,
            "BEDSIDE_IDENTITY_TABLE": IDENTITY,
            "BEDSIDE_AUDIT_TABLE": AUDIT,
            "BEDSIDE_IDEMPOTENCY_TABLE": IDEMPOTENCY,
            "BEDSIDE_SECRETS_PATH": "/bedside/test",
            "BEDSIDE_PUBLIC_ORIGIN": "https://bedside.example.org",
            "BEDSIDE_LIVE_URL": "wss://live.example.org/live",
            "BEDSIDE_LIVE_ENDPOINT": connections.endpoint,
            # Long enough for a busy machine.
            "BEDSIDE_REDIS_DEADLINE_MS": "2000",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        wiring = SteeredWiring(os.environ)
        for function in FUNCTIONS:
            monkeypatch.setattr(module(function), "wiring", wiring)
        if redis_url == upstash.url:
            wiring.redis.execute("FLUSHALL")
        yield Clinic(wiring, connections)


@pytest.fixture
def logged(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:  # noqa: ARG001  # made before, as in Lambda
    """Hear the logger, which otherwise keeps the standard output of the time when it was made."""
    heard = io.StringIO()
    for handler in logging.getLogger("bedside").handlers:
        monkeypatch.setattr(handler, "stream", heard)
    return heard
