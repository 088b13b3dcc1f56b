"""Encounters and their timelines in DynamoDB: entries are added and heads replaced, by conditional writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bedside.adapters.aws.dynamodb import Table, transact
from bedside.encounters.chain import Entry, Position, entry_from_record, entry_key, entry_record
from bedside.encounters.encounter import Encounter, encounter_key

if TYPE_CHECKING:
    from bedside.adapters.aws.attributes import Item

HEAD: Final = "encounter"
PAGE: Final = 25
ENTRIES: Final = 200
# Longer than any id, so that no key is too long for DynamoDB.
_ID_LENGTH: Final = 128


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after encounters that started at `started_at` (Unix ms) or later.

    `last` has the last encounter that was listed, with its instant, by the id that it was listed under. What begins
    later than `started_at` under other ids has come since, and would be out of order.
    """

    started_at: int
    last: Mapping[str, tuple[str, int]]


class EncounterRepository:
    """Encounters by facility. Every method raises UnavailableError if DynamoDB does not respond in time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, facility_id: str, encounter_id: str) -> Encounter | None:
        """Return an encounter of a facility, or None."""
        if len(encounter_id) > _ID_LENGTH:
            return None
        item = self._table.get(encounter_key(facility_id, encounter_id), HEAD)
        return encounter_from_record(item) if item else None

    def extend(self, before: Encounter | None, after: Encounter, entries: Sequence[Entry]) -> None:
        """Write the entries and the encounter with which they end, or nothing if it was extended since it was read.

        Raises ConditionFailedError.
        """
        head = self._table.put_change(
            encounter_record(after),
            condition="#sequence = :seen" if before else "attribute_not_exists(#pk)",
            values={"seen": before.sequence} if before else {},
        )
        added = [
            self._table.put_change({"pk": after.key, **entry_record(entry)}, condition="attribute_not_exists(#pk)")
            for entry in entries
        ]
        transact(head, *added)

    def list_entries(self, encounter: Encounter, after: int) -> list[Entry]:
        """Return up to 200 entries of a timeline after a sequence number, oldest first."""
        # Entries that are written after the encounter was read are left for the next reader.
        last = min(encounter.sequence, after + ENTRIES)
        if last <= after:
            return []
        items, _ = self._table.query(encounter.key, (entry_key(after + 1), entry_key(last)), limit=ENTRIES)
        return [entry for item in items if (entry := entry_from_record(encounter.key, item))]

    def list_by_facility(self, facility_id: str, place: Place | None) -> tuple[list[Encounter], Place | None]:
        """Return a page of a facility's encounters, newest first, and where the next begins, if there is one.

        `place` is where the page begins, None for the first.
        """
        return self._list("encounters-of-facility", "facilityId", facility_id, {"": facility_id}, place)

    def list_by_patient(
        self, facility_id: str, patient_ids: Sequence[str], place: Place | None
    ) -> tuple[list[Encounter], Place | None]:
        """Return a page of a patient's encounters under all of these ids; otherwise like `list_by_facility`."""
        keys = {each: patient_key(facility_id, each) for each in patient_ids}
        return self._list("encounters-of-patient", "patient", facility_id, keys, place)

    def _list(
        self, index: str, key: str, facility_id: str, values: Mapping[str, str], place: Place | None
    ) -> tuple[list[Encounter], Place | None]:
        """Merge partitions of an index. Each has a last encounter of its own, so that equal instants lose nothing."""
        found: list[tuple[str, Encounter]] = []
        for each, value in values.items():
            after: Item | None = None
            within = ("startedAt", 0, place.started_at) if place else None
            if place and each in place.last:
                encounter_id, started_at = place.last[each]
                after = {
                    "pk": encounter_key(facility_id, encounter_id),
                    "startedAt": started_at,
                    key: value,
                    "sk": HEAD,
                }
                within = None
            items, _ = self._table.page(index, key, value, limit=PAGE + 1, after=after, within=within, descending=True)
            found += [(each, encounter_from_record(item)) for item in items]
        found.sort(key=lambda one: one[1].started_at, reverse=True)
        listed = [one for _, one in found[:PAGE]]
        if len(found) <= PAGE:
            return listed, None
        last = {each: (one.encounter_id, one.started_at) for each, one in found[:PAGE]}
        return listed, Place(listed[-1].started_at, {**(place.last if place else {}), **last})


def patient_key(facility_id: str, patient_id: str) -> str:
    """Return the key of a patient in the index of encounters."""
    return f"{facility_id}#{patient_id}"


def encounter_record(encounter: Encounter) -> dict[str, Any]:
    """Return the item of an encounter. Only such items are in the indexes."""
    item: dict[str, Any] = {
        "pk": encounter.key,
        "sk": HEAD,
        "facilityId": encounter.facility_id,
        "encounterId": encounter.encounter_id,
        "kind": encounter.kind,
        "startedAt": encounter.started_at,
        "lastEventAt": encounter.last_event_at,
        "endedAt": encounter.ended_at,
        "state": encounter.state,
        "patientId": encounter.patient_id,
        "patientName": encounter.patient_name,
        "photoCount": encounter.photo_count,
        "sequence": encounter.sequence,
        "hash": encounter.hash,
        "positions": {
            source: {"line": position.line, "number": position.number}
            for source, position in encounter.positions.items()
        },
    }
    if encounter.patient_id:
        item["patient"] = patient_key(encounter.facility_id, encounter.patient_id)
    return {name: value for name, value in item.items() if value is not None}


def encounter_from_record(item: Mapping[str, Any]) -> Encounter:
    """Return the encounter in a DynamoDB item."""
    return Encounter(
        facility_id=item["facilityId"],
        encounter_id=item["encounterId"],
        kind=item["kind"],
        started_at=item["startedAt"],
        last_event_at=item["lastEventAt"],
        ended_at=item.get("endedAt"),
        state=item["state"],
        patient_id=item.get("patientId"),
        patient_name=item.get("patientName"),
        photo_count=item["photoCount"],
        sequence=item["sequence"],
        hash=item["hash"],
        positions={source: Position(each["line"], each["number"]) for source, each in item["positions"].items()},
    )
