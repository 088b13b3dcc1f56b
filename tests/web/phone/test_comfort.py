"""For every hand and eye: small screens, keyboards, screen readers, dark rooms, slow networks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.accessibility import audit
from tests.web.cases import Case, cases, resize
from tests.web.contexts import Contexts
from tests.web.german import check_no_english
from tests.web.mirrored import check_turned, choose_language
from tests.web.pages import PSEUDO, pseudo
from tests.web.phone.conftest import phone
from tests.web.phone.fake_clinic import Clinic, Fault
from tests.web.phone.steps import choose, review_first, scan, screen, stored_pictures
from web.site import load_site

CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.matches(".visually-hidden, :disabled")) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([node.textContent.trim(), ratio]);
  }
  return poor;
}"""
TARGETS = """() => [...document.querySelectorAll("button, input, textarea")]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.id || node.ariaLabel || node.value, node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""

# Colours change over a moment; what counts is what they become.
SETTLED = "document.getAnimations().filter((it) => it instanceof CSSTransition).forEach((it) => it.finish())"


def look(page: Page, case: Case, name: str, *within_reach: str) -> None:
    """On phones of two sizes, light and dark, and on their side: nothing sticks out, all can be read and hit."""
    for width, height in ((320, 568), (390, 844), (568, 320)):
        resize(page, width, height)
        for scheme in ("light", "dark") if width < height else ("light",):
            with case(screen=name, width=width, scheme=scheme):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.evaluate(SETTLED)
                for control in within_reach:
                    expect(page.locator(control)).to_be_in_viewport(ratio=1)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert page.evaluate(CONTRAST) == []
                assert page.evaluate(TARGETS) == []
    with case(screen=name, audit="axe"):
        audit(page, "capture")


def test_every_screen_fits_reads_and_can_be_hit(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """No sideways scrolling, contrast of 4.5 or more, targets of 44 px or more, the main action in reach."""
    with cases() as case:
        scan(page, clinic, name="Bartholomew Featherstonehaugh-Cholmondeley III")
        screen(page, "capture")
        look(page, case, "capture", "#camera-label")
        choose(page, album[:3])
        for width, height in ((320, 568), (390, 844), (568, 320)):
            with case(screen="capture with photos", width=width):
                resize(page, width, height)
                expect(page.locator("#camera-label")).to_be_in_viewport(ratio=1)
        page.locator("#review").tap()
        look(page, case, "review")
        page.locator("#describe").tap()
        look(page, case, "details", "#next")
        page.locator("#skip").tap()
        look(page, case, "send", "#send")
        clinic.fail("notify", Fault(422, "invalid-request"))
        page.locator("#send").tap()
        expect(page.locator("#retry")).to_be_visible()
        look(page, case, "failed", "#retry")
        page.locator("#retry").tap()
        screen(page, "success")
        look(page, case, "success")


def walk(page: Page, clinic: Clinic, album: list[Path], check: Callable[[], None]) -> None:
    """Take a photo, describe and send it, with a look at each screen, and at one that another phone waits on."""
    page.goto(f"{clinic.base}/capture")
    screen(page, "error")
    check()
    scan(page, clinic)
    review_first(page)
    check()
    page.locator("#gallery").set_input_files([str(album[0]), str(album[1])])
    expect(page.locator("#strip li")).to_have_count(2)
    page.locator("#review").tap()
    check()
    page.locator("#describe").tap()
    page.locator("[name=side][value=left]").check()
    page.locator("[name=site][value=upper-arm]").check()
    page.locator("#next").tap()
    expect(page.locator("#skip")).to_be_hidden()  # on the last photo
    check()
    page.locator("#next").tap()
    screen(page, "review")
    check()
    clinic.fail("notify", Fault(422, "invalid-request"))
    page.locator("#send").tap()
    expect(page.locator("#retry")).to_be_visible()
    expect(page.locator("#uploads .sent")).to_have_count(1)
    check()
    page.locator("#retry").tap()
    screen(page, "success")
    check()


def test_the_page_speaks_german(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """With forms for one and for several, and with words for sides and sites; what is stored keeps its codes."""
    choose_language(page, "de", clinic.base)
    seen: list[str] = []

    def check() -> None:
        check_no_english(page)
        seen.append(page.locator("main > section:visible").inner_text())

    walk(page, clinic, album, check)
    for text in (
        "Scannen Sie den Code",
        "0 von 20",
        "Wie Foto 1: Oberarm, links",
        "2 Fotos senden",
        "1 Foto nicht gesendet",
    ):
        assert any(text in each for each in seen), text
    assert "2 Fotos gesendet" in seen[-1]
    sent = {image["metadata"].get("bodySite", {}).get("code") for image in clinic.images()}
    assert sent == {"upper-arm", None}


def test_the_page_mirrors(page: Page, clinic: Clinic, album: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a language that is written from right to left with longer words, nothing overflows or is in no catalogue."""
    site = load_site(pseudo())
    monkeypatch.setattr("tests.web.phone.fake_clinic._site", lambda: site)
    choose_language(page, PSEUDO, clinic.base)

    def check() -> None:
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        check_turned(page, "Aroha Ngata|NHI ZAC5361|amber heron")
        for width in (320, 390):
            resize(page, width, 844)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width

    walk(page, clinic, album, check)


def test_dark_rooms_get_a_dark_page(contexts: Contexts, clinic: Clinic) -> None:
    """The ground is dark when the phone is set to dark, and light otherwise."""
    grounds = []
    for scheme in ("light", "dark"):
        context = phone(contexts, clinic, scheme=scheme)
        page = context.new_page()
        scan(page, clinic)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"))
    assert min(grounds[0]) > 200
    assert max(grounds[1]) < 60


def test_keyboard_alone_is_enough(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """From the first photo to success with Tab, Enter, Space and arrows; focus is always on something visible."""

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(selector)

    page.on("filechooser", lambda _: None)  # from the start: the first choice must not race with the interception
    scan(page, clinic)
    screen(page, "capture")
    tab_to("#at-once")
    page.keyboard.press("Space")
    tab_to("#gallery")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([str(album[0]), str(album[1])])
    expect(page.locator("#review")).to_have_text("Review 2 photos")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#review")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to("[aria-label='Delete photo 1']")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-no")).to_be_focused()
    page.keyboard.press("Escape")
    tab_to("#describe")
    page.keyboard.press("Enter")
    tab_to("[name=side]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    tab_to("[name=site]")
    page.keyboard.press("Space")
    tab_to("#next")
    page.keyboard.press("Enter")
    expect(page.locator("#details-title")).to_have_text("Photo 2 of 2")
    expect(page.locator("#details-title")).to_be_focused()
    tab_to("#next")
    page.keyboard.press("Enter")
    tab_to("#send")
    page.keyboard.press("Enter")
    screen(page, "success")
    assert clinic.images()[0]["metadata"]["laterality"]["code"] == "right"


def test_screen_readers_are_told(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Focus moves to each screen's heading, progress is announced politely, and every bar has a name."""
    scan(page, clinic)
    expect(page.get_by_role("heading", name="Take photos")).to_be_focused()
    choose(page, album[:2])
    page.locator("#review").tap()
    expect(page.get_by_role("heading", name="Review photos")).to_be_focused()
    page.locator("#describe").tap()
    expect(page.get_by_role("heading", name="Photo 1 of 2")).to_be_focused()
    expect(page.get_by_role("group", name="Body site").get_by_role("radio")).to_have_count(20)
    expect(page.get_by_role("group", name="Side").get_by_role("radio")).to_have_count(4)
    page.locator("#skip").tap()
    clinic.fail("notify", Fault(422, "invalid-request"))
    page.locator("#send").tap()
    expect(page.get_by_role("status")).to_have_text("1 of 2 photos sent")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("did not take this photo")
    for name in ("1 of 2 sent", "Photo 1", "Photo 2"):
        expect(page.get_by_role("progressbar", name=name)).to_be_visible()


def test_back_walks_through_the_screens(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """The phone's Back button goes from details to review to camera and loses nothing."""
    scan(page, clinic)
    choose(page, album[:2])
    page.locator("#review").tap()
    page.locator("#describe").tap()
    screen(page, "details")
    page.go_back()
    screen(page, "review")
    page.go_back()
    screen(page, "capture")
    assert stored_pictures(page) == 2


def test_the_page_asks_nobody_else(page: Page, clinic: Clinic) -> None:
    """Every request goes to the page's own origin, and few are needed before the first photo."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scan(page, clinic)
    screen(page, "capture")
    assert [url for url in asked if not url.startswith((clinic.base, "blob:"))] == []
    files = {url for url in asked if "/session/" not in url}
    assert len(files) <= 4, files
