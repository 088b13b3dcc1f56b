"""Administrators of the system connect facilities to their records, and test the connections."""

import re

from playwright.sync_api import Page, Route, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.commits.conftest import Records
from tests.web.german import check_german
from tests.web.people_fake import problem
from tests.web.tabs import Open


def people_are_tied(page: Page, records: Records) -> None:
    """Clinicians are chosen by name; each of them, and each practitioner of the record, once."""
    mere, ties = records.people.clinician["userId"], records.ties
    expect(page.get_by_label("Launch URL")).to_have_value(f"{records.origin}/launch?facility=FAC001")
    expect(page.get_by_label("Redirect URL")).to_have_value(f"{records.origin}/launch")
    who = page.get_by_role("region", name="Who is who in the record")
    said, person, practitioner = who.locator("#people-said"), who.locator("#person"), who.locator("#practitioner")
    connect = who.get_by_role("button", name="Connect", exact=True)
    expect(said).to_have_text("Nobody is connected yet.")
    person.fill("mer")
    who.get_by_role("option", name="Mere Tipene").click()
    connect.click()
    expect(who.get_by_text("Copy the practitioner\u2019s ID from the record.")).to_be_visible()
    practitioner.fill("https://fhir.example/r4/Practitioner/prac-1")
    # Somebody else is faster.
    gone = {"practitionerId": "prac-9", "userId": "userwholeftlongago"}
    ties["FAC001"], records.tie_versions["FAC001"] = [gone], 4
    connect.click()
    expect(who.get_by_role("alert")).to_contain_text("Somebody else has changed who is who")
    expect(who.get_by_role("listitem")).to_have_text(
        ["Somebody who is no longer at the facilityIn the record: prac-9Disconnect"]
    )
    connect.click()
    expect(said).to_have_text("Mere Tipene can open Bedside from the record.")
    assert ties["FAC001"] == [gone, {"practitionerId": "prac-1", "userId": mere}]
    expect(person).to_have_value("")
    # Administrators are no clinicians.
    person.fill("Hana")
    expect(who.get_by_text("Nothing found for \u201cHana\u201d")).to_be_visible()
    person.fill("Mere")
    who.get_by_role("option", name="Mere Tipene").click()
    practitioner.fill("prac-9")
    connect.click()
    expect(who.get_by_text("This person is connected already.")).to_be_visible()
    expect(who.get_by_text("Somebody else is connected with this practitioner.")).to_be_visible()
    who.get_by_role("button", name="Disconnect Mere Tipene").click()
    expect(said).to_have_text("Mere Tipene can no longer open Bedside from the record.")
    assert ties["FAC001"] == [gone]


def nothing_is_saved_meanwhile(page: Page) -> None:
    """Until another facility's settings are read, there are none to save."""
    held: list[Route] = []
    other = "**/admin/record-targets/FAC002"
    page.route(other, lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks what it calls
    page.get_by_label("Facility", exact=True).select_option("Harbour Clinic")
    until(lambda: held, "nobody asks for the settings", page=page)
    expect(page.locator("#form")).to_be_hidden()
    expect(page.locator("#people")).to_be_hidden()
    held[0].continue_()
    page.unroute(other)


def test_a_record_is_connected_and_tested(visitor: Open, records: Records) -> None:
    """A FHIR server with our key, then ALEX with a secret that is not shown again; the findings are in words."""
    page = visitor(records.people.admin, width=390)
    page.goto("/record-target")
    expect(page.locator("#people-said")).to_have_text("Nobody is connected yet.")
    expect(page.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    for part in ("#facility-part", "#form", "#key", "#check", "#launch"):
        expect(page.locator(part)).to_be_hidden()
    page = visitor(records.people.system_admin)
    page.goto("/record-target")
    page.get_by_label("Facility", exact=True).select_option("Kauri Street Hospital")
    expect(page.locator("#said")).to_have_text("This facility is not connected to a record yet.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Address", exact=True)).to_be_focused()
    page.get_by_label("Address", exact=True).fill("https://fhir.example/r4")
    page.get_by_label("Client ID", exact=True).fill("bedside")
    errors = [{"field": "fhir.baseUrl", "message": "This address is not allowed.", "code": "invalid"}]
    records.refusal = problem(422, "invalid-request", errors=errors)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Address", exact=True)).to_have_attribute("aria-invalid", "true")
    records.refusal = problem(412, "precondition-failed", {"etag": '"9"'})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this connection")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("The connection is saved. Test it now.")
    assert records.saved[0]["fhir"] == {
        "baseUrl": "https://fhir.example/r4",
        "clientId": "bedside",
        "version": "R4",
        "tokenUrl": None,
        "scope": None,
        "launchClientId": None,
        "photos": "documentReference",
        "format": "jpeg",
        "algorithm": "ES384",
        "newKey": False,
    }
    expect(page.get_by_label("Key, as a JSON Web Key Set")).to_have_value(re.compile('"kid": "k1"'))
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#check-said")).to_have_text("Testing…")
    found = {"step": "sign-in", "ok": False, "detail": "invalid_client"}
    records.check("FAC001", "failed", {"step": "discovery", "ok": True}, found)
    expect(page.locator("#check-said")).to_have_text(re.compile("^The connection does not work, as of"))
    expect(page.locator("#findings > li")).to_have_count(2)
    expect(page.locator("#findings > li").last).to_contain_text("Check the client ID")
    people_are_tied(page, records)
    audit(page, "record-target", 320)

    nothing_is_saved_meanwhile(page)
    expect(page.locator("#said")).to_have_text("This facility is not connected to a record yet.")
    page.get_by_label("Kind of record").select_option("Medtech by ALEX")
    for name, value in (
        ("Address", "https://relay.example"),
        ("Client ID", "bedside"),
        ("Client secret", "s3cret-value"),
        ("Address for signing in", "https://login.example/token"),
        ("Scope", "api://alex/.default"),
        ("Practice\u2019s facility ID at ALEX", "F2N060-E"),
    ):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Client secret")).to_have_value("")
    assert records.saved[1]["alex"]["clientSecret"] == "s3cret-value"
    page.get_by_label("Client ID", exact=True).fill("bedside-2")
    page.get_by_role("button", name="Save").click()
    until(lambda: len(records.saved) == 3, "nothing more was saved")
    expect(page.locator("#said")).to_have_text("The connection is saved. Test it now.")
    expect(page.locator("#key")).to_be_hidden()
    expect(page.get_by_label("Launch URL")).to_have_value(f"{records.origin}/launch")
    expect(page.locator("#people")).to_be_hidden()
    assert "clientSecret" not in records.saved[2]["alex"]
    check_german(page, "/record-target", "#form", "#facility, #findings, textarea")
