"""One who takes part in a visit, in one tab."""

from playwright.sync_api import FrameLocator, Page, expect

# Whether the other one's picture moves.
_PLAYS = "video => video.readyState >= 2 && video.videoWidth > 0 && !video.paused"


class Attendant:
    """The page of one visit: the practitioner's, or the patient's."""

    def __init__(self, page: Page, path: str, visit_id: str) -> None:
        self.page = page
        self.visit_id = visit_id
        self._path = path

    def open(self) -> None:
        """Open the visit."""
        self.page.goto(f"{self._path}#v={self.visit_id}")
        expect(self.page.locator("[data-screen=visit]")).to_be_visible()

    def join(self) -> None:
        """Join by hand."""
        self.page.locator("#join").click()
        expect(self.page.locator("#stage")).to_have_attribute("data-mode", "in")

    def hang_up(self) -> None:
        """Leave the room by its own button, so that the provider tells of it at once."""
        self.room.get_by_role("button", name="Leave").click()
        expect(self.page.locator("#stage")).to_have_attribute("data-mode", "out")

    @property
    def room(self) -> FrameLocator:
        """The provider's room, inside the page."""
        return self.page.frame_locator("#room iframe")

    def expect_state(self, text: str) -> None:
        """Wait until the page says how the visit stands."""
        expect(self.page.locator("#state")).to_have_text(text)

    def expect_picture(self) -> None:
        """Wait until the other one is seen."""
        expect(self.room.locator("body")).to_have_attribute("data-state", "connected")
        picture = self.room.locator("#remote").element_handle()
        frame = picture.owner_frame()
        assert frame
        frame.wait_for_function(_PLAYS, arg=picture)

    def confirm(self, name: str) -> None:
        """Press a button of the page, and say yes to its question."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.locator("#confirm-yes").click()


def meet(patient: Attendant, practitioner: Attendant) -> None:
    """Let both join, and see each other."""
    for attendant in (patient, practitioner):
        attendant.open()
    for attendant in (patient, practitioner):
        attendant.join()
    for attendant in (patient, practitioner):
        attendant.expect_picture()
    practitioner.expect_state("In progress")
