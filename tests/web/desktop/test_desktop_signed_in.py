"""Who may sit at the desk, and what happens when they leave or may no longer."""

import re
import threading

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.web.cases import resize
from tests.web.contexts import Contexts
from tests.web.desktop.desktop_fake import Fake, address
from tests.web.desktop.desktop_page import ENCOUNTER, Desk
from tests.web.people_fake import Fault, storage
from tests.web.settling import settle

MINUTE = 60_000


@pytest.fixture
def stranger(fake: Fake, contexts: Contexts) -> BrowserContext:
    """A browser in which nobody is signed in."""
    return contexts.new(fake.origin, viewport={"width": 1280, "height": 800})


def test_a_link_of_the_record_survives_the_sign_in(stranger: BrowserContext, fake: Fake) -> None:
    """Whoever is not signed in is asked to; then a click starts the session with the patient's name, in no address."""
    page = stranger.new_page()
    page.goto(address(fake.origin, **ENCOUNTER, patientName="Aroha Ngata"))
    page.wait_for_url(re.compile("/sign-in"))
    assert "ENC-1" in page.url
    assert "Aroha" not in page.url
    assert fake.asked("POST", "/session/create") == []
    page.get_by_label("Phone number").fill("+64 21 555 0101")
    page.keyboard.press("Enter")
    page.get_by_label("6-digit code").fill("123456")
    page.get_by_role("button", name="Start capture").click()
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    assert fake.asked("POST", "/session/create")[0]["encounterId"] == "ENC-1"


def test_the_navigation_says_who_is_signed_in(started: Desk) -> None:
    """Name, role and facility beside what this person may open; a phone's window has room for them only in a sheet."""
    page = started.page
    expect(page.locator("#who")).to_contain_text("Mere Tipene")
    side = page.get_by_role("navigation", name="Bedside")
    expect(side).to_contain_text("Kauri Street Hospital")
    expect(side.get_by_role("link")).to_have_text(
        [
            "Today",
            "Patients",
            "Photo capture",
            "Encounters",
            "Visits",
            "Bookings",
            "Availability",
            "Notifications",
            "Settings",
        ]
    )
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    resize(page, 390)
    expect(side).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(side.get_by_role("link")).to_have_text(
        [
            "Today",
            "Patients",
            "Photo capture",
            "Encounters",
            "Visits",
            "Bookings",
            "Availability",
            "Notifications",
            "Settings",
        ]
    )
    page.mouse.click(380, 400)
    expect(side).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    # A window that is made wide again shows the column, and no sheet over it.
    resize(page, 1280)
    expect(page.get_by_role("dialog", name="Menu")).to_be_hidden()
    expect(side).to_be_visible()


def test_administrators_find_the_people_in_the_navigation(desk: Desk) -> None:
    """A clinician who is also an administrator has one entry more."""
    desk.fake.people.clinician["roles"] = ["clinician", "facilityAdmin"]
    desk.page.goto(f"{desk.fake.origin}/account")
    expect(desk.page.get_by_label("Name")).to_have_value("Mere Tipene")
    expect(desk.page.locator("#side").get_by_role("link")).to_have_text(
        [
            "Today",
            "Patients",
            "Photo capture",
            "Encounters",
            "Visits",
            "Bookings",
            "Availability",
            "Services",
            "People",
            "Delivery log",
            "Patient records",
            "Notifications",
            "Settings",
        ]
    )


def test_signing_out_leaves_nothing_of_the_patient(desk: Desk) -> None:
    """Name, photos, code and the tab's memory are gone, and nothing more is asked of the server."""
    desk.fake.upload(tell=False)
    desk.open(patientName="Aroha Ngata")
    desk.expect_photos(1)
    desk.page.locator("#who").get_by_role("button", name="Sign out").click()
    desk.page.wait_for_url(f"{desk.fake.origin}/sign-in")
    assert desk.evaluate("[sessionStorage.length, localStorage.getItem('bedside.sign-in')]") == [0, None]
    assert len(desk.fake.people.asked("POST", "/auth/logout")) == 1
    before = desk.lists()
    settle(desk.page)
    assert desk.lists() == before


def test_a_tab_behind_is_emptied_too(started: Desk, context: BrowserContext) -> None:
    """Signed out on the account page, the desktop's tab with an open photo shows nothing of it any more."""
    started.fake.upload()
    started.expect_photos(1)
    started.preview(1)
    account = context.new_page()
    account.goto(f"{started.fake.origin}/account")
    account.locator("#sign-out").click()
    started.page.wait_for_url(f"{started.fake.origin}/sign-in")
    assert started.evaluate("sessionStorage.length") == 0


def test_a_desk_that_nobody_uses_is_emptied(desk: Desk) -> None:
    """After 15 minutes photos, preview and name are gone at once, however slow the server; signing in leads back."""
    desk.page.clock.install()
    desk.fake.upload(tell=False)
    desk.open(patientName="Aroha Ngata")
    desk.expect_photos(1)
    desk.preview(1)
    answer = threading.Event()
    desk.fake.people.fail("POST /auth/logout", Fault(held=answer))
    desk.page.clock.fast_forward(14 * MINUTE)
    desk.page.clock.run_for(2_000)
    expect(desk.page.get_by_role("alertdialog", name="Are you still here?")).to_be_visible()
    desk.page.clock.fast_forward(MINUTE)
    expect(desk.page.get_by_text("Signing out…")).to_be_visible()
    expect(desk.page.get_by_text("Aroha")).to_be_hidden()
    assert desk.page.locator("img").count() == 0
    answer.set()
    desk.page.wait_for_url(re.compile("/sign-in"))
    expect(desk.page.locator("#reason")).to_have_text("Signed out after 15 minutes without use.")
    assert desk.evaluate("sessionStorage.length") == 0
    desk.page.get_by_label("Phone number").fill("+64 21 555 0101")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_label("6-digit code").fill("123456")
    desk.expect_photos(1)


def test_a_refused_token_is_renewed_during_a_session(started: Desk) -> None:
    """Nobody is asked, and the session goes on with its photos."""
    started.fake.people.access.clear()
    started.fake.upload()
    expect(started.picture(1)).to_have_attribute("data-state", "loaded")
    assert len(started.fake.people.asked("POST", "/auth/refresh")) == 1
    assert started.fake.codes == 1


def test_a_sign_in_that_was_ended_leads_back_to_the_session(started: Desk) -> None:
    """After the kill switch the page asks to sign in, and then shows the same encounter's photos again."""
    started.fake.upload()
    started.expect_photos(1)
    started.fake.people.kill(started.fake.people.clinician)
    started.fake.upload()
    started.page.wait_for_url(re.compile("/sign-in"))
    expect(started.page.locator("#reason")).to_contain_text("Your sign-in has ended.")
    started.page.get_by_label("Phone number").fill("+64 21 555 0101")
    started.page.keyboard.press("Enter")
    started.page.get_by_label("6-digit code").fill("123456")
    started.expect_photos(2, 1)


@pytest.mark.parametrize(
    ("change", "title", "text"),
    [
        ({"verification": "pending"}, "You are not verified yet", "Ask the administrator of Kauri Street Hospital"),
        ({"verification": "rejected"}, "You are not verified", "was rejected"),
        (
            {"roles": ["patient"]},
            "Photo capture is for clinicians",
            "Ask the administrator of Kauri Street Hospital to add that role",
        ),
    ],
)
def test_whoever_may_not_capture_is_told_why(desk: Desk, change: dict[str, object], title: str, text: str) -> None:
    """Without a role or a verification nothing starts; once it is there, `Check again` goes on."""
    before = dict(desk.fake.people.clinician)
    desk.fake.people.clinician |= change
    desk.visit()
    desk.start()
    expect(desk.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(desk.page.locator("#closed-text")).to_contain_text(text)
    expect(desk.page.locator("#closed-who")).to_have_text("Mere Tipene")
    assert desk.fake.codes == 0
    desk.page.get_by_role("button", name="Check again").click()
    expect(desk.page.locator("#closed-said")).to_have_text("Nothing has changed yet.")
    desk.fake.people.clinician |= before
    desk.page.get_by_role("button", name="Check again").click()
    desk.start()
    desk.expect_state("Live")


def test_a_verification_that_was_withdrawn_is_noticed(desk: Desk) -> None:
    """A 403 `not-verified` says so, whatever the browser believed."""
    desk.fake.create_status, desk.fake.create_slug = 403, "not-verified"
    desk.visit()
    desk.start()
    expect(desk.page.get_by_role("heading", name="You are not verified yet")).to_be_visible()


def test_a_role_that_is_taken_during_a_session_ends_it(started: Desk) -> None:
    """The running session stops, and the page says that it is about the person and not about the encounter."""
    started.fake.people.clinician["roles"] = ["patient"]
    started.fake.list_status = 403
    started.fake.drop_sockets()
    expect(started.page.get_by_role("heading", name="Photo capture is for clinicians")).to_be_visible()
    expect(started.page.locator("#grid li")).to_have_count(0)


def test_a_browser_that_is_opened_again_later_starts_nothing(fake: Fake, contexts: Contexts) -> None:
    """With tokens of an hour ago no session is opened and no patient is named."""
    kept = storage(fake.people.kept(fake.people.clinician), **{"bedside.last-used": "1700000000000"})
    page = contexts.new(fake.origin, kept).new_page()
    page.goto(address(fake.origin, **ENCOUNTER))
    page.wait_for_url(re.compile("/sign-in"))
    expect(page.locator("#reason")).to_have_text("Signed out after 15 minutes without use.")
    assert fake.asked("POST", "/session/create") == []
