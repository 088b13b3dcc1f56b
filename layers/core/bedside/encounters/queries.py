"""Queries for encounters: a page of a facility's or a patient's, and one with its timeline."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from bedside.adapters.aws.attributes import Item
from bedside.encounters.chain import Entry
from bedside.encounters.encounter import encounter_key
from bedside.encounters.repository import EncounterRepository
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


class ListRequest(Wire):
    """Whose encounters; without a patient, those of the facility."""

    patient_id: Identifier | None = None
    cursor: str | None = Field(default=None, max_length=300)


class TimelineRequest(Wire):
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$")] | None = None


@dataclass(frozen=True, slots=True)
class EncounterQueries:
    """Returns a facility's encounters to its clinicians."""

    repository: EncounterRepository
    people: PersonRepository

    def list_encounters(self, clinician: Clinician, request: ListRequest) -> EncounterListDocument:
        """Return up to 50 encounters, newest first. Raises InvalidRequestError, UnavailableError."""
        after = _read_cursor(clinician.facility_id, request.cursor)
        if request.patient_id:
            found, more = self.repository.list_by_patient(clinician.facility_id, request.patient_id, after)
        else:
            found, more = self.repository.list_by_facility(clinician.facility_id, after)
        return {"encounters": [encounter_document(one) for one in found], "cursor": _cursor(more) if more else None}

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
            "encounter": encounter_document(found),
            "timeline": [event_document(entry, names) for entry in entries],
            "cursor": str(last) if last < found.sequence else None,
        }

    def _names(self, clinician: Clinician, entries: Iterable[Entry]) -> Mapping[str, str]:
        """Return the names of the people in a timeline, as far as they have one and belong to the facility."""
        scope = Scope(clinician.facility_id)
        ids = {actor["userId"] for entry in entries if "userId" in (actor := entry.event["actor"])}
        people = (self.people.find(scope, user_id) for user_id in ids)
        return {person.user_id: person.display_name for person in people if person and person.display_name}


def _cursor(place: Item) -> str:
    encounter_id = str(place["pk"]).rpartition("#")[2]
    return base64.urlsafe_b64encode(json.dumps([encounter_id, int(place["startedAt"])]).encode()).decode()


def _read_cursor(facility_id: str, text: str | None) -> dict[str, Any] | None:
    """Return the place that a cursor names, within the facility whatever the cursor says."""
    if not text:
        return None
    try:
        match json.loads(base64.urlsafe_b64decode(text)):
            # Python treats JSON's true as an int, DynamoDB does not.
            case [str(name), int(started_at)] if (
                name and not isinstance(started_at, bool) and abs(started_at) < 1 << 53
            ):
                return {"pk": encounter_key(facility_id, name), "startedAt": started_at}
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise InvalidRequestError([FieldFault("cursor", "This is not a valid cursor.")])
