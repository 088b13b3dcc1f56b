"""Finding what waits and was not looked at in time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bedside.errors import BedsideError

# At once; the next sweep goes on.
_LIMIT: Final = 200
# A look takes a few requests: with less time left than this the rest is left to the next sweep.
_NEEDED_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Source:
    """Something that may have been left behind: how to find it by name, and how to look at one."""

    due: Callable[[int, int], Sequence[str]]
    look: Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Sweeping:
    """Looks at everything that is due. One that fails keeps no other waiting; `on_failure` hears of it."""

    sources: Mapping[str, Source]
    remaining_s: Callable[[], float]
    on_failure: Callable[[str, Exception], None]

    def sweep(self, now_ms: int) -> dict[str, int]:
        """Return how many of each kind were looked at without failing."""
        return {kind: self._sweep(kind, source, now_ms) for kind, source in self.sources.items()}

    def _sweep(self, kind: str, source: Source, now_ms: int) -> int:
        done = 0
        try:
            found = source.due(now_ms, _LIMIT)
        except BedsideError as error:
            self.on_failure(kind, error)
            return 0
        for name in found:
            if self.remaining_s() < _NEEDED_S:
                break
            try:
                source.look(name, now_ms)
                done += 1
            # Also what nobody has foreseen: one item that cannot be read must not stop the sweeper for all others.
            except Exception as error:  # noqa: BLE001  # as above
                self.on_failure(kind, error)
        return done
