"""The invocation that a process serves just now: how much of its time is left."""

import math
from typing import Protocol


class Context(Protocol):
    """What Lambda tells a function about its invocation."""

    def get_remaining_time_in_millis(self) -> int: ...


# A Lambda environment serves one event at a time.
_current: list[Context] = []


def begin(context: Context) -> None:
    """Remember the invocation that has begun."""
    _current[:] = [context]


def current() -> Context | None:
    """Return the invocation that is being served, if there is one."""
    return _current[0] if _current else None


def remaining_s() -> float:
    """Return the seconds until Lambda ends this invocation; outside of one there is no end."""
    return _current[0].get_remaining_time_in_millis() / 1000 if _current else math.inf
