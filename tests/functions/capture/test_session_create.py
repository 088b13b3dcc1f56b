"""POST /session/create."""

import re
import xml.etree.ElementTree as ET

import pytest

from tests.functions.clinic import NAME, NHI, Clinic, event_of, refusal
from tests.functions.line import Line


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused, and nothing is written."""
    refusal(clinic.call("session_create"), 401, "unauthorized")
    assert clinic.everything() == ([], [])


def test_a_session_is_opened(clinic: Clinic) -> None:
    """The answer has exactly the contract's fields, and the QR code is an SVG."""
    answer = clinic.call("session_create", token=clinic.clinician())
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json
    assert set(document) == {"token", "mobileUrl", "qrSvg", "expiresIn", "sessionExpiresAt", "live", "patient"}
    assert document["mobileUrl"] == f"https://bedside.example.org/capture#t={document['token']}"
    assert ET.fromstring(document["qrSvg"]).tag.endswith("svg")  # noqa: S314  # our own
    assert document["expiresIn"] == 600
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", document["sessionExpiresAt"])
    assert document["live"]["url"] == "wss://live.example.org/live"
    item = clinic.item()
    assert item
    record = {"recordId": item["patientRecordId"]}
    assert document.pop("patient") == {"patientId": "PAT-2002", "patientName": NAME, "patientNHI": NHI} | record
    assert NAME not in str(document)


def test_opening_again_is_the_same_session_with_another_token(clinic: Clinic) -> None:
    """Both tokens work, and what was in the session stays."""
    first = clinic.open()
    phone = clinic.scan(first["token"])
    clinic.add(phone, "a")
    second = clinic.open()
    assert second["token"] != first["token"]
    assert clinic.validate(second["token"]).json["imageCount"] == 1
    assert clinic.validate(first["token"]).status == 200


@pytest.mark.parametrize("redis", [True, False], ids=["with Redis", "without Redis"])
def test_a_new_code_ends_the_earlier_ones_if_asked_to(
    clinic: Clinic,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    redis: bool,  # noqa: FBT001  # parametrised
) -> None:
    """Whoever photographed an earlier code cannot use it any more; a phone that is connected stays so."""
    earlier = [clinic.open()["token"], clinic.open()["token"]]
    phone = clinic.scan(earlier[0])
    Line(redis_url, monkeypatch).cut = not redis
    ended = clinic.open(endEarlierCodes=True)
    newest = ended["token"]
    # Other desks see that they need another code.
    assert clinic.look()["codeSeries"] == ended["codeSeries"] == 1
    for token in earlier:
        refusal(clinic.validate(token), 404, "token-expired-or-invalid")
    clinic.scan(newest)
    clinic.add(phone, "a")
    another = clinic.open()["token"]
    assert [clinic.validate(token).status for token in (newest, another)] == [200, 200]


def test_a_renewal_opens_nothing(clinic: Clinic) -> None:
    """It gets another code for an open session, also for a patient who was renamed; an ended one stays ended."""
    refusal(clinic.try_to_open(renew=True), 404, "session-not-found")
    assert clinic.everything() == ([], [])
    assert clinic.call("patients_page", token=clinic.clinician(), query={}).json["patients"] == []
    first = clinic.open()["token"]
    token = clinic.open(patientName=None, patientNHI=None, renew=True)["token"]
    assert [clinic.validate(each).status for each in (first, token)] == [200, 200]
    clinic.add(clinic.scan(token), "a")
    refusal(clinic.try_to_open(patientId="PAT-3", patientName=None, renew=True), 409, "patient-mismatch")
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    before = clinic.everything()
    refusal(clinic.try_to_open(renew=True), 404, "session-not-found")
    assert clinic.everything() == before
    assert clinic.look()["state"] == "ended"


def test_without_a_domain_the_apis_own_host_is_in_the_code(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The phone is sent to the host that API Gateway names."""
    monkeypatch.delenv("BEDSIDE_PUBLIC_ORIGIN")
    del clinic.wiring.platform.settings  # as in a new environment
    host = event_of("session_create")["requestContext"]["domainName"]
    assert clinic.open()["mobileUrl"].startswith(f"https://{host}/capture#t=")


def test_only_a_clinician_of_the_facility_may(clinic: Clinic) -> None:
    """Another role and another facility are forbidden; expired and phones' tokens are unauthorized."""
    refusal(clinic.call("session_create", token=clinic.clinician(roles=("patient",))), 403, "forbidden")
    refusal(clinic.call("session_create", token=clinic.clinician("FAC002")), 403, "forbidden")
    refusal(clinic.call("session_create", token=clinic.clinician(ttl=-1)), 401, "unauthorized")
    assert clinic.everything() == ([], [])
    refusal(clinic.call("session_create", token=clinic.phone()), 401, "unauthorized")


@pytest.mark.parametrize("other", [{"patientId": "PAT-3"}, {"patientName": "Mallory"}, {"patientNHI": "ZAC5361"}])
def test_another_patient_in_the_same_encounter_is_refused(clinic: Clinic, other: dict[str, str]) -> None:
    """A photo must never land on the wrong patient: both are told, and the phone shows the one on record."""
    token = clinic.open()["token"]
    clinic.validate(token)
    before = clinic.everything()
    answer = clinic.try_to_open(**other)
    refusal(answer, 409, "patient-mismatch")
    recorded = {"patientId": clinic.validate(token).json["patientId"], "patientName": NAME, "patientNHI": NHI}
    assert answer.json["recorded"] == recorded
    assert answer.json["requested"] == recorded | other
    assert clinic.everything() == before
    assert clinic.validate(token).json["patientName"] == NAME
    [known] = clinic.call("patients_page", token=clinic.clinician(), query={}).json["patients"]
    assert known["name"] == NAME


def test_a_name_may_be_given_later_and_left_out_again(clinic: Clinic) -> None:
    """A session without a name takes the first one; a desktop that gives none joins."""
    token = clinic.open(patientName=None, patientNHI=None)["token"]
    clinic.open(patientName=NAME, patientNHI=None)
    clinic.open(patientName=None, patientNHI="")
    assert clinic.validate(token).json["patientName"] == NAME
    refusal(clinic.try_to_open(patientName="Mallory"), 409, "patient-mismatch")


def test_another_facility_learns_nothing_of_the_patient(clinic: Clinic) -> None:
    """Its encounter of the same name is its own."""
    clinic.open()
    answer = clinic.call("session_create", token=clinic.clinician("FAC002"))
    refusal(answer, 403, "forbidden")
    assert NAME not in answer.text


def test_every_fault_is_named(clinic: Clinic) -> None:
    """A request without its fields learns which."""
    answer = clinic.call("session_create", {"patientNHI": 7}, token=clinic.clinician())
    refusal(answer, 422, "invalid-request")
    assert {fault["field"] for fault in answer.json["errors"]} == {
        "encounterId",
        "patientId",
        "facilityId",
        "patientNHI",
    }


def patient(clinic: Clinic, **body: object) -> dict[str, str]:
    """Put somebody into the directory."""
    answer = clinic.call("patients_create", {"name": "Aroha Ngāta", **body}, token=clinic.clinician())
    assert answer.status == 201, answer
    found: dict[str, str] = answer.json
    return found


def test_a_patient_whom_nobody_knows_yet_is_added(clinic: Clinic) -> None:
    """By the id of the EHR, once, with the NHI number; the session has the directory's id too."""
    clinic.open()
    clinic.open("ENC-2", patientName=None, patientNHI=None)
    page = clinic.call("patients_page", token=clinic.clinician(), query={"q": "ngata zzz0016"}).json
    [known] = page["patients"]
    assert (known["externalId"], known["name"], known["identifiers"][0]["value"]) == ("PAT-2002", NAME, NHI)
    item = clinic.item("ENC-2")
    assert item
    assert (item["patientRecordId"], item["patientId"], item["patientName"]) == (known["patientId"], "PAT-2002", NAME)


def test_an_unknown_patient_without_a_name_is_not_added(clinic: Clinic) -> None:
    """Their session is opened as the link says."""
    assert clinic.open(patientName=None, patientNHI="of another kind")["patient"] == {
        "patientId": "PAT-2002",
        "patientNHI": "of another kind",
    }
    assert clinic.call("patients_page", token=clinic.clinician(), query={}).json["patients"] == []


def test_name_and_number_come_from_the_directory(clinic: Clinic) -> None:
    """By either id, whatever macrons a link has; a new name is on the open session's screens with the next code."""
    known = patient(clinic, identifiers=[{"system": "nhi", "value": NHI}], externalId="PAT-2002")
    shown = {"patientId": "PAT-2002", "patientName": "Aroha Ngāta", "patientNHI": NHI, "recordId": known["patientId"]}
    token = clinic.open(patientName="AROHA NGATA", patientNHI="zzz 0016")["token"]
    assert clinic.open(patientId=known["patientId"], patientName=None, patientNHI=None)["patient"] == shown
    exchanged = clinic.validate(token).json
    assert exchanged["patientName"] == "Aroha Ngāta"
    assert "recordId" not in exchanged  # phones read nothing of the directory
    path = {"patientId": known["patientId"]}
    clinic.call("patients_change", {"name": "Aroha Smith"}, token=clinic.clinician(), path=path)
    assert clinic.open(patientName=None)["patient"] == shown | {"patientName": "Aroha Smith"}
    assert clinic.validate(token).json["patientName"] == "Aroha Smith"


@pytest.mark.parametrize("other", [{"patientName": "Mallory"}, {"patientNHI": "ZAC5361"}])
def test_a_link_that_contradicts_the_directory_is_refused(clinic: Clinic, other: dict[str, str]) -> None:
    """Both are told, for a person to decide, and nothing is stored."""
    patient(clinic, name=NAME, identifiers=[{"system": "nhi", "value": NHI}], externalId="PAT-2002")
    answer = clinic.try_to_open(**other)
    refusal(answer, 409, "patient-mismatch")
    recorded = {"patientId": "PAT-2002", "patientName": NAME, "patientNHI": NHI}
    assert answer.json["recorded"] == recorded
    assert (answer.json["requested"], answer.json["source"]) == (recorded | other, "directory")
    assert clinic.everything() == ([], [])


def test_an_open_sessions_patient_gets_the_ehrs_id(clinic: Clinic) -> None:
    """A capture from the directory's page has no id of the EHR; the EHR's link brings it, by number and name."""
    known = patient(clinic, name=NAME, identifiers=[{"system": "nhi", "value": NHI}])
    clinic.open(patientId=known["patientId"], patientName=None, patientNHI=None)
    refusal(clinic.try_to_open(patientName="Mallory"), 409, "patient-mismatch")
    clinic.open()
    found = clinic.call("patients_look", token=clinic.clinician(), path={"patientId": known["patientId"]}).json
    assert found["externalId"] == "PAT-2002"


def test_the_same_nhi_number_is_the_same_patient(clinic: Clinic) -> None:
    """Somebody added by hand gets the EHR's id, if they have none yet and the name is the same."""
    known = patient(clinic, identifiers=[{"system": "nhi", "value": NHI}])
    clinic.open()
    told = clinic.call("patients_look", token=clinic.clinician(), path={"patientId": known["patientId"]}).json
    assert told["externalId"] == "PAT-2002"
    refusal(clinic.try_to_open("ENC-2", patientId="PAT-3"), 409, "patient-mismatch")
    patient(clinic, name="Tama", identifiers=[{"system": "nhi", "value": "ZZZ0024"}])
    refusal(clinic.try_to_open("ENC-2", patientId="PAT-3", patientNHI="ZZZ0024"), 409, "patient-mismatch")
