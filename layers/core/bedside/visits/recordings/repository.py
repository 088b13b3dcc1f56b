"""Recordings in DynamoDB: one item for each visit that has one, changed only by conditional writes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import RecordingNotFoundError, UnavailableError
from bedside.visits.recordings.model import Ask, Beam, Copy, File, Recording

# The practitioner, webhooks, copies and the sweeper may write at once.
_TRIES: Final = 8

# What they have in the index of what is due.
WAITS: Final = "recording"

# From what is known to what is known now; raises what it refuses.
type RecordingUpdate = Callable[[Recording], Recording]


def recording_key(visit_id: str) -> str:
    """Return the key of a recording's item in the table of visits."""
    return f"recording#{visit_id}"


class RecordingRepository:
    """Recordings of all facilities: whoever reads one has checked whose visit it is."""

    def __init__(self, table: Table, overdue_ms: int) -> None:
        self._table = table
        self._overdue_ms = overdue_ms

    def read(self, visit_id: str) -> Recording | None:
        """Return what is known of a visit's recording, or None; raises UnavailableError."""
        item = self._table.get(recording_key(visit_id))
        return None if item is None else _from_record(visit_id, item)

    def learn(
        self, visit_id: str, learn: RecordingUpdate, *, facility_id: str | None = None
    ) -> tuple[Recording, Recording]:
        """Add to what is known of a visit's recording, and return it as it was and as it is.

        Nothing is written where nothing changes. Where nothing is known there is nothing to add to, unless the visit's
        facility is given: RecordingNotFoundError. Raises UnavailableError, and what `learn` raises.
        """
        key = recording_key(visit_id)
        for _ in range(_TRIES):
            item = self._table.get(key)
            if item is None and facility_id is None:
                raise RecordingNotFoundError("There is no recording of this visit.")
            before = Recording(visit_id, facility_id or "") if item is None else _from_record(visit_id, item)
            after = learn(before)
            if after == before:
                return before, after
            try:
                self._write(key, after, None if item is None else int(item["revision"]))
            except ConditionFailedError:
                continue
            return before, after
        raise UnavailableError("The recording is being changed by others.")

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` visits of whose recordings something is overdue, longest first."""
        found, _ = self._table.page("due", "waits", WAITS, limit=limit, after=None, within=("dueAt", 0, now_ms))
        return [str(item["pk"]).removeprefix(recording_key("")) for item in found]

    def room_is_of(self, room_id: str, visit_id: str) -> None:
        """Keep whose room it is: not all that the provider tells of a recording says more than the room's id."""
        room = {"pk": _room_key(room_id), "visitId": visit_id}
        with suppress(ConditionFailedError):
            self._table.put(room, condition="attribute_not_exists(#pk)", values={})

    def visit_of(self, room_id: str) -> str:
        """Return which visit's room it is; "" if nobody has kept that."""
        item = self._table.get(_room_key(room_id))
        return str(item["visitId"]) if item else ""

    def _write(self, key: str, recording: Recording, revision: int | None) -> None:
        values = self._values(recording)
        if revision is None:
            self._table.put({"pk": key, "revision": 0, **values}, condition="attribute_not_exists(#pk)", values={})
            return
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        # The index of what is due must not hold recordings that wait for nothing.
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
            "roomId": recording.room_id,
            "asks": [_spelled(ask) for ask in recording.asks],
            "beams": {name: _spelled(beam) for name, beam in recording.beams.items()},
            "losses": dict(recording.losses),
            "files": {name: _spelled(file) for name, file in recording.files.items()},
            "overAt": recording.over_at,
            "lookedAt": recording.looked_at,
            "givenUp": recording.given_up,
            # For whoever looks at the table; it follows from the rest.
            "state": recording.state,
            **({"waits": WAITS, "dueAt": due_at} if due_at is not None else {}),
        }


def _room_key(room_id: str) -> str:
    return f"room#{room_id}"


def _from_record(visit_id: str, item: Mapping[str, Any]) -> Recording:
    return Recording(
        visit_id,
        item["facilityId"],
        item["roomId"],
        tuple(_read(Ask, ask) for ask in item["asks"]),
        {name: _read(Beam, beam) for name, beam in item["beams"].items()},
        item["losses"],
        {
            name: _read(File, {**file, "copy": file["copy"] and _read(Copy, file["copy"])})
            for name, file in item["files"].items()
        },
        item["overAt"],
        item["lookedAt"],
        item["givenUp"],
    )


def _spelled(part: Ask | Beam | File | Copy) -> dict[str, Any]:
    """Return a part as items spell it, which is as JSON on the wire."""
    values = {_attribute(one.name): getattr(part, one.name) for one in fields(part)}
    return {name: _spelled(value) if isinstance(value, Copy) else value for name, value in values.items()}


def _read[Part: (Ask, Beam, File, Copy)](kind: type[Part], item: Mapping[str, Any]) -> Part:
    return kind(**{one.name: item[_attribute(one.name)] for one in fields(kind)})


def _attribute(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
