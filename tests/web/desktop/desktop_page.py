"""The desktop page as a test talks about it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.web.desktop.desktop_fake import Fake, address
from tests.web.settling import settle

ENCOUNTER = {"encounterId": "ENC-1", "patientId": "PAT-1", "facilityId": "FAC001"}


class Desk:
    """What a clinician can do and see."""

    def __init__(self, page: Page, fake: Fake) -> None:
        self.page = page
        self.fake = fake

    def open(self, **more: str) -> None:
        """Start a capture from the record system's link."""
        self.visit(**more)
        self.start()
        expect(self.page.locator("#code-frame")).to_have_attribute("data-state", "ready")

    def visit(self, **more: str) -> None:
        """Open the page for the encounter, as the record system links to it."""
        self.page.goto(address(self.fake.origin, **ENCOUNTER | more))

    def start(self) -> None:
        """Press the button, without which a link starts nothing."""
        self.page.get_by_role("button", name="Start capture").click()

    def expect_state(self, text: str) -> None:
        """Wait until the pill says this."""
        expect(self.page.locator("#pill")).to_have_text(text)

    def settle(self) -> None:
        """Wait until the lists of the start have all been answered, so that the next one has another reason."""
        seen = -1
        while seen != self.lists():
            seen = self.lists()
            settle(self.page)

    def expect_photos(self, *numbers: int) -> None:
        """Wait until exactly these photos are shown, in this order, none twice, and the count agrees."""
        expect(self.page.locator("#grid .photo-number")).to_have_text([f"Photo {number}" for number in numbers])
        expect(self.page.locator("#count")).to_have_text(f"{len(numbers)} of 20")

    def photo(self, number: int) -> Locator:
        """The card of a photo."""
        return self.page.get_by_role("button", name=re.compile(rf"^Photo {number}, "))

    def picture(self, number: int) -> Locator:
        """The thumbnail of a photo."""
        return self.photo(number).locator(".photo-picture")

    @property
    def notes(self) -> Locator:
        """The notes of the open photo."""
        return self.page.get_by_role("textbox", name="Notes")

    def lists(self) -> int:
        """How often the page has asked for the whole list."""
        return len(self.fake.asked("GET", "/session/images/ENC-1"))

    def preview(self, number: int) -> None:
        """Open a photo."""
        self.photo(number).click()
        expect(self.page.locator("#preview-title")).to_have_text(f"Photo {number}")

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run something in the page."""
        return self.page.evaluate(script, argument)


def offer_patients(desk: Desk) -> None:
    """Let the directory find a patient, and the page make an encounter id that the fake knows."""
    kind = {"system": "nhi", "label": "NHI", "required": False}
    mere = {"patientId": "p" * 26, "name": "Mere Paki", "dateOfBirth": "1984-03-07", "identifiers": []}
    answer = {"patients": [mere], "cursor": None, "identifier": kind}
    desk.page.route("**/patients?**", lambda route: route.fulfill(json=answer))
    desk.page.route("**/patients", lambda route: route.fulfill(json=answer))
    desk.page.add_init_script("crypto.randomUUID = () => 'ENC-1'")
