"""A small in-process store for data that may be lost."""

from collections import OrderedDict
from typing import Final

CAPACITY: Final = 10_000
_SWEEP_MS: Final = 1000


class ProcessStore[Value]:
    """Stores up to `capacity` values until they expire (Unix ms); evicts the least recently used one."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._values: OrderedDict[str, tuple[int, Value]] = OrderedDict()
        self._swept_at = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str, now_ms: int) -> Value | None:
        """Return the value, or None if it is missing or expired."""
        kept = self._values.get(key)
        if kept is None or kept[0] <= now_ms:
            return None
        self._values.move_to_end(key)
        return kept[1]

    def put(self, key: str, value: Value, until_ms: int, now_ms: int) -> None:
        """Store a value until `until_ms`; expired values are purged once a second."""
        if now_ms - self._swept_at >= _SWEEP_MS:
            self._swept_at = now_ms
            for old in [old for old, (until, _) in self._values.items() if until <= now_ms]:
                del self._values[old]
        self._values[key] = (until_ms, value)
        self._values.move_to_end(key)
        if len(self._values) > self._capacity:
            self._values.popitem(last=False)

    def pop(self, key: str, now_ms: int) -> Value | None:
        """Return the value and delete it, or None if it is missing or expired."""
        kept = self._values.pop(key, None)
        return kept[1] if kept and kept[0] > now_ms else None

    def clear(self) -> None:
        self._values.clear()
