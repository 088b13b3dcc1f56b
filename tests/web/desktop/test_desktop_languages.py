"""The desktop page in German, and in a language that is written from right to left."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.cases import resize
from tests.web.desktop.desktop_page import Desk, offer_patients
from tests.web.german import check_no_english
from tests.web.mirrored import check_turned, choose_language, use_pseudo
from tests.web.pages import PSEUDO

FOREARM = {"laterality": {"code": "left", "display": "Left"}, "bodySite": {"code": "forearm", "display": "Forearm"}}
# What no catalogue can have: names, ids, and words of phones.
DATA = r"Aroha Ngata|PAT-1|ENC-1|NHI .*|.*FAC001.*|amber heron|brave otter|calm tulip|iPhone.*"


def walk(desk: Desk, check: Callable[[], None]) -> None:
    """Start a session, look at its photos and phones, draw on a photo, choose several, and end, with a look at each."""
    page, fake = desk.page, desk.fake
    desk.visit(patientName="Aroha Ngata")
    expect(page.locator("#start")).to_be_visible()
    check()
    page.locator("#start").click()
    expect(page.locator("#code-frame")).to_have_attribute("data-state", "ready")
    check()
    fake.scan("Android phone (Pixel 8)", "amber heron")
    fake.scan("iPhone", "brave otter", "asking")
    fake.scan("iPhone 2", "calm tulip", "refused")
    fake.upload(FOREARM)
    fake.upload()
    expect(page.locator("#grid li")).to_have_count(2)
    expect(page.locator("#photos-tools button").first).to_be_visible()
    expect(page.locator("#phones-list li")).to_have_count(2)
    check()
    look_at_a_photo(page, check)
    page.locator("#photos-tools button").first.click()
    page.locator("#grid .photo").first.click()
    check()
    page.locator("#photos-tools button").first.click()
    page.locator("#end").click()
    expect(page.locator("#confirm-yes")).to_be_visible()
    check()
    page.locator("#confirm-yes").click()
    expect(page.locator("#ended-grid li")).to_have_count(2)
    check()


def look_at_a_photo(page: Page, check: Callable[[], None]) -> None:
    """Open it, compare it, measure something in it, and leave without saving."""
    page.locator("#grid .photo").first.click()
    expect(page.locator("#preview-tools")).to_be_visible()
    page.locator("#preview-figure").focus()
    page.keyboard.press("c")
    expect(page.locator(".photo-compare")).to_be_visible()
    check()
    page.keyboard.press("e")
    expect(page.locator(".editor-options")).to_be_visible()
    check()
    for tool in "lm":
        page.keyboard.press(tool)
        page.keyboard.press("Enter")
    check()
    page.keyboard.press("Escape")
    page.locator("#preview-close").click()
    expect(page.locator("#confirm-yes")).to_be_visible()
    check()
    page.locator("#confirm-yes").click()
    expect(page.locator("#preview")).to_be_hidden()


def test_the_page_speaks_german(desk: Desk) -> None:
    """With forms for one and for several, and with its own words for what others have chosen in English."""
    choose_language(desk.page, "de", desk.fake.origin)
    seen: list[str] = []

    def check() -> None:
        check_no_english(desk.page)
        seen.append(" ".join(desk.page.locator("body").inner_text().split()))

    walk(desk, check)
    told = (
        "Aufnahme starten",
        "Telefon verbunden Android-Telefon (Pixel 8) · amber heron",
        "Ein weiteres Telefon möchte dazukommen: iPhone · brave otter",
        "Links Unterarm",
        "2 von 20",
        "Gemeinsam bewegen",
        "1 Foto ausgewählt",
        "Die 2 Fotos bleiben einen Tag hier.",
        "2 Fotos bleiben noch eine Weile hier.",
    )
    for text in told:
        assert any(text in each for each in seen), text


def test_the_page_mirrors(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a language that is written from right to left, with longer words, nothing overflows or is in no catalogue."""
    use_pseudo(monkeypatch)
    choose_language(desk.page, PSEUDO, desk.fake.origin)

    def check() -> None:
        expect(desk.page.locator("html")).to_have_attribute("dir", "rtl")
        check_turned(desk.page, DATA)
        for width in (390, 1280):
            resize(desk.page, width, 800)
            assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width

    walk(desk, check)
    look_the_other_way(desk)


def look_the_other_way(desk: Desk) -> None:
    """Arrows point, and go, in the direction in which the page is read; what a field suggests lies below the field."""
    page = desk.page
    page.locator("#ended-grid .photo").first.click()
    # The last one taken; the next was taken before it.
    expect(page.locator("#preview-next")).to_be_disabled()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#preview-previous")).to_be_disabled()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#preview-next")).to_be_disabled()
    for button in ("previous", "next"):
        assert page.locator(f"#preview-{button} svg").evaluate("(svg) => getComputedStyle(svg).scale") == "-1 1"
    page.keyboard.press("Escape")
    newest, oldest = page.locator("#ended-grid li").evaluate_all("(cards) => cards.map((card) => card.dataset.imageId)")
    page.locator("#ended-grid .photo").first.focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("#ended-grid li").first).to_have_attribute("data-image-id", oldest)
    expect(page.locator("#ended-grid li").last).to_have_attribute("data-image-id", newest)
    offer_patients(desk)
    page.locator("#ended-other").click()
    page.locator("#form-find").press_sequentially("mere")
    page.get_by_role("option").wait_for()
    field, list_ = page.locator("#form-find").bounding_box(), page.locator(".combobox-popup").bounding_box()
    assert field
    assert list_
    assert (list_["x"], list_["width"]) == pytest.approx((field["x"], field["width"]), abs=1)
