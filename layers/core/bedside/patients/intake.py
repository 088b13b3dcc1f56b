"""Finds the patient whom a link of an EHR names, or adds them to the directory."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bedside.kernel.errors import UnavailableError
from bedside.kernel.words import split
from bedside.patients.errors import DuplicateIdentifierError, PatientMismatchError
from bedside.patients.identifiers import nhi_of
from bedside.patients.patient import NHI, Patient, PatientIdentifier
from bedside.patients.repository import PatientRepository

_RANDOM_BYTES: Final = 16
# Others may add or change the patient at the same moment.
_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says of a patient: our id or the EHR's, and perhaps name and NHI number."""

    patient_id: str
    name: str | None = field(default=None, repr=False)
    nhi: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Intake:
    """Compares links with the directory; `randomness(n)` returns n random bytes."""

    patients: PatientRepository
    randomness: Callable[[int], bytes]

    def find(self, facility_id: str, link: Link) -> Patient | None:
        """Return the patient of a link, or None. Raises PatientMismatchError, UnavailableError."""
        found = self.patients.find(facility_id, link.patient_id)
        found = found or self.patients.find_external(facility_id, link.patient_id)
        return _agreed(found, link) if found else None

    def means(self, facility_id: str, link: Link, patient_id: str) -> bool:
        """Return whether a link, though its id is new, is of this patient, who would get its id."""
        patient, nhi = self.patients.find(facility_id, patient_id), nhi_of(link.nhi or "")
        return bool(patient and nhi and patient.nhi == nhi and _adopts(patient, link))

    def find_or_add(self, facility_id: str, link: Link, now_ms: int) -> Patient | None:
        """Return the patient of a link; one whom nobody knows yet is added, if the link has a name, or else None.

        Raises PatientMismatchError if the directory says otherwise, for a person to decide; UnavailableError.
        """
        for _ in range(_TRIES):
            found = self.find(facility_id, link)
            if found or not link.name:
                return found
            try:
                return self._add(facility_id, link, now_ms)
            except DuplicateIdentifierError as error:
                # If it is the EHR's id, somebody else added the patient at the same moment.
                other = self.patients.find(facility_id, error.patient_id) if error.field == "identifiers" else None
            if other and (known := self._adopt(other, link, now_ms)):
                return known
        raise UnavailableError("The patient is being changed by others.")

    def _add(self, facility_id: str, link: Link, now_ms: int) -> Patient | None:
        """Add the patient of a link; None if one of the new id exists, which is next to impossible."""
        nhi = nhi_of(link.nhi or "")
        patient = Patient(
            patient_id=base64.b32encode(self.randomness(_RANDOM_BYTES)).decode().rstrip("=").lower(),
            facility_id=facility_id,
            name=link.name or "",
            born=None,
            sex=None,
            phone=None,
            identifiers=(PatientIdentifier(NHI, nhi),) if nhi else (),
            external_id=link.patient_id,
            user_id=None,
            created_at=now_ms,
            updated_at=now_ms,
            version=1,
        )
        return patient if self.patients.create(patient) else None

    def _adopt(self, other: Patient, link: Link, now_ms: int) -> Patient | None:
        """Give the EHR's id to the patient who has the link's NHI number and name; None if they are being changed.

        Raises PatientMismatchError.
        """
        if not _adopts(other, link):
            raise _mismatch(other, link)
        after = replace(other, external_id=link.patient_id, updated_at=now_ms, version=other.version + 1)
        return after if self.patients.replace(other, after) else None


def _adopts(patient: Patient, link: Link) -> bool:
    """Return whether a patient with the link's number can get its id: of its name, and without an id of the EHR."""
    return not patient.external_id and split(patient.name) == split(link.name or "")


def _agreed(patient: Patient, link: Link) -> Patient:
    """Return the patient if the link says nothing else; case, accents and macrons do not make another name."""
    renamed = link.name and split(link.name) != split(patient.name)
    renumbered = link.nhi and patient.nhi and (nhi_of(link.nhi) or link.nhi) != patient.nhi
    if renamed or renumbered:
        raise _mismatch(patient, link)
    return patient


def _mismatch(patient: Patient, link: Link) -> PatientMismatchError:
    return PatientMismatchError(
        "The directory knows this patient by another name or number.",
        _facts(patient.external_id or patient.patient_id, patient.name, patient.nhi),
        _facts(link.patient_id, link.name, link.nhi),
        source="directory",
    )


def _facts(patient_id: str, name: str | None, nhi: str | None) -> dict[str, str]:
    facts = {"patientId": patient_id, "patientName": name, "patientNHI": nhi}
    return {name: value for name, value in facts.items() if value}
