"""The sweeper: processes overdue items that were missed, for example after a lost timer or an outage."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import BedsideError

# Items per sweep and source; the next sweep continues.
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
    """Processes overdue items of all sources.

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
        done, began_s = 0, self.remaining_s()
        try:
            source = compose()
            found = source.due(now_ms, _LIMIT)
        # As below: a source that cannot be composed must not stop the others.
        except Exception as error:  # noqa: BLE001  # as above
            self.on_failure(kind, error)
            return 0
        for name in found:
            if began_s - self.remaining_s() > share_s or self.remaining_s() < _NEEDED_S:
                break
            try:
                source.process(name, now_ms)
                done += 1
            # Catches unexpected errors too: one unreadable item must not stop the sweeper for all others.
            except Exception as error:  # noqa: BLE001  # as above
                self.on_failure(kind, error)
                with suppress(BedsideError):
                    source.postpone(name, now_ms, now_ms + _PAUSE_MS)
        return done
