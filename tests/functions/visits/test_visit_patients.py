"""The patients of visits, as the directory of the facility knows them."""

from typing import Any
from uuid import uuid4

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.patients.tied import TiedPatients
from tests.functions.clinic import refusal
from tests.functions.surgery import Surgery


@pytest.fixture
def mere(surgery: Surgery) -> dict[str, Any]:
    """The directory's record of the patient, who signs in with her own phone."""
    person = surgery.clinic.call("auth_me", token=surgery.patient).json
    body = {"name": "Mere Pāki", "phone": person["phone"]}
    added = surgery.clinic.call("patients_create", body, token=surgery.practitioner).json
    path = {"patientId": added["patientId"]}
    tied = surgery.clinic.call("patients_tie", token=surgery.practitioner, path=path)
    assert tied.status == 200, tied
    found: dict[str, Any] = tied.json
    return found


def shown(surgery: Surgery, visit_id: str) -> list[Any]:
    """Give the patient of a visit by itself and in the list."""
    listed = surgery.clinic.call("visits_page", token=surgery.practitioner, query={"view": "all"}).json["visits"]
    look = surgery.done("look", surgery.practitioner, visit_id=visit_id)
    visits = [look, *(visit for visit in listed if visit["visitId"] == visit_id)]
    return [(visit["patientName"], visit.get("patientRecordId")) for visit in visits]


def test_a_visit_has_the_directorys_name(surgery: Surgery, mere: dict[str, Any]) -> None:
    """Also if it was booked before, and after she has been renamed; her id leads to her page."""
    booked = surgery.book()
    assert (booked["patientName"], booked["patientRecordId"]) == ("Mere Pāki", mere["patientId"])
    path = {"patientId": mere["patientId"]}
    headers = {"if-match": '"2"'}
    clinic = surgery.clinic
    clinic.call("patients_change", {"name": "Mere Smith"}, token=surgery.practitioner, path=path, headers=headers)
    for visit_id in (surgery.visit_id, booked["visitId"]):
        assert shown(surgery, visit_id) == [("Mere Smith", mere["patientId"])] * 2


def test_a_visit_is_booked_by_the_directorys_id(surgery: Surgery, mere: dict[str, Any]) -> None:
    """For the person who signs in for the patient; without one it is said what is missing."""
    booked = surgery.book(patientId=mere["patientId"])
    assert booked["patientId"] == mere["userId"]
    nobody = surgery.clinic.call("patients_create", {"name": "Tama"}, token=surgery.practitioner).json
    for patient_id, message, code in (
        (nobody["patientId"], "Nobody signs in for this patient yet.", "no-sign-in"),
        ("nobody", "Your facility has no such patient.", "no-patient"),
    ):
        body = surgery.booking(patientId=patient_id)
        answer = surgery.clinic.call("visits_book", body, token=surgery.practitioner, key=str(uuid4()))
        refusal(answer, 422, "invalid-request")
        assert answer.json["errors"] == [{"field": "patientId", "message": message, "code": code}]


@pytest.mark.usefixtures("mere")
def test_no_visit_is_missed_for_want_of_a_name(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the directory cannot be read, visits have the names that they were booked under."""

    def failing(_tied: TiedPatients, _people: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(TiedPatients, "find", failing)
    assert [name for name, _ in shown(surgery, surgery.visit_id)] == [None, None]
