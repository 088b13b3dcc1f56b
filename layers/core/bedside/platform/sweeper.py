"""Finding what waits and was not looked at in time."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import BedsideError

# At once; the next sweep goes on.
_LIMIT: Final = 200
# A look takes a few requests: with less time left than this the rest is left to the next sweep.
_NEEDED_S: Final = 20.0
# What could not be looked at makes way for what is due after it, for so long.
_PAUSE_MS: Final = 10 * 60_000


@dataclass(frozen=True, slots=True)
class SweepSource:
    """Something that may have been left behind: how to find it by name, how to look at one, and how to put one off.

    `put_off` takes a name, now, and until when, in Unix ms.
    """

    due: Callable[[int, int], Sequence[str]]
    look: Callable[[str, int], object]
    put_off: Callable[[str, int, int], None]


def postponing(table: Table, key: Callable[[str], str]) -> Callable[[str, int, int], None]:
    """Return what puts off an item that is due; it raises UnavailableError. `key` gives the item of a name.

    Whoever changes the item meanwhile says anew when it is due.
    """

    def put_off(name: str, now_ms: int, until_ms: int) -> None:
        with suppress(ConditionFailedError):
            table.update(
                key(name), "SET #dueAt = :until", condition="#dueAt <= :now", values={"until": until_ms, "now": now_ms}
            )

    return put_off


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Looks at everything that is due. One that fails keeps no other waiting; `on_failure` hears of it.

    Nor does one kind keep another waiting: each has its share of the time that there is.
    """

    sources: Mapping[str, SweepSource]
    remaining_s: Callable[[], float]
    on_failure: Callable[[str, Exception], None]

    def sweep(self, now_ms: int) -> dict[str, int]:
        """Return how many of each kind were looked at without failing."""
        done = {}
        for number, (kind, source) in enumerate(self.sources.items()):
            share_s = (self.remaining_s() - _NEEDED_S) / (len(self.sources) - number)
            done[kind] = self._sweep(kind, source, now_ms, share_s)
        return done

    def _sweep(self, kind: str, source: SweepSource, now_ms: int, share_s: float) -> int:
        done, began_s = 0, self.remaining_s()
        try:
            found = source.due(now_ms, _LIMIT)
        except BedsideError as error:
            self.on_failure(kind, error)
            return 0
        for name in found:
            if began_s - self.remaining_s() > share_s or self.remaining_s() < _NEEDED_S:
                break
            try:
                source.look(name, now_ms)
                done += 1
            # Also what nobody has foreseen: one item that cannot be read must not stop the sweeper for all others.
            except Exception as error:  # noqa: BLE001  # as above
                self.on_failure(kind, error)
                with suppress(BedsideError):
                    source.put_off(name, now_ms, now_ms + _PAUSE_MS)
        return done
