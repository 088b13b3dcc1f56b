"""Pages in other languages: how one is chosen, and that pages mirror and find room for longer words."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import SignedIn
from tests.web.german import check_german
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import People


def test_a_language_is_chosen_before_and_after_signing_in(signed_in: SignedIn, tab: Page, people: People) -> None:
    """The choice holds for this browser: the page comes again in German, its dates too, and all others follow."""
    tab.goto("/sign-in")
    expect(tab.get_by_role("heading", name="Sign in")).to_be_visible()
    tab.get_by_label("Language").select_option("Deutsch")
    expect(tab.get_by_role("heading", name="Anmelden")).to_be_visible()
    expect(tab.locator("html")).to_have_attribute("lang", "de")
    tab.get_by_role("button", name="Code senden").click()
    expect(tab.locator("#phone-error")).to_have_text("Geben Sie eine Telefonnummer ein.")

    page = signed_in(people.clinician)
    page.goto("/account")
    page.locator("#language").select_option("Deutsch")
    expect(page.get_by_role("heading", name="Ihr Konto")).to_be_visible()
    expect(page.locator("#side-pages")).to_contain_text("Einstellungen")
    expect(page.locator("#sign-ins")).to_contain_text(re.compile(r"Seit \d\d\.\d\d\.\d{4}, \d\d:\d\d"))
    page.locator("#language").select_option("English")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_pages_mirror_and_find_room_for_longer_words(
    signed_in: SignedIn, tab: Page, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In German, and in a language that is written from right to left: every text comes from a catalogue, and fits."""
    tab.goto("/favicon.ico")
    check_german(tab, "/sign-in", "[data-screen=number]")
    clinician, admin = signed_in(people.clinician), signed_in(people.admin)
    for page in (clinician, admin):
        page.goto("/favicon.ico")
    check_german(clinician, "/account", "#sign-ins li")
    check_german(admin, "/users", "#list tr")
    use_pseudo(monkeypatch)
    check_mirrored(tab, "/sign-in", "[data-screen=number]")
    check_mirrored(tab, "/nowhere", "main h1")
    check_mirrored(clinician, "/account", "#sign-ins li")
    expect(clinician.locator("#phone")).to_have_text("\u2068+64215550101\u2069")
    check_mirrored(admin, "/users", "#list tr")
