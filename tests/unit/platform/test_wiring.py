"""The parts of a function are put together as its settings say, each when it is needed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bedside.adapters.aws.secrets import Secrets
from bedside.live.publisher import AblyPublisher, SocketPublisher
from bedside.visits.wiring import VisitWiring
from tests.unit.platform.test_settings import NEEDED

ROOT = Path(__file__).parents[3]
PARTS = [
    "sessions",
    "qr_exchange",
    "uploads",
    "ingestion",
    "gallery",
    "deletion",
    "watching",
    "session_access",
    "links",
    "bucket",
    "keys",
    "guard",
    "person_cache",
    "people",
    "texts",
    "sign_in",
    "token_refresh",
    "user_admin",
    "listing",
    "cache",
    "limiter",
    "idempotency",
    "drafts",
    "submissions",
    "counters",
    "usage",
    "webhook_sources",
    "webhook_events",
    "webhook_receiver",
    "webhook_processor",
    "overdue_webhooks",
    "webhook_replay",
    "session_expiry",
]


def wiring(**environment: str) -> VisitWiring:
    made = VisitWiring(NEEDED | environment)
    made.__dict__["secrets"] = Secrets("http://127.0.0.1:9", "t", {"1": b"k"}, b"p", "app.key:secret")
    return made


@pytest.mark.parametrize("part", PARTS)
def test_every_part_can_be_made(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is made once."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made: Any = wiring()
    assert getattr(made, part) is getattr(made, part)


def test_configuration_chooses_who_carries_live_updates() -> None:
    """Our own API unless Ably is asked for."""
    assert isinstance(wiring().publisher, SocketPublisher)
    assert isinstance(wiring(BEDSIDE_LIVE_PROVIDER="ably").publisher, AblyPublisher)


@pytest.mark.parametrize("function", sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py")))
def test_functions_start_without_the_sdk(function: str) -> None:
    """Importing boto3 would be the largest part of a cold start."""
    assert loaded(function, "boto3", "botocore.client") == "[]"


def test_the_receiver_of_webhooks_starts_without_models() -> None:
    """It checks bytes, and pydantic would be a third of its cold start, in which the sender waits."""
    assert loaded("webhook_receiver", "pydantic", "jwt", "cryptography") == "[]"


def loaded(function: str, *names: str) -> str:
    """Return which of some modules a function loads as it starts."""
    code = f"import sys, {function}.handler; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run(  # noqa: S603  # our own interpreter and code
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT / 'functions'}:{ROOT / 'layers/core'}", "AWS_LAMBDA_FUNCTION_NAME": "x"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
