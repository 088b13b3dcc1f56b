"""Waiting for what becomes true behind the product's pages."""

import time
from collections.abc import Callable

_PATIENCE_S = 90


def until(true: Callable[[], object], say: Callable[[], object]) -> None:
    """Wait until something is true; raises AssertionError with what `say` gives if it is not within 90 s."""
    deadline = time.monotonic() + _PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, say()
        time.sleep(0.2)
