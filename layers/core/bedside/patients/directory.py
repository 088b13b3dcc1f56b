"""The directory of a facility's patients: adding, reading, finding and changing them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from phonenumbers import SUPPORTED_REGIONS

from bedside.identity.facility import FacilitySettings, IdentifierKind, usual_identifier
from bedside.identity.phone_number import parse_phone
from bedside.identity.principal import Principal
from bedside.identity.representation import identifier_kind_document
from bedside.kernel.errors import FieldFault, InvalidRequestError, PreconditionFailedError, UnavailableError
from bedside.kernel.request_ids import request_id
from bedside.kernel.versions import version_seen
from bedside.patients.access import staff_facility
from bedside.patients.errors import PatientNotFoundError
from bedside.patients.identifiers import checked
from bedside.patients.patient import Patient
from bedside.patients.repository import PatientRepository
from bedside.patients.representation import (
    PatientDocument,
    PatientListDocument,
    PatientRecordDocument,
    patient_document,
)
from bedside.patients.requests import NewPatientRequest, PatientChangeRequest, PatientSearchRequest
from bedside.patients.search import PatientSearch

_CHANGED: Final = "The patient was changed elsewhere."
# Where it is tomorrow already, a child born today has a date that UTC has not reached.
_AHEAD: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Directory:
    """Patients of the caller's facility; `randomness(n)` returns n random bytes.

    `facility(id, now)` returns a facility's settings, or None while nobody has said them.
    """

    patients: PatientRepository
    search: PatientSearch
    facility: Callable[[str, int], FacilitySettings | None]
    default_country: str
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes

    def create(self, principal: Principal, request: NewPatientRequest, key: str | None, now_ms: int) -> PatientDocument:
        """Add a patient, or return the one already added with the same request and idempotency key.

        Raises ForbiddenError, NotVerifiedError, InvalidRequestError, DuplicateIdentifierError, UnavailableError.
        """
        facility_id = staff_facility(principal)
        patient = Patient(
            patient_id=self._new_id(principal, request, key),
            facility_id=facility_id,
            name=request.name,
            born=_born(request.date_of_birth, now_ms),
            sex=request.sex,
            phone=self._phone(facility_id, request.phone, now_ms),
            identifiers=checked(request.identifiers, self.identifier_kind(facility_id, now_ms)),
            external_id=request.external_id,
            user_id=None,
            created_at=now_ms,
            updated_at=now_ms,
            version=1,
        )
        if self.patients.create(patient):
            return patient_document(patient)
        existing = self.patients.find(facility_id, patient.patient_id) if key is not None else None
        if existing is None:
            raise UnavailableError("The patient could not be added.", cause="SameId")
        return patient_document(existing)

    def get(self, principal: Principal, patient_id: str, now_ms: int) -> tuple[PatientRecordDocument, int]:
        """Return a patient and their version.

        Raises ForbiddenError, NotVerifiedError, PatientNotFoundError, UnavailableError.
        """
        facility_id = staff_facility(principal)
        patient = self.of_facility(facility_id, patient_id)
        kind = identifier_kind_document(self.identifier_kind(facility_id, now_ms))
        return {**patient_document(patient), "identifierKind": kind}, patient.version

    def list_patients(self, principal: Principal, request: PatientSearchRequest, now_ms: int) -> PatientListDocument:
        """Return a page of the patients with all that was typed, or of all patients by name.

        Raises ForbiddenError, NotVerifiedError, InvalidRequestError, UnavailableError.
        """
        facility_id = staff_facility(principal)
        country = self._country(facility_id, now_ms)
        found, cursor = self.search.find(facility_id, request.q, country, request.cursor)
        kind = self.identifier_kind(facility_id, now_ms)
        return {
            "patients": [patient_document(patient) for patient in found],
            "cursor": cursor,
            "identifier": identifier_kind_document(kind),
        }

    def change(
        self, principal: Principal, patient_id: str, request: PatientChangeRequest, if_match: str | None, now_ms: int
    ) -> tuple[PatientDocument, int]:
        """Change what the request names; return the patient and the new version.

        Another phone number ends the tie to the person who signs in with the old one. A repeated request gets the same
        answer. Raises ForbiddenError, NotVerifiedError, PatientNotFoundError, InvalidRequestError,
        PreconditionRequiredError, PreconditionFailedError, DuplicateIdentifierError, UnavailableError.
        """
        facility_id = staff_facility(principal)
        changes = self._changes(facility_id, request, now_ms)
        return self.apply(facility_id, patient_id, changes, if_match, now_ms)

    def apply(
        self, facility_id: str, patient_id: str, changes: dict[str, Any], if_match: str | None, now_ms: int
    ) -> tuple[PatientDocument, int]:
        """Change these attributes of the version of a patient that `if_match` names; raises like `change`."""
        before = self.of_facility(facility_id, patient_id)
        seen = version_seen(if_match, lambda: before.version, _CHANGED)
        wanted = before.changed(changes)
        if wanted == before and before.version in {seen, seen + 1}:
            return patient_document(before), before.version
        after = replace(wanted, version=before.version + 1, updated_at=now_ms)
        if before.version != seen or not self.patients.replace(before, after):
            raise PreconditionFailedError(_CHANGED, self.of_facility(facility_id, patient_id).version)
        return patient_document(after), after.version

    def identifier_kind(self, facility_id: str, now_ms: int) -> IdentifierKind:
        """Return the number that a facility knows its patients by."""
        settings = self.facility(facility_id, now_ms)
        return settings.identifier if settings else usual_identifier(self.default_country)

    def of_facility(self, facility_id: str, patient_id: str) -> Patient:
        """Return a facility's patient. Raises PatientNotFoundError, UnavailableError."""
        patient = self.patients.find(facility_id, patient_id)
        if patient is None:
            raise PatientNotFoundError("Your facility has no such patient.")
        return patient

    def _changes(self, facility_id: str, request: PatientChangeRequest, now_ms: int) -> dict[str, Any]:
        given, changes = request.model_fields_set, dict[str, Any]()
        if "name" in given:
            if request.name is None:
                raise InvalidRequestError([FieldFault("name", "This must not be empty.", "empty")])
            changes["name"] = request.name
        if "date_of_birth" in given:
            changes["born"] = _born(request.date_of_birth, now_ms)
        if "sex" in given:
            changes["sex"] = request.sex
        if "phone" in given:
            changes["phone"] = self._phone(facility_id, request.phone, now_ms)
        if "identifiers" in given:
            kind = self.identifier_kind(facility_id, now_ms)
            changes["identifiers"] = checked(request.identifiers or [], kind)
        if "external_id" in given:
            changes["external_id"] = request.external_id
        return changes

    def _country(self, facility_id: str, now_ms: int) -> str:
        settings = self.facility(facility_id, now_ms)
        return settings.country if settings else self.default_country

    def _phone(self, facility_id: str, text: str | None, now_ms: int) -> str | None:
        """Return the number in E.164. A record may have one of any country. Raises InvalidRequestError."""
        return parse_phone(text, SUPPORTED_REGIONS, self._country(facility_id, now_ms)) if text else None

    def _new_id(self, principal: Principal, request: NewPatientRequest, key: str | None) -> str:
        return request_id(
            "patient",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
        )


def _born(date: str | None, now_ms: int) -> str | None:
    if date is not None and date > (datetime.fromtimestamp(now_ms / 1000, UTC) + _AHEAD).date().isoformat():
        raise InvalidRequestError([FieldFault("dateOfBirth", "This must not be in the future.", "future")])
    return date
