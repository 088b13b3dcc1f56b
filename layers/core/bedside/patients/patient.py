"""A patient as a facility knows them. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from bedside.patients.words import words_of

# https://hl7.org/fhir/R4/valueset-administrative-gender.html
type Sex = Literal["female", "male", "other", "unknown"]
NHI: Final = "nhi"


@dataclass(frozen=True, slots=True)
class PatientIdentifier:
    """A number by which others know the patient; `system` says whose it is, such as "nhi"."""

    system: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of one facility; instants are Unix milliseconds, `born` is YYYY-MM-DD.

    `external_id` is the patient's id in the EHR, `user_id` the person who signs in for them to video visits.
    """

    patient_id: str
    facility_id: str
    name: str = field(repr=False)
    born: str | None = field(repr=False)
    sex: Sex | None
    phone: str | None = field(repr=False)
    identifiers: tuple[PatientIdentifier, ...]
    external_id: str | None
    user_id: str | None
    created_at: int
    updated_at: int
    version: int

    def changed(self, changes: Mapping[str, Any]) -> "Patient":
        """Return the patient with other attributes.

        A tie is to the person who signs in with the patient's phone number, and ends with the number: it may be
        somebody else's by now, and the person of the new one has to be chosen by somebody who knows the patient.
        """
        after = replace(self, **changes)
        return after if after.phone == self.phone else replace(after, user_id=None)

    @property
    def words(self) -> tuple[str, ...]:
        """The words by which the patient is found, sorted."""
        return words_of(self.name, [each.value for each in self.identifiers], self.born, self.phone)

    @property
    def nhi(self) -> str | None:
        return next((each.value for each in self.identifiers if each.system == NHI), None)


def to_record(patient: Patient) -> dict[str, Any]:
    """Return a patient as attributes; what is not known is left out."""
    record: dict[str, Any] = {
        "patientId": patient.patient_id,
        "facilityId": patient.facility_id,
        "name": patient.name,
        "born": patient.born,
        "sex": patient.sex,
        "phone": patient.phone,
        "identifiers": [{"system": each.system, "value": each.value} for each in patient.identifiers],
        "externalId": patient.external_id,
        "userId": patient.user_id,
        "createdAt": patient.created_at,
        "updatedAt": patient.updated_at,
        "version": patient.version,
    }
    return {name: value for name, value in record.items() if value is not None}


def from_record(record: Mapping[str, Any]) -> Patient:
    """Return the patient of these attributes."""
    return Patient(
        patient_id=record["patientId"],
        facility_id=record["facilityId"],
        name=record["name"],
        born=record.get("born"),
        sex=record.get("sex"),
        phone=record.get("phone"),
        identifiers=tuple(PatientIdentifier(each["system"], each["value"]) for each in record["identifiers"]),
        external_id=record.get("externalId"),
        user_id=record.get("userId"),
        created_at=int(record["createdAt"]),
        updated_at=int(record["updatedAt"]),
        version=int(record["version"]),
    )
