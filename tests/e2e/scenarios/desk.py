"""The desktop page, as a clinician uses it."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

PATIENT = "Ana Rangi"
NHI = "ZAC5361"


class Desk:
    """One tab of a clinician's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, encounter: str, facility: str = "FAC001") -> None:
        """Start a capture from the record system's link, and wait for the code and the live connection."""
        self.visit(encounter, facility)
        self.start()
        self.ready()
        self.page.evaluate("globalThis.openedOnce = true")

    def visit(self, encounter: str, facility: str = "FAC001", patient: str = "patient-1") -> None:
        """Open the page as the record system links to it, whatever comes of it."""
        facts = {"encounterId": encounter, "patientId": patient, "facilityId": facility}
        self.page.goto("/?" + urlencode(facts | {"patientName": PATIENT, "patientNHI": NHI}))

    def start(self) -> None:
        """Press the button, without which a link starts nothing."""
        self.page.get_by_role("button", name="Start capture").click()

    def ready(self) -> None:
        """Wait for the code and the live connection."""
        expect(self.page.locator("#code-link")).to_have_value(re.compile("#t="))
        expect(self.page.locator("#code-frame")).to_have_attribute("data-state", "ready")
        self.expect_state("Live")

    def reload(self) -> None:
        """Load the page again, and wait until it lives."""
        self.page.reload()
        self.ready()

    @property
    def link(self) -> str:
        """The address in the code."""
        return self.page.locator("#code-link").input_value()

    def let_in(self, words: str) -> None:
        """Let the phone in that shows these words."""
        asking = self.page.locator("#asking li").filter(has_text=words)
        asking.get_by_role("button", name="Let in").click()
        expect(self.page.locator("#phones-list li").filter(has_text=words)).to_have_count(1)

    @property
    def token(self) -> str:
        """The QR token in the code."""
        return self.link.partition("#t=")[2]

    def expect_state(self, text: str) -> None:
        """Wait until the pill says this."""
        expect(self.page.locator("#pill")).to_have_text(text)

    def expect_photos(self, *numbers: int) -> None:
        """Wait until exactly these photos are here, in this order, none twice, and each can be seen."""
        expect(self.page.locator("#grid .photo-number")).to_have_text([f"Photo {number}" for number in numbers])
        expect(self.page.locator("#count")).to_have_text(f"{len(numbers)} of 20")
        loaded = self.page.locator("#grid .photo-picture[data-state=loaded]")
        expect(loaded).to_have_count(len(numbers))

    def photo(self, number: int) -> Locator:
        """The card of a photo."""
        return self.page.get_by_role("button", name=re.compile(rf"^Photo {number}, "))

    def picture(self, number: int) -> Locator:
        """The thumbnail of a photo."""
        return self.photo(number).locator("img")

    def expect_badges(self, number: int, *badges: str) -> None:
        """Wait until this is said about a photo."""
        expect(self.photo(number).locator(".badge")).to_have_text(list(badges))

    def preview(self, number: int) -> None:
        """Open a photo and wait until it can be seen."""
        self.photo(number).click()
        self.expect_preview(number)

    def expect_preview(self, number: int) -> None:
        """Wait until this photo is open."""
        expect(self.page.locator("#preview-title")).to_have_text(f"Photo {number}")
        expect(self.page.locator("#preview-figure")).to_have_attribute("data-state", "loaded")

    def delete(self, number: int) -> None:
        """Delete a photo in its preview, and say yes."""
        self.preview(number)
        self.delete_open()

    def delete_open(self) -> None:
        """Delete the photo that is open, and close the preview if it has gone on to a neighbour."""
        self.page.get_by_role("button", name="Delete photo").click()
        self.page.locator("#confirm-yes").click()
        expect(self.page.locator("#confirm")).to_be_hidden()
        if self.page.locator("#preview").is_visible():
            self.page.keyboard.press("Escape")
            expect(self.page.locator("#preview")).to_be_hidden()

    def come_back(self) -> None:
        """Do as the browser does when a person comes back to a page that was put aside."""
        self.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    def expect_never_reloaded(self) -> None:
        """Check that this is the page that was opened first: what was left in it is still there."""
        assert self.page.evaluate("globalThis.openedOnce === true")


class Wire:
    """The live connections of a page, to be cut. It has to be there before the page opens."""

    def __init__(self, page: Page) -> None:
        self._blocked = False
        self._open: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        page.route_web_socket(re.compile("/live"), self._connect)

    def cut(self) -> None:
        """Close what is open, as a network that fails does, and let nothing open again."""
        self._blocked = True
        while self._open:
            for side in self._open.pop():
                side.close(code=1001)

    def mend(self) -> None:
        """Let connections through again."""
        self._blocked = False

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._blocked:
            socket.close(code=1001)
        else:
            self._open.append((socket, socket.connect_to_server()))
