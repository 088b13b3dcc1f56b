"""Rate limit policies; each domain declares its own."""

from dataclasses import dataclass
from typing import Literal

from bedside.kernel.errors import Limit


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit, and what it counts calls by.

    A `window` never admits more than its quota in any period of its length. A `bucket` starts with its full quota and
    refills evenly over the same period: it allows a burst, and then a steady rate.
    """

    limit: Limit
    shape: Literal["window", "bucket"]
    counts: Literal["user", "address", "session"]

    @property
    def name(self) -> str:
        return self.limit.name


def window(name: str, quota: int, window_s: int, counts: Literal["user", "address", "session"]) -> Policy:
    """Return a limit that never admits more than `quota` calls in any `window_s` seconds."""
    return Policy(Limit(name, quota, window_s), "window", counts)


def bucket(name: str, quota: int, window_s: int, counts: Literal["user", "address", "session"]) -> Policy:
    """Return a limit that allows a burst of `quota` calls, and refills evenly over `window_s` seconds."""
    return Policy(Limit(name, quota, window_s), "bucket", counts)
