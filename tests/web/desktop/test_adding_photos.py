"""Photos that a clinician adds from the desktop: chosen, dropped or pasted."""

import io
import re

from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.web.accessibility import audit
from tests.web.desktop.desktop_page import Desk
from tests.web.desktop.desktop_uploads import photo

# Gives the page files as a drop or a paste does.
GIVE = """async ([kind, files]) => {
  const data = new DataTransfer();
  for (const [name, type, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const about = { bubbles: true, cancelable: true };
  document.body.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...about, clipboardData: data })
    : new DragEvent(kind, { ...about, dataTransfer: data }));
}"""


def payload(name: str, content: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(desk: Desk, *files: FilePayload) -> None:
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Add photos").click()
    chooser.value.set_files(list(files))


def test_photos_are_chosen_dropped_and_pasted(started: Desk) -> None:
    """Each is encoded anew, without what the camera wrote into it, and what is no photo is refused in words.

    The grid shows the small picture that is in the photo, not the photo.
    """
    page = started.page
    choose(started, payload("mole.jpg", photo(3200, 2400)))
    started.expect_photos(1)
    expect(started.picture(1)).to_have_attribute("data-state", "loaded")
    shown = started.picture(1).locator("img")
    assert shown.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [480, 360]
    [content] = set(started.fake.stored.values())
    sent = Image.open(io.BytesIO(content))
    assert (sent.format, dict(sent.getexif())) == ("JPEG", {})
    assert sent.size == (2560, 1920)

    encoded = page.evaluate("bytes => btoa(String.fromCharCode(...bytes))", list(photo()))
    files = [["arm.jpg", "image/jpeg", encoded], ["letter.pdf", "application/pdf", "AAAA"]]
    page.evaluate(GIVE, ["dragenter", files])
    expect(page.locator("#photos")).to_have_class(re.compile("dropping"))
    page.evaluate(GIVE, ["drop", files])
    started.expect_photos(2, 1)
    expect(page.locator("#photos")).not_to_have_class(re.compile("dropping"))
    page.evaluate(GIVE, ["paste", [["image.png", "image/png", ""], ["arm.jpg", "image/jpeg", encoded]]])
    started.expect_photos(3, 2, 1)
    choose(started, payload("cut.jpg", photo()[:-200]), payload("scan.heic", b"\0\0\0\x08ftyp", "image/heic"))
    refusals = page.get_by_role("list", name="Photos from this computer").get_by_role("listitem")
    expect(refusals.locator("p")).to_have_text(
        [
            re.compile("letter.pdf.* it is not a picture"),
            re.compile("image.png.* is damaged"),
            re.compile("cut.jpg.* is damaged"),
            re.compile("scan.heic.* cannot open HEIC photos"),
        ]
    )
    audit(page, "desktop", 320)
    for name in ("letter.pdf", "image.png", "cut.jpg", "scan.heic"):
        page.get_by_role("button", name=f"Dismiss {name}").click()
    expect(refusals).to_have_count(0)


def test_no_photo_is_lost_when_the_network_is(started: Desk) -> None:
    """It waits, says why, is sent once the connection is back, and with another token once the first has ended."""
    page = started.page
    started.fake.upload()
    choose(started, payload("first.jpg", photo()))
    started.expect_photos(2, 1)
    started.fake.desk_tokens += 1  # what the page has is not the latest any more
    page.context.set_offline(True)
    choose(started, payload("mole.jpg", photo()))
    expect(page.locator("#adding p")).to_have_text(re.compile("mole.jpg.* There is no connection"), timeout=20_000)
    page.get_by_role("button", name="End session").click()
    expect(page.locator("#confirm-text")).to_contain_text("1 photo from this computer is not sent yet")
    page.get_by_role("button", name="Cancel").click()
    page.context.set_offline(False)
    started.expect_photos(3, 2, 1)
    expect(page.locator("#adding")).to_be_hidden()


def test_twenty_photos_are_a_session(started: Desk) -> None:
    """Those that phones send count too: what is too many is refused, before it is sent or by the server."""
    for _ in range(18):
        started.fake.upload()
    choose(started, *(payload(f"{number}.jpg", photo()) for number in range(4)))
    expect(started.page.locator("#adding p")).to_have_text(["2 photos were not added: a session holds 20."])
    started.expect_photos(*range(20, 0, -1))
    started.fake.open = False
    choose(started, payload("late.jpg", photo()))
    expect(started.page.get_by_role("heading", name="Session ended")).to_be_visible()
