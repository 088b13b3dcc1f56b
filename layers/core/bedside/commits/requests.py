"""Requests to commit photos, and how their fields have to look."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bedside.capture.patient import Patient
from bedside.commits.commit import MOST_FILES
from bedside.commits.gate import Confirmable, PatientCheck, Wish
from bedside.kernel.wire import REFUSED, Identifier, Line, ShortText, Wire

DocumentId = Annotated[Line, StringConstraints(min_length=1, max_length=256)]


class ImageRequest(Wire):
    """A photo, as the clinician saw it: `version` is its revision; `confirmed` what is right although it was asked."""

    image_id: Identifier
    version: Annotated[int, Field(ge=0)]
    confirmed: Annotated[list[Confirmable], Field(max_length=4)] = Field(default_factory=list)

    def wish(self) -> Wish:
        return Wish(self.image_id, self.version, frozenset(self.confirmed))


class ShownPatientRequest(Wire):
    """The patient that the page shows."""

    patient_id: Identifier
    patient_name: ShortText | None = None
    patient_nhi: Annotated[ShortText | None, Field(alias="patientNHI")] = None

    def patient(self) -> Patient:
        return Patient(self.patient_id, self.patient_name or None, self.patient_nhi or None)


class PatientCheckRequest(Wire):
    """How the clinician made sure of the patient: by typing the name, or by comparing two identifiers."""

    name: ShortText = ""
    identifiers: Annotated[list[ShortText], Field(max_length=4)] = Field(default_factory=list)


class CommitRequest(Wire):
    """Photos for the patient's record, each named once, and the patient whom the page shows."""

    images: Annotated[list[ImageRequest], Field(max_length=MOST_FILES)]
    patient: ShownPatientRequest
    patient_check: PatientCheckRequest | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len({each.image_id for each in self.images}) < len(self.images):
            raise PydanticCustomError(REFUSED, "Name each photo once.")
        return self

    def check(self) -> PatientCheck:
        """Return how the clinician made sure of the patient."""
        given = self.patient_check or PatientCheckRequest()
        return PatientCheck(given.name, tuple(given.identifiers))


class ResolveRequest(Wire):
    """What a person has found in the record: the document's id there, or that it is absent."""

    document_id: DocumentId | None = None
    absent: bool = False

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.document_id is None) != self.absent:
            raise PydanticCustomError(REFUSED, "Name the document, or say that it is absent.")
        return self
