"""GET, PUT /admin/record-targets/{facilityId}, and the connection's test, which another function does."""

import json

import pytest

from tests.functions.clinic import Clinic, event_of, refusal

FHIR = {"baseUrl": "https://fhir.hospital.example/r4", "clientId": "bedside"}
PATH = {"facilityId": "FAC001"}


@pytest.fixture
def token(clinic: Clinic) -> str:
    """An administrator of the system."""
    return clinic.member(None, ("systemAdmin",))


def test_a_record_is_set_up(clinic: Clinic, token: str) -> None:
    """By administrators of the system, with the version that they have seen; the trail knows who did."""
    assert clinic.call("record_targets_target", token=token, path=PATH).json == {"facilityId": "FAC001", "target": None}
    saved = clinic.call("record_targets_save", {"kind": "fhir", "fhir": FHIR}, token=token, path=PATH)
    assert (saved.status, saved.headers["etag"]) == (200, '"1"')
    assert saved.json["target"]["fhir"]["baseUrl"] == FHIR["baseUrl"]
    secrets = clinic.wiring.record_targets.secrets.stored
    assert len(secrets) == 1
    shown = clinic.call("record_targets_target", token=token, path=PATH)
    assert "PRIVATE" not in shown.text
    assert shown.json["target"]["publicKey"]["alg"] == "ES384"
    refusal(
        clinic.call("record_targets_save", {"kind": "download"}, token=token, path=PATH), 412, "precondition-failed"
    )
    wrong = {"kind": "fhir", "fhir": {**FHIR, "baseUrl": "http://fhir.hospital.example"}}
    headers: dict[str, str | None] = {"if-match": '"1"'}
    refused = clinic.call("record_targets_save", wrong, token=token, path=PATH, headers=headers)
    refusal(refused, 422, "invalid-request")
    assert "fhir.hospital" not in refused.text
    [entry] = [each for each in clinic.audit() if each["act"] == "change-record-target"]
    assert (entry["whom"], entry["after"]) == ("FAC001", f"fhir R4 at {FHIR['baseUrl']}, documentReference as jpeg")


def test_a_connection_is_tested_elsewhere(clinic: Clinic, token: str) -> None:
    """Where the secret is: the page reads what was found."""
    refusal(clinic.call("record_targets_check", token=token, path=PATH), 409, "no-record-target")
    clinic.call("record_targets_save", {"kind": "download"}, token=token, path=PATH)
    asked = clinic.call("record_targets_check", token=token, path=PATH)
    assert (asked.status, asked.json["target"]["check"]["state"]) == (202, "running")
    event = event_of("record_commit")
    [message] = clinic.wiring.record_targets.queue.due()
    event["Records"][0]["body"] = json.dumps(message)
    assert clinic.invoke("record_commit", event) == {"batchItemFailures": []}
    check = clinic.call("record_targets_target", token=token, path=PATH).json["target"]["check"]
    assert (check["state"], check["findings"]) == ("passed", [{"step": "storage", "ok": True}])
