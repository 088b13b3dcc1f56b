"""Encounters and their timelines, as clinicians read them."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.functions.clinic import NAME, Clinic, refusal
from tests.functions.surgery import Surgery


def page(clinic: Clinic, token: str = "", **query: str) -> Any:
    answer = clinic.call("encounters_page", token=token or clinic.clinician(), query=query)
    assert answer.status == 200, answer
    return answer.json


def read(clinic: Clinic, encounter: str, token: str = "", **query: str) -> Any:
    path = {"encounterId": encounter}
    answer = clinic.call("encounters_look", token=token or clinic.clinician(), path=path, query=query)
    assert answer.status == 200, answer
    return answer.json


def test_an_encounter_tells_who_did_what(clinic: Clinic) -> None:
    """With the names of people, as the record of people has them."""
    clinic.add(clinic.phone(), "image-1")
    clinic.append()
    token = clinic.clinician()
    assert clinic.call("users_describe", {"displayName": "Dr Mere Tane"}, token=token).status == 200
    found = read(clinic, clinic.encounter, token)
    [known] = clinic.call("patients_page", token=token, query={}).json["patients"]
    assert found["encounter"] | {"startedAt": "", "lastEventAt": ""} == {
        "encounterId": clinic.encounter,
        "kind": "capture",
        "patientId": "PAT-2002",
        "recordId": known["patientId"],
        "patientName": NAME,
        "startedAt": "",
        "endedAt": None,
        "state": "open",
        "photoCount": 1,
        "lastEventAt": "",
    }
    opened, joined, arrived = found["timeline"]
    assert (opened["sequence"], opened["kind"], opened["actor"]["name"]) == (1, "session-opened", "Dr Mere Tane")
    assert (joined["kind"], joined["phone"]) == ("phone-joined", "iPhone")
    assert (arrived["kind"], arrived["actor"], arrived["imageId"]) == ("photo-arrived", {"kind": "phone"}, "image-1")
    assert found["cursor"] is None


def test_an_encounter_of_another_facility_is_none(clinic: Clinic) -> None:
    """Neither read nor listed, and a cursor leads nowhere else."""
    clinic.open()
    clinic.append()
    stranger = clinic.clinician("FAC002")
    answer = clinic.call("encounters_look", token=stranger, path={"encounterId": clinic.encounter})
    refusal(answer, 404, "encounter-not-found")
    assert page(clinic, stranger) == {"encounters": [], "cursor": None}
    assert page(clinic, stranger, patientId="PAT-2002")["encounters"] == []
    assert [one["encounterId"] for one in page(clinic)["encounters"]] == [clinic.encounter]


def test_encounters_come_in_pages_newest_first(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the facility, or of a patient; following the cursor finds all."""
    monkeypatch.setattr("bedside.encounters.repository.PAGE", 2)
    for number in range(5):
        clinic.open(f"ENC-{number}", patientId=f"PAT-{number % 2}", patientNHI=None)
        clinic.append()
        clinic.wiring.ahead_ms += 1000

    def every(**query: str) -> list[str]:
        found, cursor = [], ""
        while True:
            answer = page(clinic, **query, **({"cursor": cursor} if cursor else {}))
            found += [one["encounterId"] for one in answer["encounters"]]
            cursor = answer["cursor"]
            if not cursor:
                return found

    assert every() == [f"ENC-{number}" for number in (4, 3, 2, 1, 0)]
    assert every(patientId="PAT-0") == ["ENC-4", "ENC-2", "ENC-0"]
    assert every(patientId="PAT-9") == []
    started = {one["encounterId"]: one["startedAt"] for one in page(clinic)["encounters"]}
    assert every(until=started["ENC-3"]) == [f"ENC-{number}" for number in (3, 2, 1, 0)]
    assert every(until="1969-12-31T00:00:00Z", patientId="PAT-0") == []


def test_a_long_timeline_comes_in_parts(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Oldest first; the cursor leads on."""
    monkeypatch.setattr("bedside.encounters.repository.ENTRIES", 2)
    phone = clinic.phone()
    for number in range(2):
        clinic.add(phone, f"image-{number}")
    clinic.append()
    first = read(clinic, clinic.encounter)
    assert [entry["sequence"] for entry in first["timeline"]] == [1, 2]
    rest = read(clinic, clinic.encounter, cursor=first["cursor"])
    assert ([entry["sequence"] for entry in rest["timeline"]], rest["cursor"]) == ([3, 4], None)
    assert read(clinic, clinic.encounter, cursor="9")["timeline"] == []


def test_a_visit_is_an_encounter(surgery: Surgery) -> None:
    """Under its own id, at the agreed time."""
    surgery.clinic.append()
    found = read(surgery.clinic, surgery.visit_id, surgery.practitioner)
    assert (found["encounter"]["kind"], found["encounter"]["state"]) == ("visit", "open")
    [booked] = found["timeline"]
    assert booked["startsAt"] == found["encounter"]["startedAt"] == surgery.look()["startsAt"]


def test_a_visit_stays_its_patients_whoever_photos_are_taken_of(surgery: Surgery) -> None:
    """A session may have the id of a visit; the visit is then still listed with its patient, and with nobody else."""
    clinic = surgery.clinic
    clinic.append()
    before = read(clinic, surgery.visit_id)["encounter"]
    clinic.open(surgery.visit_id, patientId="PAT-9", patientName="Wiremu Tane", patientNHI=None)
    clinic.append()
    found = read(clinic, surgery.visit_id)["encounter"]
    assert (found["patientId"], found["patientName"]) == (before["patientId"], before["patientName"])
    assert page(clinic, patientId="PAT-9")["encounters"] == []


def test_a_patient_has_all_of_their_encounters(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever each calls them: our record, the EHR, or the person who joins visits; under the name of the record."""
    monkeypatch.setattr("bedside.encounters.repository.PAGE", 2)
    clinic = surgery.clinic
    body = {"name": "Aroha Ngata-Smith", "externalId": "PAT-2002"}
    made = clinic.call("patients_create", body, token=clinic.clinician())
    assert made.status == 201, made
    record = made.json["patientId"]
    tied = clinic.wiring.patients.repository.find("FAC001", record)
    assert tied
    person = replace(tied, user_id=surgery.booking()["patientId"], version=2)
    assert clinic.wiring.patients.repository.replace(tied, person)
    clinic.open("ENC-EHR", patientName=None)
    clinic.wiring.ahead_ms = 1000
    clinic.open("ENC-OURS", patientId=record, patientName=None, patientNHI=None)
    clinic.open("ENC-ELSE", patientId="PAT-9")
    clinic.append()
    for name in (record, "PAT-2002"):
        first = page(clinic, patientId=name)
        rest = page(clinic, patientId=name, cursor=first["cursor"])
        found = [*first["encounters"], *rest["encounters"]]
        assert [one["encounterId"] for one in found] == ["ENC-OURS", "ENC-EHR", surgery.visit_id]
        assert {(one["recordId"], one["patientName"]) for one in found} == {(record, "Aroha Ngata-Smith")}


def test_a_cursor_of_a_patient_stays_true_while_the_patient_changes(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new id of the patient, and encounters that begin meanwhile, neither repeat any encounter nor leave one out."""
    monkeypatch.setattr("bedside.encounters.repository.PAGE", 2)
    made = clinic.call("patients_create", {"name": "Aroha Ngata-Smith"}, token=clinic.clinician()).json
    record = made["patientId"]

    def begin(encounter: str, patient_id: str) -> None:
        clinic.wiring.ahead_ms += 1000
        clinic.open(encounter, patientId=patient_id, patientName=None, patientNHI=None)
        clinic.append()

    for number in range(4):
        begin(f"ENC-{number}", record)
    first = page(clinic, patientId=record)
    change = {"externalId": "PAT-2002"}
    path, headers = {"patientId": record}, {"if-match": '"1"'}
    answer = clinic.call("patients_change", change, token=clinic.clinician(), path=path, headers=headers)
    assert answer.status == 200, answer
    begin("ENC-4", "PAT-2002")
    rest = page(clinic, patientId=record, cursor=first["cursor"])
    ids = [one["encounterId"] for each in (first, rest) for one in each["encounters"]]
    assert ids == ["ENC-3", "ENC-2", "ENC-1", "ENC-0"]
    assert page(clinic, patientId="PAT-2002")["encounters"][0]["encounterId"] == "ENC-4"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "e30=",
        "WzFd",
        *(
            base64.urlsafe_b64encode(json.dumps(written).encode()).decode()
            for written in (
                [True, {}],
                [-1, {}],
                [1.5, {}],
                [1, {"": ["ENC", True]}],
                [1, {"": ["\ud800", 1]}],
                [1, {"": ["", 1]}],
                [1, {"": []}],
                [1, {name: ["ENC", 1] for name in "abcd"}],
            )
        ),
        "[" * 200,
    ],
)
def test_a_cursor_that_is_none_is_refused(clinic: Clinic, cursor: str) -> None:
    """And so is one of a timeline, and a patient's id that is none."""
    for call, query in (
        ("encounters_page", {"cursor": cursor}),
        ("encounters_look", {"cursor": cursor}),
        ("encounters_page", {"patientId": "a/b"}),
        ("encounters_page", {"until": "yesterday"}),
    ):
        refusal(clinic.call(call, token=clinic.clinician(), query=query), 422, "invalid-request")
