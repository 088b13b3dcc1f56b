"""One-shot schedules."""

from collections.abc import Mapping
from typing import Any, Protocol


class Scheduler(Protocol):
    """Named schedules; each fires once, at an instant (Unix ms), with its payload. Raises UnavailableError."""

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None: ...

    def remove(self, name: str) -> None: ...
