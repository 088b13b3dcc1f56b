"""The patients page: found while somebody types, and added once nobody alike is there."""

import threading

from playwright.sync_api import Page, expect

from tests.web.accessibility import audit
from tests.web.patients.conftest import Directory
from tests.web.people_fake import Fault
from tests.web.tabs import Open


def rows(page: Page) -> list[str]:
    return page.locator("#list strong").all_text_contents()


def test_patients_are_found_while_somebody_types(visitor: Open, directory: Directory) -> None:
    """By any facts, each search in the place of the last; the keyboard goes through the results and opens one."""
    nhi = [{"system": "nhi", "value": "ZZZ0016"}]
    mere = directory.add("Mere Pāki-Ngāta", dateOfBirth="1984-03-07", phone="+64215550164", identifiers=nhi)
    for name in ("Aroha Ngata", "Tama Ngata", "Wiremu Ngata"):
        directory.add(name)
    held = threading.Event()
    directory.fail("GET /patients", Fault(503, "unavailable"))
    page = visitor(directory.people.clinician)
    page.clock.install()
    page.goto("/directory")
    page.clock.run_for(8000)
    find = page.get_by_role("searchbox", name="Find a patient")
    expect(find).to_be_focused()
    expect(page.locator("#find-hint")).to_contain_text("NHI, phone or date of birth")
    expect(page.locator("#count")).to_have_text("3 patients, more to show")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#count")).to_have_text("4 patients")
    expect(page.get_by_role("link", name="Wiremu Ngata")).to_be_focused()
    for typed in ("ngata me", "zzz 0016", "0164", "7/3/1984"):
        find.fill(typed)
        page.clock.run_for(200)
        expect(page.locator("#list strong")).to_have_text(["Mere Pāki-Ngāta"])
        # The search before has found the same; its results are dim until this one has come.
        expect(page.locator("#list")).not_to_contain_class("stale")
    row = page.get_by_role("link", name="Mere Pāki-Ngāta")
    expect(row).to_contain_text("7 March 1984")
    expect(row).to_contain_text("NHI ZZZ0016 · +64215550164")
    audit(page, "directory", 320)
    directory.fail("GET /patients", Fault(held=held))
    find.fill("aroha")
    page.clock.run_for(200)
    find.fill("ngata")
    page.clock.run_for(200)
    expect(page.locator("#count")).to_have_text("3 patients, more to show")
    held.set()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Aroha Ngata")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    expect(find).to_be_focused()
    directory.fail("GET /patients", Fault(422, "invalid-request"))
    find.fill("mere")
    page.clock.run_for(200)
    expect(page.locator("#list-said")).to_contain_text("as told by the server")
    find.fill("mere p")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{directory.origin}/patient?id={mere['patientId']}")


def test_a_patient_is_added_once_nobody_alike_is_there(visitor: Open, directory: Directory) -> None:
    """Those alike are shown beside the new one, and a number that another has says whose it is."""
    page = visitor(directory.people.clinician, width=390)
    page.goto("/directory")
    expect(page.get_by_role("heading", name="No patients yet")).to_be_visible()
    audit(page, "directory")
    nhi = [{"system": "nhi", "value": "ZZZ0016"}]
    directory.add("Āroha Ngata", dateOfBirth="1984-03-07", identifiers=nhi)
    page.get_by_role("searchbox").fill("Tama Paki")
    page.get_by_role("button", name="Add “Tama Paki”").click()
    dialog = page.get_by_role("dialog", name="New patient")
    expect(dialog.get_by_label("Name")).to_have_value("Tama Paki")
    dialog.get_by_label("Name").fill(" ")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-name-error")).to_contain_text("Enter the patient")
    dialog.get_by_label("Name").fill("Aroha Ngata")
    dialog.get_by_label("Date of birth").fill("1984-03-07")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="Is it this patient?")).to_be_focused()
    expect(dialog.get_by_role("link", name="Already here: Āroha Ngata")).to_be_visible()
    expect(dialog.get_by_role("row").nth(2)).to_have_text("Date of birth7 March 19847 March 1984")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    audit(page, "directory", 320)
    dialog.get_by_label("NHI").fill("ZZZ0016")
    expect(dialog.get_by_role("heading", name="Is it this patient?")).to_be_hidden()
    for _ in range(2):
        dialog.locator("#new-yes").click()
    expect(page.locator("#new-failure")).to_have_text("Āroha Ngata has this number already.")
    dialog.get_by_label("NHI").fill("")
    dialog.locator("#new-yes").click()
    dialog.get_by_role("button", name="Add as another patient").click()
    expect(page.get_by_role("heading", name="Aroha Ngata", level=1)).to_be_visible()
    assert directory.asked[-2] == (
        "POST",
        "/patients",
        {"name": "Aroha Ngata", "dateOfBirth": "1984-03-07", "identifiers": []},
    )


def test_the_directory_is_for_staff(visitor: Open, directory: Directory) -> None:
    """Others are told so."""
    page = visitor(directory.people.patient)
    page.goto("/directory")
    expect(page.get_by_role("heading", name="Patients are for verified clinicians")).to_be_visible()
    audit(page, "directory")
    page.goto("/patient?id=x")
    expect(page.get_by_role("heading", name="Patients are for verified clinicians")).to_be_visible()
