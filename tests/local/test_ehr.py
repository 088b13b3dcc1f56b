"""The stand-ins for records: what scripts may do with them, and what functions may."""

import base64
from collections.abc import Iterator

import httpx
import pytest

from local.ehr.app import Ehr
from tests.web.serving import Serving

PATIENT = {"resourceType": "Patient", "id": "pat-1"}
FORM = {"grant_type": "client_credentials", "client_id": "us", "client_secret": "secret-of-ours", "scope": "x"}
SCAN = {
    "resourceType": "DocumentReference",
    "identifier": [{"system": "urn:ietf:rfc3986", "value": "urn:uuid:1"}],
    "status": "current",
    "type": {"coding": [{"system": "http://loinc.org", "code": "72170-4"}]},
    "date": "2026-03-07T00:00:00Z",
}


@pytest.fixture(scope="module")
def ehr() -> Ehr:
    return Ehr("http://record.example")


@pytest.fixture(scope="module")
def scripts(ehr: Ehr) -> Iterator[httpx.Client]:
    server = Serving(ehr)
    with httpx.Client(base_url=f"{server.origin}/ehr", trust_env=False) as client:
        yield client
    server.stop()


@pytest.fixture(scope="module")
def functions(ehr: Ehr) -> Iterator[httpx.Client]:
    server = Serving(ehr.for_functions())
    with httpx.Client(base_url=f"{server.origin}/ehr", trust_env=False) as client:
        yield client
    server.stop()


def test_developers_see_what_arrived(scripts: httpx.Client, functions: httpx.Client) -> None:
    """A client that scripts have registered stores a document, for a patient whom they have added."""
    made = scripts.post("/alex/clients", json={"clientId": "us", "secret": FORM["client_secret"]})
    assert made.json() == {
        "tokenUrl": "http://record.example/ehr/alex/token",
        "baseUrl": "http://record.example/ehr/alex",
    }
    assert scripts.post("/alex/resources", json=PATIENT).status_code == 201
    token = functions.post("/alex/token", data=FORM).json()["access_token"]
    content = {"contentType": "application/pdf", "data": base64.b64encode(b"%PDF").decode()}
    scan = {
        **SCAN,
        "subject": {"reference": "http://record.example/ehr/alex/Patient/pat-1"},
        "content": [{"attachment": content}],
    }
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/fhir+json",
        "mt-facilityid": "F2N060-C",
        "mt-correlationid": "1",
    }
    created = functions.post("/alex/DocumentReference", json=scan, headers=headers)
    assert created.status_code == 201
    [arrived] = scripts.get("/state").json()["alex"]["arrived"]
    assert arrived["content"][0]["attachment"]["data"] == "8 characters"
    shown = scripts.get(f"/alex/documents/{arrived['id']}")
    assert (shown.content, shown.headers["content-type"]) == (b"%PDF", "application/pdf")
    assert "sandbox" in shown.headers["content-security-policy"]
    other = {**headers, "mt-facilityid": "other"}
    assert functions.get(f"/alex/DocumentReference/{arrived['id']}", headers=other).status_code == 404
    forbidden = functions.get("/alex/DocumentReference", params={"patient": "pat-1"}, headers=headers)
    assert forbidden.status_code == 403


def test_scripts_let_things_go_wrong(scripts: httpx.Client, functions: httpx.Client) -> None:
    """By switches, of each record its own; what is none is 422 and changes nothing."""
    assert scripts.post("/r4/faults", json={"signIn": "cut"}).json()["signIn"] == "cut"
    with pytest.raises(httpx.RemoteProtocolError):
        functions.post("/r4/token", data=FORM)
    assert functions.post("/r5/token", data=FORM).status_code == 401
    refused: list[object] = [{"creates": ["what"]}, {"creates": "ok"}, {"search": "x"}, {"more": 1}, []]
    for wrong in refused:
        assert scripts.post("/r4/faults", json=wrong).status_code == 422
    assert scripts.get("/r4/faults").json()["signIn"] == "cut"
    assert scripts.delete("/r4/faults").json()["signIn"] == ""


@pytest.mark.parametrize("path", ["/state", "/r4/faults", "/", ""])
def test_functions_reach_the_records_only(functions: httpx.Client, path: str) -> None:
    """Not the switches, and nothing without a token."""
    assert functions.get(path).status_code in {401, 404}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/r9/clients", {"clientId": "us"}, 404),
        ("/r4/clients", {}, 422),
        ("/r4/clients", [], 422),
        ("/r9/resources", PATIENT, 404),
        ("/r4/resources", {"resourceType": "Observation"}, 422),
        ("/r4/resources", {**PATIENT, "name": "none"}, 422),
        ("/r9/faults", {}, 404),
    ],
)
def test_what_is_not_known_is_refused(scripts: httpx.Client, path: str, body: object, status: int) -> None:
    """With a message."""
    answer = scripts.post(path, json=body)
    assert (answer.status_code, "message" in answer.json()) == (status, True)


def test_the_page_is_there(scripts: httpx.Client) -> None:
    """With its script; a document that did not arrive is 404."""
    assert "Patient records" in scripts.get(str(scripts.base_url).rstrip("/")).text
    assert scripts.get("/boards/ehr.js").status_code == 200
    assert scripts.get("/r4/documents/none").status_code == 404
