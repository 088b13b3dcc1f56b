"""Queries for encounters: a page of a facility's or a patient's, and one with its timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field, StringConstraints

from bedside.encounters.chain import Entry
from bedside.encounters.errors import EncounterNotFoundError
from bedside.encounters.patients import Directory, PatientsOfEncounters
from bedside.encounters.repository import EncounterRepository, Place
from bedside.encounters.representation import (
    EncounterListDocument,
    TimelineDocument,
    encounter_document,
    event_document,
)
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Clinician, Scope
from bedside.kernel.cursors import CURSOR, decode_cursor, encode_cursor
from bedside.kernel.wire import Identifier, Wire

# Ids under which a patient may have encounters.
_PARTITIONS: Final = 3


class ListRequest(Wire):
    """Whose encounters; without a patient, those of the facility. `until` leaves out those that start later."""

    patient_id: Identifier | None = None
    until: Annotated[AwareDatetime, Field(strict=False)] | None = None
    cursor: Annotated[str, StringConstraints(max_length=800, pattern=CURSOR)] | None = None


class TimelineRequest(Wire):
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$")] | None = None


@dataclass(frozen=True, slots=True)
class EncounterQueries:
    """Returns a facility's encounters to its clinicians."""

    repository: EncounterRepository
    people: PersonRepository
    directory: Directory

    def list_encounters(self, clinician: Clinician, request: ListRequest) -> EncounterListDocument:
        """Return up to 25 encounters, newest first. Raises InvalidRequestError, UnavailableError."""
        place = decode_cursor(request.cursor, _read_place)
        if place is None and request.until:
            place = Place(max(0, int(request.until.timestamp() * 1000)), {})
        patients = PatientsOfEncounters(self.directory)
        if request.patient_id:
            ids = patients.ids(clinician.facility_id, request.patient_id)
            found, more = self.repository.list_by_patient(clinician.facility_id, ids, place)
        else:
            found, more = self.repository.list_by_facility(clinician.facility_id, place)
        return {
            "encounters": [encounter_document(one, patients.of(one)) for one in found],
            "cursor": _cursor(more) if more else None,
        }

    def get(self, clinician: Clinician, encounter_id: str, request: TimelineRequest) -> TimelineDocument:
        """Return an encounter and up to 200 entries of its timeline.

        Raises EncounterNotFoundError, UnavailableError.
        """
        found = self.repository.find(clinician.facility_id, encounter_id)
        if found is None:
            raise EncounterNotFoundError("Your facility has no such encounter.")
        entries = self.repository.list_entries(found, int(request.cursor or 0))
        names = self._names(clinician, entries)
        last = entries[-1].sequence if entries else found.sequence
        return {
            "encounter": encounter_document(found, PatientsOfEncounters(self.directory).of(found)),
            "timeline": [event_document(entry, names) for entry in entries],
            "cursor": str(last) if last < found.sequence else None,
        }

    def _names(self, clinician: Clinician, entries: Iterable[Entry]) -> Mapping[str, str]:
        """Return the names of the people in a timeline, as far as they have one and belong to the facility."""
        scope = Scope(clinician.facility_id)
        ids = {actor["userId"] for entry in entries if "userId" in (actor := entry.event["actor"])}
        people = (self.people.find(scope, user_id) for user_id in ids)
        return {person.user_id: person.display_name for person in people if person and person.display_name}


def _cursor(place: Place) -> str:
    return encode_cursor([place.started_at, place.last])


def _read_place(written: Any) -> Place | None:  # noqa: ANN401  # any JSON
    match written:
        case [started_at, dict(last)] if len(last) <= _PARTITIONS:
            return Place(_instant(started_at), {_id(name): _read_last(each) for name, each in last.items()})
    return None


def _read_last(written: object) -> tuple[str, int]:
    match written:
        case [str(name), started_at] if name:
            return _id(name), _instant(started_at)
    raise ValueError


def _id(written: str) -> str:
    written.encode()  # a lone surrogate is part of no key
    return written


def _instant(written: object) -> int:
    # Python treats JSON's true as an int, DynamoDB does not.
    if isinstance(written, int) and not isinstance(written, bool) and 0 <= written < 1 << 53:
        return written
    raise ValueError
