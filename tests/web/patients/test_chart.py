"""A patient's page: who they are, what can be done for them, and changes of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.patients.conftest import Directory
from tests.web.people_fake import Fault, Json, person
from tests.web.tabs import Open


def test_a_patient_is_looked_at_and_changed(visitor: Open, directory: Directory) -> None:
    """Facts with the age, links with ids that nobody reads, and nobody else's change is overwritten."""
    nhi = [{"system": "nhi", "value": "ZZZ0016"}]
    mere = directory.add("Mere Paki", dateOfBirth="1984-03-07", sex="female", phone="+64215550999", identifiers=nhi)
    path = f"/patients/{mere['patientId']}"
    directory.fail(f"GET {path}", Fault(404, "patient-not-found"))
    page = visitor(directory.people.clinician)
    page.goto(f"/patient?id={mere['patientId']}")
    expect(page.get_by_role("heading", name="Your facility has no such patient")).to_be_visible()
    directory.encounters[mere["patientId"]] = [_encounter("enc-2"), _encounter("enc-1", kind="visit")]
    page.reload()
    expect(page.get_by_role("heading", name="Mere Paki", level=1)).to_be_focused()
    section = page.locator("#encounters")
    expect(section.get_by_role("listitem").get_by_role("link")).to_have_text(
        [re.compile("Photos.*Open"), re.compile("Video visit.*Open")]
    )
    expect(section.get_by_role("link").first).to_have_attribute("href", "/encounter?id=enc-2")
    expect(section.get_by_role("link").first).to_have_css("display", "grid")  # as in the list of all
    expect(page.locator(".chart-facts")).not_to_have_css("padding-inline-start", "0px")
    all_of_them = section.get_by_role("link", name="All encounters")
    expect(all_of_them).to_have_attribute("href", f"/history?patientId={mere['patientId']}")
    expect(page).to_have_title("Patient · Bedside")
    expect(page.locator("#crumbs")).to_have_text("PatientsMere Paki")
    expect(page.locator("#crumbs li").last).to_have_attribute("title", "Mere Paki")
    facts = page.locator("#facts dd")
    expect(facts).to_have_text([re.compile(r"7 March 1984 \(\d+ years\)"), "Female", "ZZZ0016", "+64215550999"])
    assert mere["patientId"] not in page.inner_text("body")
    audit(page, "patient", 320)
    photos = page.get_by_role("link", name="New photos").get_attribute("href") or ""
    assert re.fullmatch(rf"/\?patientId={mere['patientId']}&encounterId=[0-9a-f-]{{36}}", photos)

    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit patient")
    expect(dialog.get_by_label("Date of birth")).to_have_value("1984-03-07")
    dialog.get_by_label("Name").fill("Mere Tamaki")
    dialog.get_by_label("Sex").select_option(label="Not recorded")
    directory.versions[mere["patientId"]] += 1
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#edit-failure")).to_contain_text("Somebody else changed this patient meanwhile.")
    audit(page, "patient")
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Edit").click()
    dialog.get_by_label("Name").fill("Mere Tamaki")
    dialog.get_by_label("Sex").select_option(label="Not recorded")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mere Tamaki", level=1)).to_be_visible()
    expect(facts.nth(1)).to_have_text("Not recorded")


def test_pages_of_patients_are_translated_and_mirror(
    visitor: Open, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have all their texts from catalogues, in German too, find room for longer words, and are mirrored."""
    nhi = [{"system": "nhi", "value": "ZZZ0016"}]
    mere = directory.add("Mere Paki", dateOfBirth="1984-03-07", sex="female", phone="+64215550999", identifiers=nhi)
    directory.encounters[mere["patientId"]] = [_encounter("enc-2"), _encounter("enc-1", kind="visit")]
    page = visitor(directory.people.clinician)
    page.goto("/favicon.ico")
    check_german(page, "/directory", "#list li")
    check_german(page, f"/patient?id={mere['patientId']}", "#encounters li")
    use_pseudo(monkeypatch)
    check_mirrored(page, "/directory", "#list li", "Mere Paki|NHI|.*NHI ZZZ0016.*")
    check_mirrored(page, f"/patient?id={mere['patientId']}", "#encounters li", "Mere Paki|NHI|ZZZ0016|.*NHI ZZZ0016.*")


def _encounter(encounter_id: str, kind: str = "capture") -> Json:
    """Return an encounter as the API tells of it."""
    return {
        "encounterId": encounter_id,
        "kind": kind,
        "patientId": "PAT-1",
        "recordId": None,
        "patientName": None,
        "startedAt": "2026-11-20T09:15:00.000Z",
        "endedAt": None,
        "state": "open",
        "photoCount": 0,
        "lastEventAt": "2026-11-20T09:15:00.000Z",
    }


def test_a_person_signs_in_for_a_patient(visitor: Open, directory: Directory) -> None:
    """By the patient's number, if an administrator has added it; then visits can be booked."""
    tama = directory.add("Tama Paki", phone="+64215550888")
    page = visitor(directory.people.clinician, width=320)
    page.goto(f"/patient?id={tama['patientId']}")
    expect(page.get_by_role("link", name="Book a visit")).to_be_hidden()
    let = page.get_by_role("button", name="Let +64215550888 sign in for them")
    let.click()
    expect(page.locator("#chart-said")).to_contain_text("Ask an administrator to add the number")
    directory.people.add(person(888, "patient", phone="+64215550888"))
    let.click()
    expect(page.locator("#sign-in-text")).to_have_text("Signs in by phone, and finds video visits there.")
    expect(page.get_by_role("link", name="Book a visit")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Remove this sign-in").click()
    expect(let).to_be_visible()
    let.click()
    expect(page.locator("#sign-in-text")).to_have_text("Signs in by phone, and finds video visits there.")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Phone").fill("+64215550889")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#chart-said")).to_contain_text("the sign-in ended with the old phone number")
    expect(page.get_by_role("button", name="Let +64215550889 sign in for them")).to_be_visible()
