"""Pages in other languages: how one is chosen, and that pages mirror and find room for longer words."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import SignedIn, Visitor
from tests.web.pages import PSEUDO, pseudo
from tests.web.people_fake import People
from web.site import load_site

# What the fakes' documents name.
DATA: Final = re.compile(r"Bedside|(Dr )?Mere Tipene|Kauri Street Hospital( \(FAC001\))?|Chrome on Windows")
# Texts of the page that are in no catalogue: in the language for tests, every word of one that is stands in overrides.
UNTURNED: Final = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement: parent, textContent: text } = node;
    if (!parent.checkVisibility({ visibilityProperty: true }) || parent.closest("option, kbd")) continue;
    if (/\\p{L}{2}/u.test(text) && !text.includes("\\u202e")) found.push(text.trim());
  }
  return found;
}"""


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


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_mirror_and_find_room_for_longer_words(
    visitor: Visitor, people: People, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """In a language that is written from right to left, nothing overflows and every text comes from a catalogue."""
    site = load_site(pseudo())
    monkeypatch.setattr("web.app._site", lambda: site)
    for path, ready, user in (
        ("/sign-in", "[data-screen=number]", None),
        ("/nowhere", "main h1", None),
        ("/account", "#sign-ins li", people.clinician),
    ):
        browser = visitor.browser(people.kept(user) if user else None, width=width)
        browser.add_cookies([{"name": "language", "value": PSEUDO, "url": visitor.origin}])
        page = browser.new_page()
        page.goto(path)
        page.locator(ready).first.wait_for()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert [text for text in page.evaluate(UNTURNED) if not DATA.fullmatch(text)] == [], path
        if user and width > 1100:
            side, main = (page.locator(name).bounding_box() for name in ("#side", "main"))
            assert side
            assert main
            assert side["x"] >= main["x"] + main["width"], path
