"""The sparse index `due` of a table: which items of a kind wait for a time, spread over shards.

One value of the index's hash key takes at most 1,000 writes a second, so a kind has several, by a hash of the key.
"""

import zlib
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import Table

_SHARDS: Final = 8


def shard_of(kind: str, key: str) -> str:
    """Return the attribute `waits` of an item with this key."""
    return f"{kind}#{zlib.crc32(key.encode()) % _SHARDS}"


@dataclass(frozen=True, slots=True)
class DueIndex:
    """The items of one kind in a table's index `due`."""

    table: Table
    kind: str

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the keys of up to `limit` items that are due, longest due first. Raises UnavailableError.

        The index lags, so items that no longer wait may be included.
        """
        # Items of earlier releases have the bare kind, until they are next written.
        shards = [self.kind, *(f"{self.kind}#{number}" for number in range(_SHARDS))]
        found = []
        for shard in shards:
            items, _ = self.table.page("due", "waits", shard, limit=limit, after=None, within=("dueAt", 0, now_ms))
            found += [(item["dueAt"], str(item["pk"])) for item in items]
        return [key for _, key in sorted(found)[:limit]]
