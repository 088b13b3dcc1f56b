"""A clinician's photo and notes arrive in the record's stand-in, through all functions of the running product."""

import io
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.e2e.people import Clinician, Phone, Reception, SignedIn, new_facility
from tests.e2e.photographs import CAMERA_OWNER, jpeg, skin
from tests.e2e.scenarios.desk import Desk
from tests.waiting import until

METADATA = {
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "laterality": {"code": "left", "display": "Left"},
    "imageType": {"code": "close-up", "display": "Close-up"},
}


def _connected(reception: Reception, stack: dict[str, Any], facility: str, person: SignedIn) -> str:
    """Connect a facility to the stand-in, which gets to know our public key, our app and a practitioner.

    Gives the practitioner's id.
    """
    client, app, ehr = f"bedside-{facility}", f"app-{facility}", f"{stack['ehrUrl']}/r4"
    registered = httpx.post(f"{ehr}/clients", json={"clientId": client, "jwks": []}).raise_for_status()
    body = {"baseUrl": registered.json()["baseUrl"], "clientId": client, "launchClientId": app}
    first = {"if-match": '"0"'}
    path = f"/admin/record-targets/{facility}"
    saved = reception.system.call("PUT", path, {"kind": "fhir", "fhir": body}, headers=first)
    assert saved.status_code == 200, saved.text
    launched = {"clientId": app, "jwks": [], "redirectUrls": [f"{stack['webUrl']}/launch"]}
    for known in ({"clientId": client, "jwks": [saved.json()["target"]["publicKey"]]}, launched):
        httpx.post(f"{ehr}/clients", json=known).raise_for_status()
    practitioner = _known(stack, {"resourceType": "Practitioner"})
    people = {"people": [{"practitionerId": practitioner, "userId": person.user_id}]}
    tied = reception.system.call("PUT", f"/admin/record-people/{facility}", people, headers=first)
    assert tied.status_code == 200, tied.text
    return practitioner


def _known(stack: dict[str, Any], resource: dict[str, Any]) -> str:
    """Let the record know a resource; gives its id."""
    made = httpx.post(f"{stack['ehrUrl']}/r4/resources", json={**resource, "id": f"e2e-{secrets.token_hex(5)}"})
    return str(made.raise_for_status().json()["id"])


def _signed(reception: Reception, stack: dict[str, Any], person: SignedIn, facility: str) -> str:
    """Have a visit with somebody whom facility and record know, and sign its notes; gives the visit's path."""
    visitor = reception.enrol(facility, "patient")
    patient = _known(stack, {"resourceType": "Patient", "name": [{"text": "Mere Paki"}]})
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


def _photographed(desk: Desk, http: httpx.Client) -> None:
    """Take a photo with a phone, record consent, and draw a circle on the photo."""
    desk.start()
    desk.ready()
    phone = Phone.scan(http, desk.token)
    phone.notify(phone.upload("image-1", jpeg(skin(1))), metadata=METADATA)
    desk.expect_photos(1)
    page = desk.page
    page.get_by_label("Consent to photography").select_option("Spoken, by the patient")
    page.get_by_role("button", name="Record consent").click()
    expect(page.locator("#consent-hint")).to_have_text("Consent recorded")
    desk.preview(1)
    tools = page.get_by_role("group", name="Photo tools")
    tools.get_by_role("button", name="Edit", exact=True).click()
    expect(page.locator("#preview-figure")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Drawn on the photo").get_by_role("button", name="Circle")).to_be_visible()
    tools.get_by_role("button", name="Done").click()
    expect(page.locator("#announcer")).to_have_text("Edits saved.")
    page.locator("#preview-close").click()


def _committed(desk: Desk, stack: dict[str, Any], patient: str) -> Image.Image:
    """Commit the photo, and look at it in the record's stand-in; gives what is there."""
    page = desk.page
    tools = page.get_by_role("group", name="Several photos")
    tools.get_by_role("button", name="Commit 1 photo").click()
    panel = page.get_by_role("region", name="Commit 1 photo to the record")
    panel.get_by_role("button", name="Commit 1 photo").click()
    expect(page.locator("#grid").get_by_text("In the record", exact=True)).to_be_visible()
    page.goto(stack["ehrUrl"])
    arrived = page.locator("#documents li").filter(has_text=f"Patient/{patient}")
    link = arrived.get_by_role("link", name="Clinical photo: Forearm, Left, Close-up")
    shown = httpx.get(f"{stack['webUrl']}{link.get_attribute('href')}").raise_for_status()
    assert shown.headers["content-type"] == "image/jpeg"
    assert CAMERA_OWNER.encode() not in shown.content
    return Image.open(io.BytesIO(shown.content))


@pytest.mark.quick
def test_photos_and_notes_arrive_in_the_record(
    http: httpx.Client, stack: dict[str, Any], reception: Reception, browser: Browser
) -> None:
    """Opened from the record, a photo is taken, drawn on and committed, and seen there; its timeline tells of it.

    Notes arrive as PDF.
    """
    facility = new_facility()
    person = reception.enrol(facility, "clinician")
    practitioner = _connected(reception, stack, facility, person)
    patient = _known(stack, {"resourceType": "Patient", "name": [{"given": ["Ana"], "family": "Rangi"}]})
    of = {"status": "in-progress", "class": {"code": "AMB"}, "subject": {"reference": f"Patient/{patient}"}}
    encounter = _known(stack, {"resourceType": "Encounter", **of})
    context = {"practitioner": practitioner, "patient": patient, "encounter": encounter}
    launch = httpx.post(f"{stack['ehrUrl']}/r4/launches", json=context).raise_for_status().json()
    window = browser.new_context(base_url=stack["webUrl"], viewport={"width": 1440, "height": 900})
    try:
        desk = Desk(window.new_page())
        desk.page.goto(f"/launch?{urlencode({'facility': facility, **launch})}")
        _photographed(desk, http)
        there = _committed(desk, stack, patient)
    finally:
        window.close()
    # What was drawn is red, and skin is not.
    colours: Any = there.convert("RGB").getcolors(there.width * there.height)
    assert any(red > 180 and green < 90 and blue < 90 for _, (red, green, blue) in colours)
    assert person.token
    clinician = Clinician(http, person.token)
    deleted = clinician.call("DELETE", f"/session/images/{encounter}/image-1")
    assert (deleted.status_code, deleted.json()["type"].rpartition("/")[2]) == (409, "committed")
    until(
        lambda: "photo-committed" in clinician.call("GET", f"/encounters/{encounter}").text,
        lambda: "the timeline does not tell of it",
    )
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
    timeline = f"/encounters/{visit.rpartition('/')[2]}"
    until(
        lambda: "notes-committed" in person.call("GET", timeline).text,
        lambda: f"the visit's timeline does not tell of it: {person.call('GET', timeline).text}",
    )
