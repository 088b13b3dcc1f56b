"""1: a clinician opens a session, and ends it."""

import re
import secrets
from urllib.parse import parse_qs, urlsplit

import segno
from playwright.sync_api import Locator, expect

from tests.e2e.people import Clinician
from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import NHI, PATIENT, Desk
from tests.e2e.scenarios.handset import Handset
from tests.waiting import until

# A dark square's centre is dark, a light one's light: read the picture at the centre of every square.
_READ_SQUARES = """async (image, side) => {
  await image.decode();
  const size = side * 8;
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  const dark = (x, y) => data[((y * 8 + 4) * size + x * 8 + 4) * 4] < 128;
  return Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => Number(dark(x, y))));
}"""


def _squares(picture: Locator, text: str) -> tuple[list[list[int]], list[list[int]]]:
    """Return the squares that are shown, and those that a code of this text has, each with its quiet zone."""
    code = segno.make(text, error="m", micro=False)
    expected = [[int(square) for square in row] for row in code.matrix_iter(border=2)]
    script = f"(image) => ({_READ_SQUARES})(image, {len(expected)})"
    return picture.evaluate(script), expected


def test_form_opens_a_session_with_a_code(desk: Desk, clinician: Clinician) -> None:
    """A patient who is found leads to a QR code of the phone's address, its remaining time, and whose session it is.

    Photos can be added from the desktop too, and the timeline names who did it.
    """
    page, name = desk.page, f"{PATIENT} {secrets.token_hex(4)}"
    assert clinician.call("POST", "/patients", {"name": name}).status_code == 201
    page.goto("/")
    page.get_by_role("combobox", name="Patient").press_sequentially(name)
    page.get_by_role("option", name=name).click()
    page.get_by_role("button", name="Start capture").click()
    desk.ready()
    assert desk.link.startswith(page.evaluate("location.origin") + "/capture#t=")
    shown, expected = _squares(page.locator("#code-image"), desk.link)
    assert shown == expected
    expect(page.locator("#code-left")).to_have_text(re.compile(r"^9:\d\d$"))
    expect(page.locator("#patient-name")).to_have_text(name)
    expect(page.locator("#patient-ids")).to_have_text(re.compile(r"^[^0-9]*$"))
    expect(page.get_by_text("No photos yet")).to_be_visible()
    assert PATIENT.split()[0] not in page.url

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add photos").click()
    chooser.value.set_files(album(1))
    desk.expect_photos(1)
    encounter = parse_qs(urlsplit(page.url).query)["encounterId"][0]

    def added_by() -> list[str]:
        found = clinician.call("GET", f"/encounters/{encounter}").json()
        return [each["actor"]["kind"] for each in found.get("timeline", []) if each["kind"] == "photo-arrived"]

    until(lambda: added_by() == ["user"], added_by)


def test_reload_joins_the_same_session_with_a_new_code(desk: Desk, handset: Handset, encounter: str) -> None:
    """A reload leads back to the session and its photos; the first code still opens it, as the second does."""
    desk.open(encounter)
    for known in (NHI, encounter):
        expect(desk.page.locator("#patient-ids")).to_contain_text(known)
    first = desk.link
    handset.scan(first)
    handset.send(album(1))
    desk.expect_photos(1)
    desk.reload()
    desk.expect_photos(1)
    assert desk.link != first
    for link in (first, desk.link):
        handset.page.goto("about:blank")
        handset.scan(link)
        expect(handset.page.locator("#count")).to_have_text("1 of 20")


def test_end_of_a_session_reaches_everyone(
    desk: Desk, other_desk: Desk, handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """Ending a session is asked about, ends it on every desktop, and tells the phone within seconds."""
    desk.open(encounter)
    other_desk.open(encounter)
    handset.scan(desk.link)
    handset.choose(album(1))
    handset.to_send()
    desk.page.get_by_role("button", name="End session").click()
    desk.page.locator("#confirm-yes").click()
    for page in (desk.page, other_desk.page):
        expect(page.get_by_role("heading", name="Session ended")).to_be_visible()
        expect(page.locator("#patient-name")).to_have_text(PATIENT)
    expect(handset.page.locator("#handoff-title")).to_have_text("This session has ended", timeout=15_000)
    assert handset.kept() == 1
    assert clinician.images(encounter) == []
