"""The parts of a function are put together as its settings say, each when it is needed."""

import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from bedside.adapters.aws.secrets import Secrets
from bedside.capture.wiring import CaptureWiring
from bedside.identity.wiring import IdentityWiring
from bedside.live.publisher import AblyPublisher, SocketPublisher
from bedside.live.wiring import LiveWiring
from bedside.operations.wiring import OperationsWiring
from bedside.platform.wiring import Platform
from bedside.visits.wiring import VisitsWiring
from bedside.webhooks.wiring import WebhooksWiring
from tests.unit.platform.test_settings import NEEDED

ROOT = Path(__file__).parents[3]
WIRINGS: tuple[Any, ...] = (
    Platform,
    LiveWiring,
    IdentityWiring,
    CaptureWiring,
    VisitsWiring,
    WebhooksWiring,
    OperationsWiring,
)
PARTS = [
    (kind, name)
    for kind in WIRINGS
    for name, value in vars(kind).items()
    # Ably is made only where it carries messages, and rooms only with the provider's keys.
    if isinstance(value, cached_property) and name not in {"ably", "rooms"}
]


SECRETS = {
    "redis-url": "http://127.0.0.1:9",
    "redis-token": "t",
    "signing-keys": {"1": b"k"},
    "seal-keys": {"1": b"k" * 32},
    "identity-keys": {"1": b"m"},
    "pseudonym-key": b"p",
    "ably-key": "app.key:secret",
    "scrape-token": "",
    "webhook-sources": "",
    "hms-keys": None,
    "payment-keys": None,
}


def platform(**environment: str) -> Platform:
    made = Platform(NEEDED | environment)
    made.__dict__["secrets"] = Secrets(SECRETS)
    return made


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=lambda value: getattr(value, "__name__", value))
def test_every_part_can_be_made(kind: Any, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is made once."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = platform()
    wiring = made if kind is Platform else made.domain(kind)
    assert getattr(wiring, part) is getattr(wiring, part)


def test_domains_share_one_another() -> None:
    """A process has one wiring of each domain, whoever asks for it."""
    made = platform()
    assert made.domain(CaptureWiring).identity is made.domain(VisitsWiring).identity is made.domain(IdentityWiring)


def test_configuration_chooses_who_carries_live_updates() -> None:
    """Our own API unless Ably is asked for."""
    assert isinstance(platform().domain(LiveWiring).publisher, SocketPublisher)
    ably = platform(BEDSIDE_LIVE_PROVIDER="ably")
    assert isinstance(ably.domain(LiveWiring).publisher, AblyPublisher)


def test_functions_start_without_the_sdk() -> None:
    """Importing boto3 would be the largest part of a cold start; all of them together do not import it either."""
    functions = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    assert loaded(functions, "boto3", "botocore.client") == "{}"


def test_the_sdk_is_used_where_nobody_waits_for_a_start() -> None:
    """By the copies of recordings; and by Powertools' store of repeated requests (docs/adr/0003)."""
    named = re.compile(r"^\s*(?:import|from) (?:boto3|botocore|s3transfer|upstash_redis)\b", re.MULTILINE)
    sources = [*ROOT.glob("layers/core/bedside/**/*.py"), *ROOT.glob("functions/**/*.py")]
    assert {path.name for path in sources if named.search(path.read_text())} == {"archive.py", "idempotency.py"}


def test_the_receiver_of_webhooks_starts_without_models() -> None:
    """It checks bytes, and pydantic would be a third of its cold start, in which the sender waits."""
    assert loaded(["webhook_receiver"], "pydantic", "jwt", "cryptography") == "{}"


def loaded(functions: list[str], *names: str) -> str:
    """Return which of some modules are loaded as these functions start one after the other, each with the first."""
    code = f"""
import importlib, sys
found = {{}}
for function in {functions}:
    importlib.import_module(function + ".handler")
    for name in {names}:
        if name in sys.modules:
            found.setdefault(name, function)
print(found)
"""
    done = subprocess.run(  # noqa: S603  # our own interpreter and code
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT / 'functions'}:{ROOT / 'layers/core'}", "AWS_LAMBDA_FUNCTION_NAME": "x"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
