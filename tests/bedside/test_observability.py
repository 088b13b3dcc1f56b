"""Traces cost nothing unless they are asked for."""

import subprocess
import sys

import pytest

from bedside.observability import traced


def handler(event: object, _context: object) -> object:
    """Answer with the event."""
    return event


def test_a_handler_is_left_alone_unless_tracing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TraceCalls the very same function runs; with it another one stands before it."""
    monkeypatch.delenv("POWERTOOLS_TRACE_DISABLED", raising=False)
    assert traced(handler) is handler
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "false")
    assert traced(handler) is not handler
    assert traced(handler)("event", None) == "event"


def test_the_tracing_sdk_is_not_loaded_without_need() -> None:
    """Importing a hot function loads neither the X-Ray SDK nor boto3."""
    script = (
        "import sys; sys.path[:0] = ['functions', 'layers/core']\n"
        "import presigned_url.handler, token_validate.handler\n"
        "from bedside.capture import images, record, scanning, uploading\n"
        "print([name for name in ('aws_xray_sdk', 'boto3', 'botocore.session', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # our own script
    assert done.stdout.strip() == "[]"
