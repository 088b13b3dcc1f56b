"""Who is signed in, their name, and the ways out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.accessibility import audit
from tests.web.cases import cases, resize
from tests.web.conftest import SignedIn
from tests.web.people_fake import Fault, People, sign_in


def test_the_account_shows_who_one_is(signed_in: SignedIn, people: People) -> None:
    """Name, number, role, facility and verification are there, as the server knows them now."""
    page = signed_in(people.clinician)
    people.clinician["displayName"] = "Dr Mere Tipene"
    page.goto("/account")
    expect(page.get_by_label("Name")).to_have_value("Dr Mere Tipene")
    expect(page.locator("dl")).to_have_text(
        re.compile(r"\+64215550101\s*Role\s*Clinician\s*Facility\s*Kauri Street Hospital \(FAC001\)")
    )
    expect(page.locator("#verification")).to_have_text("Verified")
    expect(page.locator("#who")).to_contain_text("Dr Mere Tipene")
    expect(page.get_by_role("heading", name="Show who you are")).to_be_hidden()
    people.clinician["verification"] = "pending"
    failed = {"state": "requires_input", "problem": "document_expired", "at": "2026-11-21T02:31:52.000Z"}
    people.identities[people.clinician["userId"]] = failed
    page.reload()
    expect(page.locator("#identity-state")).to_contain_text("could not be verified")
    audit(page, "account", 320)
    page.get_by_role("button", name="Show an identity document").click()
    page.wait_for_url("**/account?checked=1")


def test_people_see_where_they_are_signed_in_and_end_it(signed_in: SignedIn, people: People) -> None:
    """This browser is marked and is not ended here; another is, also when it has ended by itself since."""
    people.sign_ins += [sign_in("another", "Safari on iPhone"), sign_in("old", None)]
    page = signed_in(people.clinician)
    page.goto("/account")
    items = page.locator("#sign-ins li")
    expect(items).to_contain_text(["This browser", "Safari on iPhone", "Unknown browser"])
    expect(items.first.get_by_role("button")).to_have_count(0)
    people.fail("DELETE /user/sign-ins/{sign_in_id}", Fault(503, "unavailable"))
    items.nth(1).get_by_role("button", name="Sign Safari on iPhone out").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-failure")).to_contain_text("It is still signed in.")
    page.locator("#confirm-yes").click()
    expect(items).to_have_count(2)
    expect(page.locator("#sign-ins-said")).to_have_text("Signed out.")
    people.sign_ins.pop()
    items.nth(1).get_by_role("button").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#sign-ins-said")).to_have_text("Only here.")


def test_patients_are_told_nothing_of_facilities(signed_in: SignedIn, people: People) -> None:
    """Whoever belongs to no facility and is no clinician sees neither line."""
    page = signed_in(people.patient)
    page.goto("/account")
    expect(page.locator("#roles")).to_have_text("Patient")
    expect(page.get_by_text("Facility", exact=True)).to_be_hidden()
    expect(page.get_by_text("Verification", exact=True)).to_be_hidden()
    expect(page.locator("#who")).to_contain_text("+64215550104")


def test_the_name_can_be_changed(signed_in: SignedIn, people: People) -> None:
    """The new name is sent, said to be saved, and at once in the bar."""
    page = signed_in(people.clinician)
    page.goto("/account")
    save = page.get_by_role("button", name="Save name")
    expect(save).to_be_disabled()
    page.get_by_label("Name").fill("  Mere T. ")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Saved")
    assert people.asked("PATCH", "/user/profile") == [{"displayName": "Mere T."}]
    expect(page.locator("#who")).to_contain_text("Mere T.")
    expect(save).to_be_disabled()


def test_a_name_that_was_not_saved_is_still_there(signed_in: SignedIn, people: People) -> None:
    """The reason stands under the field, with what was typed, and saving again works."""
    too_long = [{"field": "displayName", "message": "Use fewer characters.", "code": "invalid"}]
    refusals = [
        (Fault(422, "invalid-request", errors=too_long), "Not saved. Use fewer characters."),
        (Fault(429, "", {"retry-after": "50"}), "Try again in 50 seconds."),
        (Fault(503, "unavailable"), "Reference for support: req-1"),
    ]
    page = signed_in(people.clinician)
    page.goto("/account")
    with cases() as case:
        for number, (fault, text) in enumerate(refusals):
            with case(status=fault.status):
                name = f"New Name {number}"
                people.fail("PATCH /user/profile", fault)
                page.get_by_label("Name").fill(name)
                page.get_by_role("button", name="Save name").click()
                expect(page.locator("#displayName-error")).to_contain_text(text)
                expect(page.get_by_label("Name")).to_have_value(name)
                page.get_by_role("button", name="Save name").click()
                expect(page.locator("#who")).to_contain_text(name)
                expect(page.locator("#said")).to_have_text("Saved")


def test_an_account_that_cannot_be_loaded_can_be_tried_again(signed_in: SignedIn, people: People) -> None:
    """The failure says what to do, and the button does it."""
    people.fail("GET /user/profile", Fault(429, "", {"retry-after": "3600"}))
    page = signed_in(people.clinician)
    page.goto("/account")
    expect(page.get_by_role("heading", name="Your account could not be loaded")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Your account", exact=True)).to_be_visible()


@pytest.mark.parametrize("way", ["button", "navigation"])
def test_signing_out_ends_all_tabs(signed_in: SignedIn, people: People, way: str) -> None:
    """The server is told, the tokens are gone, and another tab is on the sign-in page too."""
    page = signed_in(people.clinician)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/account")
        expect(tab.get_by_label("Name")).to_be_visible()
    if way == "navigation":
        page.locator("#who").get_by_role("button", name="Sign out").click()
    else:
        page.locator("#sign-out").click()
    for tab in (page, other):
        tab.wait_for_url("/sign-in")
        expect(tab.locator("#reason")).to_have_text("You are signed out.")
    assert people.log_outs == ["self"]
    assert people.access == {}
    assert page.evaluate("localStorage.getItem('bedside.sign-in')") is None


def test_signing_out_works_without_a_network(signed_in: SignedIn, people: People) -> None:
    """The browser forgets its tokens even if the server cannot be told."""
    page = signed_in(people.clinician)
    page.goto("/account")
    page.route("**/auth/logout", lambda route: route.abort())
    page.locator("#sign-out").click()
    page.wait_for_url("/sign-in")
    assert page.evaluate("localStorage.getItem('bedside.sign-in')") is None


def test_a_lost_phone_is_cut_off(signed_in: SignedIn, people: People) -> None:
    """Only after a question, with the harmless answer focused; then every token of the person is dead."""
    people.tokens(people.clinician)
    page = signed_in(people.clinician)
    page.goto("/account")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    assert people.asked("POST", "/auth/kill-switch") == []
    people.fail("POST /auth/kill-switch", Fault(503, "unavailable"))
    page.get_by_role("button", name="Sign out everywhere").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-failure")).to_contain_text("You are still signed in.")
    page.locator("#confirm-yes").click()
    page.wait_for_url("/sign-in")
    expect(page.locator("#reason")).to_have_text("You are signed out on all devices.")
    assert people.asked("POST", "/auth/kill-switch") == [{}, {}]
    assert people.refresh == {}


def test_nobody_unknown_sees_an_account(tab: Page, people: People) -> None:
    """Without a sign-in the page leads to one, and back."""
    tab.goto("/account")
    tab.wait_for_url("/sign-in?next=%2Faccount")
    assert people.asked("GET", "/user/profile") == []


def test_a_broken_sign_in_is_none(tab: Page) -> None:
    """Whatever else stands in the storage, the page asks to sign in rather than fail."""
    with cases() as case:
        for junk in ("null", "{}", '{"accessToken": 1}', "not json", '{"accessToken":"a","refreshToken":"b"}'):
            with case(junk=junk):
                tab.goto("/not-there")
                tab.evaluate("junk => localStorage.setItem('bedside.sign-in', junk)", junk)
                tab.goto("/account")
                tab.wait_for_url("/sign-in?next=%2Faccount")
                expect(tab.get_by_label("Phone number")).to_be_visible()


def test_the_navigation_works_with_the_keyboard(signed_in: SignedIn, people: People) -> None:
    """Beside the page in wide windows; otherwise Enter opens a sheet, Escape closes it and returns the focus."""
    page = signed_in(people.clinician)
    page.goto("/account")
    side = page.get_by_role("navigation", name="Bedside")
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
    expect(side.get_by_role("link", name="Settings")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("navigation", name="Breadcrumb").get_by_role("listitem")).to_have_text(["Settings"])
    expect(page).to_have_title("Settings · Bedside")
    expect(page.locator("#who .who")).to_have_attribute("title", re.compile(people.clinician["displayName"]))
    skip = page.get_by_role("link", name="Skip to content")
    assert page.locator("a, button, input").first.evaluate("first => first.matches('.skip')")
    skip.focus()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert page.url.endswith("/account")
    # 640 pixels are what 1280 are at a zoom of 200 %.
    for width in (640, 320):
        resize(page, width)
        expect(side).to_be_hidden()
        menu = page.get_by_role("button", name="Menu", exact=True)
        menu.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Close menu")).to_be_focused()
        page.keyboard.press("Tab")
        expect(side.get_by_role("link", name="Today")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")
        expect(side).to_be_hidden()
        expect(menu).to_be_focused()
