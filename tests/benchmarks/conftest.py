"""Both peers, each with AWS in memory, with a Redis behind the bridge and a place where desktops listen."""

import asyncio
import base64
import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from bedside.adapters.redis.client import Redis
from benchmarks.events import http_event
from benchmarks.invoke import Context
from tests.conftest import (
    AUDIT,
    BUCKET,
    IDENTITY,
    PATIENTS,
    TABLE,
    VISITS,
    WEBHOOK_QUEUE_URL,
    WEBHOOKS,
    Upstash,
    client,
)
from tests.contract import check_body
from tests.fakes.management import Connections, management
from tests.threads import in_a_thread

_KEY = base64.b64encode(b"k" * 32).decode()
_LIFE_MS = 600_000
_REFUSED = 400
WEBHOOK_SECRETS = {"x-secret": ["a secret of yesterday", "a secret of tomorrow"]}


@dataclass(frozen=True)
class Peer:
    """A peer that answers events, and the pages that watch."""

    handler: Any
    desktops: Connections

    def call(
        self,
        route: str,
        body: object = None,
        token: str = "",
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Give the status and the body of the answer to a call."""
        answer = self._answer(http_event(route, body, token=token, path=path, query=query, headers=headers))
        assert answer["headers"]["x-request-id"] == "benchmark"
        status, text = answer["statusCode"], answer.get("body") or ""
        if status < _REFUSED:  # what peers say of refusals is not measured
            headers = {name.lower(): value for name, value in answer["headers"].items()}
            check_body(route, status, headers.get("content-type", ""), text)
        return status, json.loads(text) if text else None

    def fields(self, route: str, body: object = None, token: str = "", **more: Any) -> dict[str, str]:
        """Give the header fields of the answer to a call."""
        headers: dict[str, str] = self._answer(http_event(route, body, token=token, **more))["headers"]
        return headers

    def _answer(self, event: dict[str, Any]) -> Any:
        def work() -> Any:
            # Mangum takes the loop that it finds, and closes none.
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            with closing(loop):
                return self.handler(event, Context())

        return in_a_thread(work)

    def sign_in(self, user_id: str, roles: list[str], facility_id: str = "FAC001") -> str:
        """Register somebody who has signed in; give their access token."""
        tokens = sys.modules["benchmarks.peers.tokens"]
        now = time.time_ns() // 1_000_000
        clients = sys.modules["benchmarks.peers.clients"]
        clients.people.put_item(
            Item={
                "pk": user_id,
                "phone": "+64211234567",
                "roles": roles,
                "facilityId": facility_id,
                "verification": "verified",
                "createdAt": now,
                "failures": 0,
                "sends": [],
                "families": {"fam": {"digest": "x", "rotatedAt": now, "endsAt": now + _LIFE_MS}},
            }
        )
        token: str = tokens.sign(tokens.ACCESS, {"sub": user_id, "fam": "fam", "exp": now + _LIFE_MS})
        return token


@pytest.fixture(scope="session")
def peers() -> Iterator[Callable[[str, Mapping[str, str]], Any]]:
    """Gives a module of the peers; they read their settings and secrets when the first of them is imported."""

    def module(name: str, settings: Mapping[str, str]) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in settings.items():
                patch.setenv(variable, value)
            # Mangum asks for this thread's event loop and makes one if there is none; Python warns of the question.
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "There is no current event loop", DeprecationWarning)
                return importlib.import_module(f"benchmarks.peers.{name}")

    yield module
    if clients := sys.modules.get("benchmarks.peers.clients"):
        for each in (clients.redis, clients.s3, clients.sns, clients.sqs, clients.people.meta.client):
            each.close()


@pytest.fixture(params=["fastapi_app", "powertools_app"])
def peer(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    aws: None,  # noqa: ARG001  # what the peer stands on
    upstash: Upstash,
    redis: Redis,  # noqa: ARG001  # an empty one
    peers: Callable[[str, Mapping[str, str]], Any],
) -> Iterator[Peer]:
    secrets = {
        "redis-url": upstash.url,
        "redis-token": upstash.token,
        "signing-keys": json.dumps({"a": _KEY}),
        "seal-keys": json.dumps({"a": _KEY}),
        "identity-keys": json.dumps({"a": _KEY}),
        "pseudonym-key": _KEY,
        "webhook-sources": json.dumps({"hms": {"kind": "headers", "headers": WEBHOOK_SECRETS}}),
    }
    for name, value in secrets.items():
        client("ssm").put_parameter(Name=f"/peer/{name}", Value=value, Type="SecureString")
    with management() as desktops:
        settings = {
            "BEDSIDE_STAGE": "test",
            "BEDSIDE_SECRETS_PATH": "/peer",
            "BEDSIDE_CAPTURE_TABLE": TABLE,
            "BEDSIDE_IDENTITY_TABLE": IDENTITY,
            "BEDSIDE_AUDIT_TABLE": AUDIT,
            "BEDSIDE_PATIENTS_TABLE": PATIENTS,
            "BEDSIDE_VISITS_TABLE": VISITS,
            "BEDSIDE_NO_SHOW_SECONDS": "600",
            "BEDSIDE_GRACE_SECONDS": "120",
            "BEDSIDE_WARNING_SECONDS": "2400",
            "BEDSIDE_LIMIT_SECONDS": "2700",
            "BEDSIDE_WEBHOOKS_TABLE": WEBHOOKS,
            "BEDSIDE_WEBHOOK_QUEUE_URL": WEBHOOK_QUEUE_URL,
            "BEDSIDE_BUCKET": BUCKET,
            "BEDSIDE_PUBLIC_ORIGIN": "https://pages.example",
            "BEDSIDE_LIVE_URL": "wss://live.example/live",
            "BEDSIDE_LIVE_ENDPOINT": desktops.endpoint,
            "BEDSIDE_SMS_PREFIX_ALLOWANCE": "100",
            "BEDSIDE_SMS_ADDRESS_ALLOWANCE": "200",
        }
        app = peers(request.param, settings)
        for remembering in ("callers", "facilities"):
            monkeypatch.setattr(peers(remembering, {}), "_seen", {})
        with closing(boto3.client("apigatewaymanagementapi", endpoint_url=desktops.endpoint)) as sockets:
            monkeypatch.setattr(peers("clients", {}), "sockets", sockets)
            yield Peer(app.handler, desktops)
