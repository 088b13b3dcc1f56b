"""What a row of measurements says: its middle, its ends, and how two rows of the same run compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Summary:
    """Milliseconds of one thing that was measured `count` times."""

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Self:
        """Sum up measurements; raises ValueError without any."""
        if not milliseconds:
            raise ValueError("nothing was measured")
        return cls(median(milliseconds), min(milliseconds), max(milliseconds), len(milliseconds))


def paired_ratio(ours: Sequence[float], peer: Sequence[float]) -> float:
    """Return the median of ours over the peer's, pair by pair: a busy moment slows both of a pair.

    Raises ValueError unless there are as many of the one as of the other.
    """
    return median(mine / other for mine, other in zip(ours, peer, strict=True))
