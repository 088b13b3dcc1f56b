"""Whose photos these are: codes, sessions, and never the wrong patient."""

import threading
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from bedside.capture.phone import MAX_PHONES
from tests.web.phone.fake_clinic import Clinic, Fault
from tests.web.phone.steps import choose, hurry, scan, scan_next, screen, stored_pictures


def test_the_patient_is_named_on_every_screen(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Name and NHI are in view from validation to success, also when the screen is scrolled."""
    patient = page.locator("#patient")
    scan(page, clinic)
    choose(page, album[:1])
    for step in ("#review", "#describe", "#next", "#send"):
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(patient).to_be_in_viewport()
        expect(patient).to_contain_text("Aroha Ngata")
        expect(patient).to_contain_text("NHI ZAC5361")
        page.locator(step).tap()
    screen(page, "success")
    expect(patient).to_contain_text("Aroha Ngata")


def test_a_patient_without_a_name_shows_the_id(page: Page, clinic: Clinic) -> None:
    """The desktop need not give a name."""
    page.goto(clinic.open("P77", name=None, nhi=None))
    expect(page.locator("#patient-name")).to_have_text("Patient P77")
    expect(page.locator("#patient-nhi")).to_be_hidden()


def test_markup_in_a_name_is_text(page: Page, clinic: Clinic) -> None:
    """A name is shown as it is written."""
    page.goto(clinic.open("P1", name="<img src=x onerror=alert(1)>"))
    expect(page.locator("#patient-name")).to_have_text("<img src=x onerror=alert(1)>")


def test_the_token_leaves_the_address_bar(page: Page, clinic: Clinic) -> None:
    """After validation neither the address nor the storage holds the QR token."""
    address = clinic.open()
    page.goto(address)
    screen(page, "capture")
    assert page.url == f"{clinic.base}/capture"
    token = address.split("=")[1]
    assert token not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_token_in_the_query_is_moved_to_the_fragment(page: Page, clinic: Clinic) -> None:
    """`?t=` is accepted, and moved to where no server sees it before anything else happens."""
    answer = threading.Event()
    clinic.fail("validate", Fault(held=answer))
    page.goto(clinic.open().replace("#t=", "?t="))
    page.wait_for_url("**/capture#t=*")
    answer.set()
    screen(page, "capture")
    assert page.url == f"{clinic.base}/capture"


def test_an_expired_code(page: Page, clinic: Clinic) -> None:
    """A code that is too old says so and what to do; no patient is named."""
    page.goto(f"{clinic.base}/capture#t=old")
    screen(page, "error")
    expect(page.locator("#error-title")).to_have_text("This code has expired")
    expect(page.locator("#error-hint")).to_contain_text("Scan the new one")
    expect(page.locator("#error-retry")).to_be_hidden()
    expect(page.locator("#patient")).to_be_hidden()


def test_another_phone_waits_to_be_let_in(page: Page, clinic: Clinic) -> None:
    """It shows its words and names no patient; one too many or refused, it says so; let in, both screens name it."""
    address = clinic.open()
    session = clinic.session()
    session.phones |= dict.fromkeys(map(str, range(MAX_PHONES)))
    page.clock.install()
    page.goto(address)
    expect(page.locator("#error-title")).to_have_text("This phone was not let in")
    session.phones = {"the first": True}
    scan_next(page, clinic.open())
    expect(page.get_by_role("heading", name="Ask the clinician to let this phone in")).to_be_focused()
    expect(page.locator("#asking-words")).to_have_text("amber heron")
    expect(page.locator("#patient")).to_be_hidden()
    [mine] = session.phones.keys() - {"the first"}
    session.phones[mine] = False
    hurry(page, 3)
    expect(page.locator("#error-title")).to_have_text("This phone was not let in")
    session.phones[mine] = None
    scan_next(page, clinic.open())
    screen(page, "asking")
    session.phones[mine] = True
    hurry(page, 3)
    screen(page, "capture")
    expect(page.locator("#paired")).to_have_text("Android phone connected · amber heron")


def test_no_code(page: Page, clinic: Clinic) -> None:
    """The bare page asks to scan the code."""
    page.goto(f"{clinic.base}/capture")
    expect(page.locator("#error-title")).to_have_text("Scan the code")


def test_an_unreachable_server_can_be_tried_again(context: BrowserContext, page: Page, clinic: Clinic) -> None:
    """When validation keeps failing there is a button, and the code still works."""
    context.route("**/session/token/*", lambda route: route.abort("connectionfailed"))
    page.clock.install()
    page.goto(clinic.open())
    hurry(page, 9)
    screen(page, "error")
    context.unroute("**/session/token/*")
    page.locator("#error-retry").tap()
    screen(page, "capture")


def test_the_first_code_still_opens_its_own_session(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A tab restored with its dead code goes on with the session that code began."""
    address = clinic.open()
    page.goto(address)
    choose(page, album[:1])
    clinic.tokens.clear()
    page.goto("about:blank")
    page.goto(address)
    screen(page, "review")
    expect(page.locator(".tile")).to_have_count(1)


def test_photos_never_go_to_the_next_patient(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Another patient's code while photos are unsent: they are finished for their own patient first."""
    scan(page, clinic, "P1", "Aroha Ngata")
    choose(page, album[:2])
    page.goto(clinic.open("P2", "Wiremu Hohepa"))
    screen(page, "handoff")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    page.locator("#handoff-send").tap()
    expect(page.locator("#success-title")).to_have_text("2 photos sent")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    page.get_by_role("button", name="Continue with Wiremu Hohepa").tap()
    screen(page, "capture")
    expect(page.locator("#patient-name")).to_have_text("Wiremu Hohepa")
    expect(page.locator("#count")).to_have_text("0 of 20")
    assert len(clinic.images("P1")) == 2
    assert clinic.images("P2") == []


def test_photos_of_the_last_patient_can_be_deleted(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Or they are deleted, after a question, and are not asked about again."""
    scan(page, clinic, "P1", "Aroha Ngata")
    choose(page, album[:2])
    page.goto(clinic.open("P2", "Wiremu Hohepa"))
    page.locator("#handoff-delete").tap()
    page.locator("#confirm-yes").tap()
    screen(page, "capture")
    expect(page.locator("#patient-name")).to_have_text("Wiremu Hohepa")
    assert stored_pictures(page) == 0
    page.reload()
    screen(page, "capture")
    assert clinic.stored == {}


def test_a_new_code_of_the_same_patient_keeps_the_drafts(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Scanning again for the same encounter goes on where the photos are."""
    scan(page, clinic)
    choose(page, album[:2])
    page.goto(clinic.open())
    screen(page, "review")
    expect(page.locator(".tile")).to_have_count(2)


def test_without_storage_the_page_works_and_warns(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A private window without IndexedDB sends photos, and says to keep the page open."""
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    scan(page, clinic)
    choose(page, album[:1])
    expect(page.locator("#capture-messages")).to_contain_text("Keep this page open")
    page.locator("#review").tap()
    page.locator("#describe").tap()
    page.locator("#next").tap()
    page.locator("#send").tap()
    screen(page, "success")
