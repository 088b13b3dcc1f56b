"""Queries for encounters: a page of a facility's or a patient's, and one with its timeline."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from bedside.adapters.aws.attributes import Item
from bedside.encounters.chain import Entry
from bedside.encounters.encounter import encounter_key
from bedside.encounters.patients import Directory, PatientsOfEncounters
from bedside.encounters.repository import EncounterRepository, Places
from bedside.encounters.representation import (
    EncounterListDocument,
    TimelineDocument,
    encounter_document,
    event_document,
)
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Clinician, Scope
from bedside.kernel.errors import EncounterNotFoundError, FieldFault, InvalidRequestError
from bedside.kernel.wire import Identifier, Wire

# Ids under which a patient may have encounters.
_PARTITIONS: Final = 3


class ListRequest(Wire):
    """Whose encounters; without a patient, those of the facility."""

    patient_id: Identifier | None = None
    cursor: str | None = Field(default=None, max_length=500)


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
        places = _read_cursor(clinician.facility_id, request.cursor)
        patients = PatientsOfEncounters(self.directory)
        if request.patient_id:
            ids = patients.ids(clinician.facility_id, request.patient_id)
            found, more = self.repository.list_by_patient(clinician.facility_id, ids, places)
        else:
            found, more = self.repository.list_by_facility(clinician.facility_id, places)
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


def _cursor(places: Places) -> str:
    written = [place and [str(place["pk"]).rpartition("#")[2], int(place["startedAt"])] for place in places]
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode()


def _read_cursor(facility_id: str, text: str | None) -> Places:
    """Return the places that a cursor names, within the facility whatever the cursor says."""
    if not text:
        return []
    try:
        written = json.loads(base64.urlsafe_b64decode(text))
        if isinstance(written, list) and len(written) <= _PARTITIONS:
            return [_read_place(facility_id, each) for each in written]
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise InvalidRequestError([FieldFault("cursor", "This is not a valid cursor.")])


def _read_place(facility_id: str, written: object) -> Item | None:
    match written:
        case None:
            return None
        # Python treats JSON's true as an int, DynamoDB does not.
        case [str(name), int(started_at)] if name and not isinstance(started_at, bool) and abs(started_at) < 1 << 53:
            name.encode()  # a lone surrogate is part of no key
            return {"pk": encounter_key(facility_id, name), "startedAt": started_at}
    raise ValueError
