"""The identifiers of a patient, as they are stored. No I/O."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bedside.kernel.digits import plain_digits
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.kernel.words import split
from bedside.patients.nhi import is_nhi
from bedside.patients.patient import NHI, PatientIdentifier

if TYPE_CHECKING:
    from bedside.identity.facility import IdentifierKind
    from bedside.patients.requests import PatientIdentifierRequest


def checked(given: Sequence["PatientIdentifierRequest"], kind: "IdentifierKind") -> tuple[PatientIdentifier, ...]:
    """Return the identifiers, with NHI numbers in capitals and without spaces.

    Raises InvalidRequestError for one that is not valid, for two of one system, and if the facility's own is missing.
    """
    found: list[PatientIdentifier] = []
    for place, each in enumerate(given):
        value = _nhi(each.value, place) if each.system == NHI else each.value
        if not split(value):
            raise InvalidRequestError(
                [FieldFault(f"identifiers.{place}.value", "This needs letters or digits.", "empty")]
            )
        if any(other.system == each.system for other in found):
            raise InvalidRequestError(
                [FieldFault(f"identifiers.{place}.system", "A patient has only one of these.", "only-one")]
            )
        found.append(PatientIdentifier(each.system, value))
    if kind.required and all(each.system != kind.system for each in found):
        raise InvalidRequestError([FieldFault("identifiers", f"{kind.label} is needed.", "missing")])
    return tuple(found)


def nhi_of(text: str) -> str | None:
    """Return an NHI number as it is stored, or None if the text is none."""
    number = "".join(sign for sign in plain_digits(text).upper() if sign not in " -\u00a0")
    return number if is_nhi(number) else None


def _nhi(text: str, place: int) -> str:
    number = nhi_of(text)
    if number is None:
        raise InvalidRequestError(
            [
                FieldFault(
                    f"identifiers.{place}.value", "This is not a valid NHI number. Check its letters and digits.", "nhi"
                )
            ]
        )
    return number
