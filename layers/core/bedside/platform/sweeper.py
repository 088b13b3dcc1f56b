"""The sweeper: processes overdue items that were missed, for example after a lost timer or an outage."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import BedsideError

# Items that are read at once; a sweep continues until nothing is due.
_LIMIT: Final = 200
# An item takes a few requests; with less time left, the rest waits for the next sweep.
_NEEDED_S: Final = 20.0
# A failed item is postponed by this much, so that it does not block the items behind it.
_PAUSE_MS: Final = 10 * 60_000


@dataclass(frozen=True, slots=True)
class SweepSource:
    """A kind of item that may become overdue.

    `due(now, limit)` lists names, `process(name, now)` handles one item, and `postpone(name, now, until)` makes it due
    later; instants in Unix ms.
    """

    due: Callable[[int, int], Sequence[str]]
    process: Callable[[str, int], object]
    postpone: Callable[[str, int, int], None]


def postponer(table: Table, key: Callable[[str], str]) -> Callable[[str, int, int], None]:
    """Return a function that postpones overdue items in `table`; `key` maps an item's name to its key.

    The function raises UnavailableError.
    """

    def postpone(name: str, now_ms: int, until_ms: int) -> None:
        # A concurrent writer has already set a new due time.
        with suppress(ConditionFailedError):
            table.update(
                key(name), "SET #dueAt = :until", condition="#dueAt <= :now", values={"until": until_ms, "now": now_ms}
            )

    return postpone


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Processes overdue items of all sources, until nothing is due or the time is up.

    A failing item delays no other, nor does a failing source, and each source gets its share of the remaining time.
    `on_failure` receives the source's name and the error.
    """

    sources: Mapping[str, Callable[[], SweepSource]]
    remaining_s: Callable[[], float]
    on_failure: Callable[[str, Exception], None]

    def sweep(self, now_ms: int) -> dict[str, int]:
        """Process overdue items, and return the number of successes by source."""
        done = {}
        for number, (kind, source) in enumerate(self.sources.items()):
            share_s = (self.remaining_s() - _NEEDED_S) / (len(self.sources) - number)
            done[kind] = self._sweep(kind, source, now_ms, share_s)
        return done

    def _sweep(self, kind: str, compose: Callable[[], SweepSource], now_ms: int, share_s: float) -> int:
        done, began_s, seen = 0, self.remaining_s(), set[str]()
        try:
            source = compose()
            found = source.due(now_ms, _LIMIT)
            while found:
                for name in found:
                    if began_s - self.remaining_s() > share_s or self.remaining_s() < _NEEDED_S:
                        return done
                    done += self._process(kind, source, name, now_ms)
                seen.update(found)
                # The index lags behind what was just processed, so those may be listed once more.
                found = [name for name in source.due(now_ms, _LIMIT + len(seen)) if name not in seen]
        # As below: a source that cannot be composed or read must not stop the others.
        except Exception as error:  # noqa: BLE001  # as above
            self.on_failure(kind, error)
        return done

    def _process(self, kind: str, source: SweepSource, name: str, now_ms: int) -> bool:
        try:
            source.process(name, now_ms)
        # Catches unexpected errors too: one unreadable item must not stop the sweeper for all others.
        except Exception as error:  # noqa: BLE001  # as above
            self.on_failure(kind, error)
            with suppress(BedsideError):
                source.postpone(name, now_ms, now_ms + _PAUSE_MS)
            return False
        return True
