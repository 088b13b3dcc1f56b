"""Pages in the language for tests, which is written from right to left and has longer words."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages import PSEUDO, pseudo
from web.site import load_site

# Texts that are in no catalogue: in the language for tests, every word of one that is stands in overrides.
_UNTURNED: Final = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement: parent, textContent: text } = node;
    if (!parent.checkVisibility({ visibilityProperty: true }) || parent.closest("option, kbd, time")) continue;
    if (/\\p{Script=Latin}{2}/u.test(text) && !text.includes("\\u202e")) found.push(text.trim());
  }
  return found;
}"""
# What the fakes' documents name.
_DATA: Final = r"Bedside|(Dr )?Mere Tipene|Hana Cole|Kauri Street Hospital( \(FAC001\))?"


def use_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server of this process have pages in the language for tests."""
    site = load_site(pseudo())
    monkeypatch.setattr("web.app._site", lambda: site)


def choose_language(page: Page, language: str, origin: str) -> None:
    """Have the pages of an origin in a language, from the next one on."""
    page.context.add_cookies([{"name": "language", "value": language, "url": origin}])


def check_mirrored(page: Page, path: str, ready: str, data: str = "") -> None:
    """Open a page that is ready when an element is there: nothing overflows, everything is mirrored and in a catalogue.

    `data` matches texts that no catalogue can have, such as names of patients.
    """
    choose_language(page, PSEUDO, page.evaluate("location.origin"))
    page.goto(path)
    page.locator(ready).first.wait_for()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        side = page.locator("body > #side")
        if width == 1280 and side.is_visible():
            nav, main = side.bounding_box(), page.locator("main").bounding_box()
            assert nav
            assert main
            assert nav["x"] >= main["x"] + main["width"], path
    check_turned(page, data)


def check_turned(page: Page, data: str = "") -> None:
    """In the language for tests, every text that is to be seen comes from a catalogue, but for what `data` matches."""
    known = re.compile(f"{_DATA}|{data}" if data else _DATA)
    assert [text for text in page.evaluate(_UNTURNED) if not known.fullmatch(text.strip("\u2068\u2069"))] == [], (
        page.url
    )
