"""Response documents of patients, as typed dictionaries, which cost nothing at run time."""

from typing import NotRequired, TypedDict

from bedside.identity.representation import IdentifierKindDocument
from bedside.kernel.instants import iso
from bedside.patients.patient import Patient, Sex


class IdentifierDocument(TypedDict):
    """A number by which others know the patient; `system` says whose it is, such as "nhi"."""

    system: str
    value: str


class PatientDocument(TypedDict):
    """A patient of a facility. What is not known is left out; `dateOfBirth` is YYYY-MM-DD, instants are in ISO 8601.

    `externalId` is the patient's id in the EHR, `userId` the person who signs in for them to video visits.
    """

    patientId: str
    name: str
    dateOfBirth: NotRequired[str]
    sex: NotRequired[Sex]
    phone: NotRequired[str]
    identifiers: list[IdentifierDocument]
    externalId: NotRequired[str]
    userId: NotRequired[str]
    createdAt: str
    updatedAt: str


class PatientRecordDocument(PatientDocument):
    """A patient, and the number that their facility knows its patients by, for forms."""

    identifierKind: IdentifierKindDocument


class PatientListDocument(TypedDict):
    """A page of patients, the cursor of the next page, and the number that the facility knows its patients by."""

    patients: list[PatientDocument]
    cursor: str | None
    identifier: IdentifierKindDocument


def patient_document(patient: Patient) -> PatientDocument:
    """Return a patient as a document."""
    document: PatientDocument = {
        "patientId": patient.patient_id,
        "name": patient.name,
        "identifiers": [{"system": each.system, "value": each.value} for each in patient.identifiers],
        "createdAt": iso(patient.created_at),
        "updatedAt": iso(patient.updated_at),
    }
    if patient.born:
        document["dateOfBirth"] = patient.born
    if patient.sex:
        document["sex"] = patient.sex
    if patient.phone:
        document["phone"] = patient.phone
    if patient.external_id:
        document["externalId"] = patient.external_id
    if patient.user_id:
        document["userId"] = patient.user_id
    return document
