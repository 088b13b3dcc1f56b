"""Who may use the running product: many processes of tests at once, or one alone that breaks it for all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from local.cloud import ROOT


@contextmanager
def shared(stack: dict[str, Any]) -> Iterator[None]:
    """Wait until nobody breaks the product or is about to, and let nobody do so meanwhile."""
    # Closed by a process that wants the product alone, which might otherwise wait until there are no other tests left.
    with _held(stack, "gate", fcntl.LOCK_SH):
        pass
    with _held(stack, "product", fcntl.LOCK_SH):
        yield


@contextmanager
def alone(stack: dict[str, Any]) -> Iterator[None]:
    """Wait until no other process of tests uses the product, and let them wait meanwhile."""
    with _held(stack, "gate", fcntl.LOCK_EX), _held(stack, "product", fcntl.LOCK_EX):
        yield


@contextmanager
def _held(stack: dict[str, Any], name: str, how: int) -> Iterator[None]:
    state = ROOT / f"local/.state/{urlsplit(stack['apiUrl']).port}"
    lock = os.open(state / f"tests-{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, how)
        yield
    finally:
        os.close(lock)
