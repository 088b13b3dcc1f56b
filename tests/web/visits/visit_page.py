"""The pages of one visit as a test talks about them."""

from playwright.sync_api import Frame, Page, expect

from tests.web.visits.visits_fake import Clinic


class Room:
    """What a practitioner or a patient can do and see in one visit."""

    def __init__(self, page: Page, clinic: Clinic, path: str, visit_id: str = "") -> None:
        self.page = page
        self.clinic = clinic
        self.visit_id = visit_id or clinic.book(1)
        self.path = path

    def open(self) -> "Room":
        """Open the visit, not joined."""
        self.page.goto(f"{self.path}#v={self.visit_id}")
        expect(self.page.locator("[data-screen=visit]")).to_be_visible()
        return self

    def join(self) -> "Room":
        """Join, until the room is there."""
        self.page.get_by_role("button", name="Join visit").click()
        self.expect_in()
        return self

    def expect_in(self) -> None:
        """Wait until the room is seen."""
        expect(self.page.locator("#stage")).to_have_attribute("data-mode", "in")
        expect(self.page.frame_locator("#room iframe").get_by_text("The provider's room")).to_be_visible()

    @property
    def frame(self) -> Frame:
        """The provider's page."""
        return next(frame for frame in self.page.frames if "/hms/room" in frame.url)

    def say(self, kind: str) -> None:
        """The provider's page tells something of its own accord."""
        self.frame.evaluate(f"tell('{kind}')")

    def lost(self, text: str) -> None:
        """Wait until the banner about a lost connection says this."""
        expect(self.page.locator("#lost-text")).to_have_text(text)

    def joins(self) -> int:
        """How often the page has called to join."""
        return len(self.clinic.asked("POST", f"/visits/{self.visit_id}/join"))
