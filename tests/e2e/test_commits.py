"""A clinician's photo and notes arrive in the record's stand-in, through all functions of the running product."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.e2e.people import Clinician, Phone, Reception, SignedIn, new_facility
from tests.e2e.photographs import jpeg, skin
from tests.waiting import until

METADATA = {
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "laterality": {"code": "left", "display": "Left"},
    "imageType": {"code": "close-up", "display": "Close-up"},
}


def _connected(reception: Reception, stack: dict[str, Any], facility: str) -> None:
    """Connect a facility to the stand-in, which gets to know our public key."""
    client, ehr = f"bedside-{facility}", f"{stack['ehrUrl']}/r4"
    registered = httpx.post(f"{ehr}/clients", json={"clientId": client, "jwks": []}).raise_for_status()
    base_url = registered.json()["baseUrl"]
    body = {"kind": "fhir", "fhir": {"baseUrl": base_url, "clientId": client}}
    path = f"/admin/record-targets/{facility}"
    saved = reception.system.call("PUT", path, body, headers={"if-match": '"0"'})
    assert saved.status_code == 200, saved.text
    known = {"clientId": client, "jwks": [saved.json()["target"]["publicKey"]]}
    httpx.post(f"{ehr}/clients", json=known).raise_for_status()


def _signed(reception: Reception, stack: dict[str, Any], person: SignedIn, facility: str) -> str:
    """Have a visit with somebody whom facility and record know, and sign its notes; gives the visit's path."""
    visitor, patient = reception.enrol(facility, "patient"), f"pat-{secrets.token_hex(5)}"
    resource = {"resourceType": "Patient", "id": patient, "name": [{"text": "Mere Paki"}]}
    httpx.post(f"{stack['ehrUrl']}/r4/resources", json=resource).raise_for_status()
    known = {"name": "Mere Pāki", "phone": visitor.phone, "externalId": patient}
    added = person.call("POST", "/patients", known)
    assert added.status_code == 201, added.text
    tied = person.call("PUT", f"/patients/{added.json()['patientId']}/person", headers={"if-match": '"1"'})
    assert tied.status_code == 200, tied.text
    starts_at = datetime.now(UTC) + timedelta(minutes=2)
    booking = {"patientId": visitor.user_id, "practitionerId": person.user_id, "startsAt": starts_at.isoformat()}
    booked = person.call("POST", "/visits", {**booking, "durationMinutes": 20})
    assert booked.status_code == 201, booked.text
    visit = f"/visits/{booked.json()['visitId']}"
    texts = {"chiefComplaint": "Itching.", "observations": "", "assessment": "", "plan": "Rest."}
    for who, method, action, body, headers in (
        (visitor, "POST", "join", {}, {}),
        (person, "POST", "join", {}, {}),
        (person, "POST", "end", {}, {}),
        (person, "PUT", "notes", texts, {"if-match": '"0"'}),
        (person, "POST", "notes/sign", {}, {"if-match": '"1"'}),
    ):
        answer = who.call(method, f"{visit}/{action}", body, headers=headers)
        assert answer.status_code == 200, answer.text
    return visit


@pytest.mark.quick
def test_photos_and_notes_arrive_in_the_record(http: httpx.Client, stack: dict[str, Any], reception: Reception) -> None:
    """A photo without its Exif data, which stays as it is from then on, and its timeline tells of it; notes as PDF."""
    facility, patient, encounter = new_facility(), f"pat-{secrets.token_hex(5)}", f"enc-{secrets.token_hex(5)}"
    _connected(reception, stack, facility)
    resource = {"resourceType": "Patient", "id": patient, "name": [{"text": "Ana Rangi"}]}
    httpx.post(f"{stack['ehrUrl']}/r4/resources", json=resource).raise_for_status()
    person = reception.enrol(facility, "clinician")
    assert person.token
    clinician = Clinician(http, person.token)
    opened = clinician.open(encounter, facilityId=facility, patientId=patient)
    phone = Phone.scan(http, opened["token"])
    phone.notify(phone.upload("image-1", jpeg(skin(1))), metadata=METADATA)
    consent = {"manner": "spoken", "givenBy": "patient"}
    assert clinician.call("PUT", f"/session/consent/{encounter}", consent).status_code == 200
    [image] = clinician.images(encounter)
    wanted = {"images": [{"imageId": "image-1", "version": image["revision"]}]}
    answer = clinician.call("POST", f"/session/{encounter}/commit", wanted, headers={"idempotency-key": encounter})
    assert answer.status_code == 202, answer.text
    path = f"/session/{encounter}/commits/{answer.json()['commitId']}"

    def file() -> dict[str, Any]:
        [found] = clinician.call("GET", path).json()["files"]
        return dict(found)

    until(lambda: file()["status"] != "committing", lambda: f"the photo has not arrived: {file()}")
    assert file()["status"] == "committed", file()
    name = file()["documentId"].rpartition("/")[2]
    arrived = httpx.get(f"{stack['ehrUrl']}/r4/documents/{name}").raise_for_status()
    assert (arrived.headers["content-type"], arrived.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert b"Camera of Ana" not in arrived.content
    deleted = clinician.call("DELETE", f"/session/images/{encounter}/image-1")
    assert (deleted.status_code, deleted.json()["type"].rpartition("/")[2]) == (409, "committed")
    until(
        lambda: "photo-committed" in clinician.call("GET", f"/encounters/{encounter}").text,
        lambda: "the timeline does not tell of it",
    )
    resolved = clinician.call("POST", f"{path}/files/image-1/resolve", {"absent": True})
    assert resolved.status_code == 409, resolved.text
    visit = _signed(reception, stack, person, facility)
    answer = person.call("POST", f"{visit}/notes/commit")
    assert answer.status_code == 202, answer.text

    def notes() -> dict[str, Any]:
        [found] = person.call("GET", f"{visit}/notes/commits").json()["files"]
        return dict(found)

    until(lambda: notes()["status"] != "committing", lambda: f"the notes have not arrived: {notes()}")
    assert notes()["status"] == "committed", notes()
    name = notes()["documentId"].rpartition("/")[2]
    arrived = httpx.get(f"{stack['ehrUrl']}/r4/documents/{name}").raise_for_status()
    assert (arrived.headers["content-type"], arrived.content[:4]) == ("application/pdf", b"%PDF")
