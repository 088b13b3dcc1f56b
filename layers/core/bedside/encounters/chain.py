"""The chain of an encounter's timeline: each entry's hash covers the entry and the hash before it. No I/O."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.encounters.events import Event

# The hash before the first entry.
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Position:
    """A place among the events of an item: its line, and its number in it."""

    line: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One event at its place in the timeline; `source` is the key of the item that it was an event of."""

    encounter: str
    sequence: int
    event: Event
    source: str
    position: Position
    previous: str

    @property
    def hash(self) -> str:
        """SHA-256, in hex, over the entry in JSON with sorted keys and without spaces."""
        text = json.dumps(self.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def body(self) -> dict[str, Any]:
        """What the hash covers."""
        return {
            "encounter": self.encounter,
            "sequence": self.sequence,
            "event": self.event,
            "source": self.source,
            "line": self.position.line,
            "number": self.position.number,
            "previous": self.previous,
        }


def breaks(encounter: str, head: Mapping[str, Any] | None, entries: Iterable[Mapping[str, Any]]) -> str:
    """Return where a chain breaks, in words, or "" if it is whole.

    `head` and `entries`, in the order of their keys, are the items as stored. To change, remove, add or reorder entries
    unnoticed, all later hashes would have to be computed again, and that of the head.
    """
    previous, sequence = GENESIS, 0
    for sequence, item in enumerate(entries, 1):
        if item.get("sequence") != sequence or item.get("sk") != entry_key(sequence):
            return f"entry {sequence} is missing, or not in its place"
        if item.get("previous") != previous:
            return f"entry {sequence} does not follow the one before it"
        entry = entry_from_record(encounter, item)
        if entry is None or entry.hash != item.get("hash"):
            return f"entry {sequence} was changed"
        previous = entry.hash
    if head is None:
        return "it has no head"
    if (head.get("sequence"), head.get("hash")) != (sequence, previous):
        return (
            f"it should end with entry {head.get('sequence')}, not {sequence}"
            if (head.get("sequence") != sequence)
            else f"entry {sequence} is not the one that it should end with"
        )
    return ""


def entry_key(sequence: int) -> str:
    """Return the sort key of an entry."""
    return f"event#{sequence:08}"


def entry_record(entry: Entry) -> dict[str, Any]:
    """Return the attributes of an entry's item, without its partition key."""
    body = {name: value for name, value in entry.body.items() if name != "encounter"}
    return {"sk": entry_key(entry.sequence), **body, "hash": entry.hash}


def entry_from_record(encounter: str, item: Mapping[str, Any]) -> Entry | None:
    """Return the entry that an item holds, or None if it has not the form of one."""
    try:
        position = Position(item["line"], item["number"])
        return Entry(encounter, item["sequence"], item["event"], item["source"], position, item["previous"])
    except KeyError:
        return None
