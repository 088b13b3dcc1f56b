"""Rate limits as data; each domain declares its own."""

from dataclasses import dataclass
from typing import Literal

from bedside.kernel.errors import Limit


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit and whose calls it counts.

    A `window` never lets more than its quota through in any stretch of its length. A `bucket` holds its quota and is
    filled evenly, from empty to full in that time: it allows a burst, then a steady rate.
    """

    limit: Limit
    shape: Literal["window", "bucket"]
    counts: Literal["user", "address", "session"]

    @property
    def name(self) -> str:
        return self.limit.name


def window(name: str, quota: int, window_s: int, counts: Literal["user", "address", "session"]) -> Policy:
    """Return a limit that never lets more than `quota` through in any `window_s` seconds."""
    return Policy(Limit(name, quota, window_s), "window", counts)


def bucket(name: str, quota: int, window_s: int, counts: Literal["user", "address", "session"]) -> Policy:
    """Return a limit that allows a burst of `quota`, and refills it evenly in `window_s` seconds."""
    return Policy(Limit(name, quota, window_s), "bucket", counts)
