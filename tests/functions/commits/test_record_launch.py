"""POST /launches, POST /launches/complete, and who of a facility is who in its record."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bedside.commits.launches.settings import LaunchSettings
from bedside.commits.launches.wiring import LaunchesWiring
from tests.fakes.ehr import RunningRecords
from tests.functions.clinic import Clinic, refusal
from tests.tables import COMMITS

PATH = {"facilityId": "FAC001"}


@pytest.fixture(scope="module")
def records() -> Iterator[RunningRecords]:
    found = RunningRecords(time.time)
    yield found
    found.stop()


def test_a_launch_signs_a_clinician_in(clinic: Clinic, records: RunningRecords) -> None:
    """Their facility's administrators have said who they are; what was open in the record comes with it."""
    records.start()
    record = records.record("r4")
    wiring: Any = clinic.wiring.platform.domain(LaunchesWiring)
    wiring.__dict__["settings"] = LaunchSettings(
        COMMITS, "https://sqs.example.org/commits", frozenset({records.server.origin})
    )
    clinic.wiring.record_targets.__dict__["hosts"] = records.hosts
    record.launches.apps["app"] = {"https://bedside.example.org/launch"}
    system, phone = clinic.member(None, ("systemAdmin",)), "+64215550119"
    clinic.member("FAC001", ("clinician",), phone=phone)
    fhir = {"baseUrl": record.base_url, "clientId": "bedside", "launchClientId": "app"}
    assert clinic.call("record_targets_save", {"kind": "fhir", "fhir": fhir}, token=system, path=PATH).status == 200
    launch = record.launches.begin({"practitioner": "prac-1", "patient": "pat-1"})
    asked = {"facilityId": "FAC001", "iss": record.base_url, "launch": launch}
    begun = clinic.call("record_launch_begin", asked)
    assert begun.status == 201, begun
    back = record.launches.authorize(dict(parse_qsl(urlsplit(begun.json["authorizeUrl"]).query)))
    told = dict(parse_qsl(urlsplit(back.headers["location"]).query)) | {"browser": begun.json["browser"]}
    tied = {"people": [{"practitionerId": "prac-1", "userId": clinic.user_id(phone)}]}
    saved = clinic.call("record_launch_save_people", tied, token=clinic.clinician(roles=("facilityAdmin",)), path=PATH)
    assert (saved.status, saved.headers["etag"]) == (200, '"1"')
    answer = clinic.call("record_launch_complete", told)
    assert answer.status == 200, answer
    assert answer.json["context"] == {
        "facilityId": "FAC001",
        "encounterId": None,
        "patientId": "pat-1",
        "patientName": "Ana Maria Tane",
        "patientNHI": "ZAA0067",
    }
    signed_in = answer.json["signIn"]
    assert signed_in["user"]["userId"] == clinic.user_id(phone)
    assert clinic.call("users_describe", token=signed_in["accessToken"]).status == 200
    refusal(clinic.call("record_launch_complete", told), 403, "launch-refused")
    people = clinic.call("record_launch_people", token=system, path=PATH)
    assert people.json == {"facilityId": "FAC001", **tied}
    [entry] = [each for each in clinic.audit() if each["act"] == "launch"]
    assert (entry["by"], entry["after"], entry["origin"]) == (
        clinic.user_id(phone),
        "Practitioner/prac-1",
        "203.0.113.7",
    )
    [entry] = [each for each in clinic.audit() if each["act"] == "change-record-people"]
    assert entry["after"] == f"prac-1: {clinic.user_id(phone)}"


@pytest.mark.parametrize(
    "body",
    [
        {"state": "x", "code": "c", "browser": "y" * 43},
        {"state": "x" * 43, "code": "", "browser": "y" * 43},
        {"state": "x" * 43, "code": "c"},
    ],
)
def test_what_is_no_launch_is_refused(clinic: Clinic, body: dict[str, str]) -> None:
    """Before anybody is asked."""
    refusal(clinic.call("record_launch_complete", body), 422, "invalid-request")
    refusal(clinic.call("record_launch_begin"), 403, "launch-refused")
