"""Response documents of carers, as typed dictionaries: free at run time."""

from collections.abc import Sequence
from typing import TypedDict

from bedside.kernel.instants import iso
from bedside.medications.circle import Care, CareState, Circle


class CareDocument(TypedDict):
    """What stands between a patient and a carer, as one of them sees it; `name` is the other's, if it is known.

    A carer learns of missed doses once it is `accepted`, and of nothing before. `version` counts its steps.
    """

    careId: str
    name: str | None
    state: CareState
    since: str
    version: int


class CarerListDocument(TypedDict):
    """Who helps the reader, and whom the reader helps or is asked to help; without what they have ended themselves."""

    helpers: list[CareDocument]
    helped: list[CareDocument]


def care_document(circle: Circle, care: Care, reader: str) -> CareDocument:
    """Return what one of both sees."""
    return {
        "careId": care.care_id,
        "name": care.name if reader == circle.patient_id else circle.patient_name,
        "state": care.state,
        "since": iso(care.since),
        "version": care.version,
    }


def carer_list_document(own: Circle | None, others: Sequence[Circle], reader: str) -> CarerListDocument:
    """Return what stands between the reader and others, the oldest first."""
    helpers = [care for care in (own.cares if own else ()) if care.stands or care.by != reader]
    helped = [(circle, care) for circle in others for care in circle.cares if care.carer_id == reader and care.stands]
    helped.sort(key=lambda each: each[1].since)
    return {
        "helpers": [care_document(own, care, reader) for care in helpers] if own else [],
        "helped": [care_document(circle, care, reader) for circle, care in helped],
    }
