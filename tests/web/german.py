"""Pages in German, in which nothing may be left in English."""

import re
from typing import Final

from playwright.sync_api import Page, expect

# What somebody reads or hears: texts that show, and those of attributes.
_READ: Final = """(names) => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest(`#language, [lang=en], ${names}`)) continue;
    if (node !== element) found.push(node.textContent);
    else for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(element.getAttribute(name) ?? "");
  }
  return found.map((text) => text.trim()).filter(Boolean);
}"""
# Words that no German sentence has, and times as English has them.
_ENGLISH: Final = re.compile(
    r"\b(the|of|and|with|from|your?|yours|this|there|visits?|today|yesterday|tomorrow|open|waiting|since|scheduled"
    r"|is|are|to|yet|photos?|phones?|sent|send|add|notes?|reschedule|cancel|close|save|loading|try|(mon|tues|wednes|thurs|fri|satur|sun)day|october|december"
    r"|\d[ \u202f](am|pm))\b",
    re.IGNORECASE,
)


def check_german(page: Page, path: str, ready: str, names: str = "kbd") -> None:
    """Open a page in German that is ready when an element is there, and read all but what `names` selects.

    German words are long: the page must find room for them on a phone, too.
    """
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "language", "value": "de", "url": origin}])
    page.goto(path)
    page.locator(ready).first.wait_for()
    check_no_english(page, names)
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    if size:
        page.set_viewport_size(size)


def check_no_english(page: Page, names: str = "kbd") -> None:
    """Find what is left in English on a page that is open."""
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert [text for text in page.evaluate(_READ, names) if _ENGLISH.search(text)] == [], page.url
