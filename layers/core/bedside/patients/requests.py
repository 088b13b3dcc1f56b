"""Requests about patients, and how their fields have to look."""

from datetime import MAXYEAR
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bedside.kernel.cursors import CURSOR
from bedside.kernel.dates import parse_date
from bedside.kernel.wire import REFUSED, Identifier, Line, ShortText, Wire

_FIRST_YEAR = 1850


def _date(value: str) -> str:
    if parse_date(value, (_FIRST_YEAR, MAXYEAR)) is None:
        raise PydanticCustomError(REFUSED, "This must be a date, such as 1984-03-07.", {"code": "date"})
    return value


class PatientIdentifierRequest(Wire):
    """A number by which others know the patient, such as that of the system "nhi"."""

    system: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
    value: Annotated[Line, StringConstraints(min_length=1, max_length=40)]


Name = Annotated[ShortText, Field(min_length=1)]
DateOfBirth = Annotated[str, StringConstraints(max_length=10), AfterValidator(_date)]
Identifiers = Annotated[list[PatientIdentifierRequest], Field(max_length=4)]
AdministrativeGender = Literal["female", "male", "other", "unknown"]


class NewPatientRequest(Wire):
    """A patient; `phone` may be as dialled within the facility's country."""

    name: Name
    date_of_birth: DateOfBirth | None = None
    sex: AdministrativeGender | None = None
    phone: str | None = None
    identifiers: Identifiers = Field(default_factory=list)
    external_id: Identifier | None = None


class PatientChangeRequest(Wire):
    """What to change of a patient: fields that are left out stay, and null removes what is known."""

    name: Name | None = None
    date_of_birth: DateOfBirth | None = None
    sex: AdministrativeGender | None = None
    phone: str | None = None
    identifiers: Identifiers | None = None
    external_id: Identifier | None = None


class PatientSearchRequest(Wire):
    """What somebody types to find patients, and the cursor of the page before."""

    q: Annotated[Line, StringConstraints(max_length=200)] = ""
    # A name of 200 letters in UTF-8, an id and what surrounds them, in base64.
    cursor: Annotated[str, StringConstraints(max_length=1200, pattern=CURSOR)] | None = None
