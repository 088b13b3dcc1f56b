"""Visits in a product whose waits are a twentieth: not shown up after 30 s, lost after 6 s, over after 135 s."""

from datetime import timedelta
from typing import Any

import pytest


@pytest.fixture(scope="session")
def stack(own_stack: dict[str, Any]) -> dict[str, Any]:
    """The product with short waits."""
    return own_stack


@pytest.fixture
def begins_in() -> timedelta:
    """Far enough off for a slow machine: who comes early is let in."""
    return timedelta(minutes=10)
