"""Recordings in DynamoDB: at most one item per visit, changed only by conditional writes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.encounters.events import SYSTEM, Actor, Event
from bedside.encounters.outbox import next_events
from bedside.kernel.errors import UnavailableError
from bedside.platform.due_index import DueIndex, shard_of
from bedside.visits.errors import RecordingNotFoundError
from bedside.visits.recordings.events import recording_events
from bedside.visits.recordings.model import Ask, Beam, Copy, File, Recording

# The practitioner, webhooks, copies and the sweeper may write concurrently.
_TRIES: Final = 8

# Recordings in the index of items that are due.
KIND: Final = "recording"

# Returns the updated recording, or raises to reject the update.
type RecordingUpdate = Callable[[Recording], Recording]


def recording_key(visit_id: str) -> str:
    """Return the key of a recording's item in the table of visits."""
    return f"recording#{visit_id}"


class RecordingRepository:
    """Recordings of all facilities; callers must have checked access to the visit."""

    def __init__(self, table: Table, overdue_ms: int, clock: Callable[[], int]) -> None:
        self._table = table
        self._clock = clock
        self._overdue_ms = overdue_ms

    def find(self, visit_id: str) -> Recording | None:
        """Return a visit's recording, or None. Raises UnavailableError."""
        item = self._table.get(recording_key(visit_id))
        return None if item is None else _from_record(visit_id, item)

    def update(
        self, visit_id: str, change: RecordingUpdate, *, facility_id: str | None = None, by: Actor = SYSTEM
    ) -> tuple[Recording, Recording]:
        """Apply a change to a visit's recording, and return it before and after; writes nothing if nothing changes.

        `by` is who starts or stops it. Creates a missing recording if `facility_id` is given, and raises
        RecordingNotFoundError otherwise. Also raises UnavailableError, and whatever `change` raises.
        """
        key = recording_key(visit_id)
        for _ in range(_TRIES):
            item = self._table.get(key)
            if item is None and facility_id is None:
                raise RecordingNotFoundError("There is no recording of this visit.")
            before = Recording(visit_id, facility_id or "") if item is None else _from_record(visit_id, item)
            after = change(before)
            if after == before:
                return before, after
            events = recording_events(before, after, by, self._clock())
            try:
                self._write(key, after, item, events)
            except ConditionFailedError:
                continue
            return before, after
        raise UnavailableError("The recording is being changed by others.")

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the visit ids of up to `limit` overdue recordings, longest overdue first."""
        return [key.removeprefix(recording_key("")) for key in DueIndex(self._table, KIND).due(now_ms, limit)]

    def link_room(self, room_id: str, visit_id: str) -> None:
        """Store which visit a room belongs to, because some of the provider's events contain only the room's id."""
        room = {"pk": _room_key(room_id), "visitId": visit_id}
        with suppress(ConditionFailedError):
            self._table.put(room, condition="attribute_not_exists(#pk)", values={})

    def visit_of(self, room_id: str) -> str:
        """Return the visit that a room belongs to, or "" if unknown."""
        item = self._table.get(_room_key(room_id))
        return str(item["visitId"]) if item else ""

    def _write(self, key: str, recording: Recording, item: Item | None, events: Sequence[Event]) -> None:
        number = int(item.get("eventNumber", 0)) if item else 0
        values = {**self._values(recording), **next_events(number, events)}
        if item is None:
            self._table.put({"pk": key, "revision": 0, **values}, condition="attribute_not_exists(#pk)", values={})
            return
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        # Recordings without anything pending must not be in the index of items that are due.
        revision = int(item["revision"])
        removed = "" if "dueAt" in values else " REMOVE #waits, #dueAt"
        self._table.update(
            key,
            f"SET {sets}, #revision = :next{removed}",
            condition="#revision = :seen",
            values={**values, "seen": revision, "next": revision + 1},
        )

    def _values(self, recording: Recording) -> dict[str, Any]:
        due_at = recording.due_at(self._overdue_ms)
        return {
            "facilityId": recording.facility_id,
            "encounterId": recording.visit_id,
            "roomId": recording.room_id,
            "asks": [_to_record(ask) for ask in recording.asks],
            "beams": {name: _to_record(beam) for name, beam in recording.beams.items()},
            "losses": dict(recording.losses),
            "files": {name: _to_record(file) for name, file in recording.files.items()},
            "overAt": recording.over_at,
            "lookedAt": recording.looked_at,
            "givenUp": recording.given_up,
            # Redundant, for people who inspect the table.
            "state": recording.state,
            **(
                {"waits": shard_of(KIND, recording_key(recording.visit_id)), "dueAt": due_at}
                if due_at is not None
                else {}
            ),
        }


def _room_key(room_id: str) -> str:
    return f"room#{room_id}"


def _from_record(visit_id: str, item: Mapping[str, Any]) -> Recording:
    return Recording(
        visit_id,
        item["facilityId"],
        item["roomId"],
        tuple(_from_map(Ask, ask) for ask in item["asks"]),
        {name: _from_map(Beam, beam) for name, beam in item["beams"].items()},
        item["losses"],
        {
            name: _from_map(File, {**file, "copy": file["copy"] and _from_map(Copy, file["copy"])})
            for name, file in item["files"].items()
        },
        item["overAt"],
        item["lookedAt"],
        item["givenUp"],
    )


def _to_record(part: Ask | Beam | File | Copy) -> dict[str, Any]:
    """Return a part as an item's map, with attribute names in camelCase."""
    values = {_attribute(one.name): getattr(part, one.name) for one in fields(part)}
    return {name: _to_record(value) if isinstance(value, Copy) else value for name, value in values.items()}


def _from_map[Part: (Ask, Beam, File, Copy)](kind: type[Part], item: Mapping[str, Any]) -> Part:
    return kind(**{one.name: item[_attribute(one.name)] for one in fields(kind)})


def _attribute(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
