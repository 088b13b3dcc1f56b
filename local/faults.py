"""What may go wrong on purpose at a stand-in: webhooks late, twice, in another order or never, and its API."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

type Reader = Callable[[str, Any], Any]

_MOST_DELAY_MS = 600_000
_MOST_DUPLICATES = 20
_MOST_DOWN_S = 86_400


@dataclass(frozen=True)
class Faults:
    """The switches that every stand-in has; `READERS` are the fields of each and how to read them, by name in JSON.

    `delay_ms` holds every webhook back. `duplicate` sends each so many times more. `reorder` lets each overtake the
    one before it. `drop` is a probability, or the types that never leave; what was dropped can be replayed. While the
    receiver is `down`, every attempt fails; while the `api_down`, every REST call answers 503. Both are Unix ms until
    which they last.
    """

    READERS: ClassVar[Mapping[str, tuple[str, "Reader"]]]

    delay_ms: int = 0
    duplicate: int = 0
    reorder: bool = False
    drop: float | tuple[str, ...] = 0.0
    down: int = 0
    api_down: int = 0

    def drops(self, kind: str, chance: Callable[[], float]) -> bool:
        """Return whether a webhook of this type gets lost; `chance` draws from 0 to 1."""
        return kind in self.drop if isinstance(self.drop, tuple) else chance() < self.drop

    def shown(self, now_ms: int) -> dict[str, Any]:
        """Return the switches as JSON has them: `down` and `apiDown` in seconds that are left."""
        values = asdict(self)
        values |= {name: _left_s(values[name], now_ms) for name in ("down", "api_down")}
        values["drop"] = list(self.drop) if isinstance(self.drop, tuple) else self.drop
        names = {field: name for name, (field, _) in self.READERS.items()}
        return {names[field]: value for field, value in values.items()}

    def switched(self, wanted: Any, now_ms: int) -> Self:  # noqa: ANN401 (JSON of any kind)
        """Return the switches with those that are named changed; raises ValueError, in words, for what is none."""
        if not isinstance(wanted, dict):
            raise ValueError("an object of switches is expected")  # noqa: TRY004 (it is the caller's JSON)
        changes: dict[str, Any] = {}
        for name, value in wanted.items():
            if name not in self.READERS:
                raise ValueError(f"there is no switch {name!r}; there are: {', '.join(self.READERS)}")
            field, read = self.READERS[name]
            changes[field] = read(name, value)
        for field in {"down", "api_down"} & set(changes):
            changes[field] = now_ms + int(changes[field] * 1000) if changes[field] else 0
        return replace(self, **changes)


def whole(most: int) -> Reader:
    """Return a reader of whole numbers up to `most`."""

    def read(name: str, value: Any) -> int:  # noqa: ANN401 (JSON of any kind)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"{name} must be a whole number from 0 to {most}")
        return value

    return read


def truth(name: str, value: Any) -> bool:  # noqa: ANN401 (JSON of any kind)
    """Return a switch that is on or off."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")  # noqa: TRY004 (it is the caller's JSON)
    return value


def _seconds(name: str, value: Any) -> float:  # noqa: ANN401 (JSON of any kind)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_DOWN_S:
        raise ValueError(f"{name} must be seconds from 0 to {_MOST_DOWN_S}")
    return value


def _loss(kinds: Collection[str]) -> Reader:
    def read(name: str, value: Any) -> float | tuple[str, ...]:  # noqa: ANN401 (JSON of any kind)
        if isinstance(value, list) and all(isinstance(kind, str) for kind in value):
            unknown = sorted(set(value) - set(kinds))
            if unknown:
                raise ValueError(f"{name}: {', '.join(unknown)} is never sent; known: {', '.join(sorted(kinds))}")
            return tuple(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ValueError(f"{name} must be a number from 0 to 1, or a list of types")
        return float(value)

    return read


def _left_s(until_ms: int, now_ms: int) -> float:
    return max(0, until_ms - now_ms) / 1000


def readers(kinds: Collection[str]) -> dict[str, tuple[str, Reader]]:
    """Return how to read the switches of a stand-in that sends webhooks of these types."""
    return {
        "delayMs": ("delay_ms", whole(_MOST_DELAY_MS)),
        "duplicate": ("duplicate", whole(_MOST_DUPLICATES)),
        "reorder": ("reorder", truth),
        "drop": ("drop", _loss(kinds)),
        "down": ("down", _seconds),
        "apiDown": ("api_down", _seconds),
    }
