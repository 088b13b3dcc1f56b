"""What a person does on the phone page, step by step."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.phone.fake_clinic import Clinic
from tests.web.settling import settle


def screen(page: Page, name: str) -> None:
    """Waits until a screen shows."""
    expect(page.locator(f'[data-screen="{name}"]')).to_be_visible()


def scan(page: Page, clinic: Clinic, patient: str = "P1", name: str | None = "Aroha Ngata") -> None:
    """Scans a new code of a patient."""
    page.goto(clinic.open(patient, name))


def scan_next(page: Page, link: str) -> None:
    """Scans another code on an open page, which loads itself anew for it; waits until it has."""
    with page.expect_event("load"):
        page.goto(link)


def review_first(page: Page) -> None:
    """Turns off that each photo is sent at once."""
    screen(page, "capture")
    switch = page.locator("#at-once")
    if switch.get_attribute("aria-checked") == "true":
        switch.tap()
    expect(switch).to_have_attribute("aria-checked", "false")


def choose(page: Page, files: Sequence[Path], total: int | None = None) -> None:
    """Chooses photos from the gallery to look at before they are sent, and waits until they are prepared."""
    review_first(page)
    page.locator("#gallery").set_input_files([str(file) for file in files])
    count = len(files) if total is None else total
    expect(page.locator("#review")).to_have_text(f"Review {count} photo{'s' if count > 1 else ''}")
    expect(page.locator("#preparing")).to_be_hidden()


def to_send(page: Page) -> None:
    """Walks past review and details to the screen with the send button."""
    page.locator("#review").tap()
    page.locator("#describe").tap()
    skip = page.locator("#skip")
    (skip if skip.is_visible() else page.locator("#next")).tap()
    expect(page.locator("#send")).to_be_visible()


def send(page: Page, files: Sequence[Path]) -> None:
    """Takes, skips the details and sends."""
    choose(page, files)
    to_send(page)
    page.locator("#send").tap()


def freeze(page: Page) -> None:
    """Stops the page's clock: it goes on only when it is told to."""
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def hurry(page: Page, seconds: int) -> None:
    """Lets the page's clock run ahead in half seconds, with time between them for answers to arrive.

    The page must have had `page.clock.install()`.
    """
    for _ in range(seconds * 2):
        page.clock.run_for(500)
        settle(page)


def kept(page: Page, store: str) -> list[dict[str, object]]:
    """What a store of the phone's database holds: "sessions", "photos" or "bytes"."""
    found: list[dict[str, object]] = page.evaluate(
        """async (store) => {
          const open = indexedDB.open("bedside-capture");
          const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
          const all = database.transaction(store).objectStore(store).getAll();
          const found = await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)));
          database.close();
          return found.map(({ bytes, ...rest }) => rest);
        }""",
        store,
    )
    return found


def stored_pictures(page: Page) -> int:
    """How many photos the phone keeps for a reload."""
    return len(kept(page, "bytes"))
