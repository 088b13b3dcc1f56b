"""One-shot schedules in memory, which a test lets fire when it likes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedside.kernel.errors import UnavailableError


@dataclass
class Schedules:
    """Keeps schedules as EventBridge does: one of each name, the first stays. While `away` it fails."""

    away: bool = False
    waiting: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None:
        if self.away:
            raise UnavailableError("The schedule could not be kept.")
        self.waiting.setdefault(name, (at_ms, dict(payload)))

    def remove(self, name: str) -> None:
        if self.away:
            raise UnavailableError("The schedule could not be kept.")
        self.waiting.pop(name, None)

    def due(self, now_ms: int) -> list[Mapping[str, Any]]:
        """Give what fires by now, in order, and forget it: a schedule removes itself."""
        fired = sorted((at, name) for name, (at, _) in self.waiting.items() if at <= now_ms)
        return [self.waiting.pop(name)[1] for _, name in fired]

    def times(self) -> list[tuple[str, int]]:
        """Give what is waited for: each kind with its time."""
        return sorted((payload["kind"], at) for at, payload in self.waiting.values())
