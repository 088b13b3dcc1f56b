"""The Lambda invocation that this process is serving, and the time it has left."""

import math
from typing import Protocol


class Context(Protocol):
    """The part of Lambda's invocation context that we use."""

    def get_remaining_time_in_millis(self) -> int: ...


# A Lambda environment serves one event at a time.
_current: list[Context] = []


def begin(context: Context) -> None:
    """Remember the invocation that is starting."""
    _current[:] = [context]


def current() -> Context | None:
    """Return the current invocation, or None outside of Lambda."""
    return _current[0] if _current else None


def remaining_s() -> float:
    """Return the seconds until Lambda ends this invocation, or infinity outside of Lambda."""
    return _current[0].get_remaining_time_in_millis() / 1000 if _current else math.inf
