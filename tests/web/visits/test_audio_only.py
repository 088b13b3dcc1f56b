"""Audio instead of video: the camera fails or the connection is too weak, both are told, and video comes back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.phone.steps import freeze
from tests.web.tabs import Open
from tests.web.visits.visit_page import Room
from tests.web.visits.visits_fake import Clinic

REST = "microphone; display-capture; autoplay"
WITHOUT = f"camera 'none'; {REST}"


@pytest.fixture
def room(visitor: Open, clinic: Clinic) -> Room:
    """The patient's next visit."""
    return Room(visitor(clinic.patient, width=390), clinic, "/my-visits").open()


def expect_told(room: Room, reasons: list[str | None]) -> None:
    """Wait until the page has told the server of these reasons."""

    def told() -> list[str | None]:
        return [body["reason"] for body in room.clinic.asked("POST", f"/visits/{room.visit_id}/audio-only")]

    until(lambda: len(told()) >= len(reasons), told, page=room.page)
    assert told() == reasons


def report(room: Room, kind: str, value: str) -> None:
    """The provider's page reports something of the camera or the connection."""
    room.frame.evaluate(f"tell('{kind}', {value})")


def back(page: Page) -> None:
    """Turn video on again."""
    page.get_by_role("button", name="Turn video on").click()
    expect(page.locator("#audio-only")).to_be_hidden()


def test_both_are_told_of_a_camera_that_fails_and_of_a_weak_connection(
    room: Room, visitor: Open, clinic: Clinic
) -> None:
    """The room that reports it goes on with audio in the same frame, and with video once its person wants it."""
    room.join()
    mine = room.page.locator("#audio-only-text")
    report(room, "camera", "{ works: false }")
    expect(mine).to_have_text("Your camera does not work. The call goes on with audio only.")
    doctor = Room(visitor(clinic.clinician), clinic, "/visit", room.visit_id).open()
    doctor.page.get_by_role("button", name="Join visit").click()
    theirs = doctor.page.locator("#their-audio-only")
    expect(theirs).to_have_text("The camera of Aroha Ngata does not work. The call goes on with audio only.")
    report(room, "camera", "{ works: true }")
    expect(mine).to_have_text("Your camera works again. You can turn video on.")
    back(room.page)
    expect(theirs).to_be_hidden()
    freeze(room.page)
    report(room, "connection", "{ quality: 1 }")
    room.page.clock.run_for(7_000)
    expect(room.page.locator("#audio-only")).to_be_hidden()
    # Its request must be over before the page's clock passes its deadline.
    with room.page.expect_request_finished(lambda request: request.url.endswith("/audio-only")):
        room.page.clock.run_for(2_000)
    expect(mine).to_have_text("Your connection is too weak for video. The call goes on with audio only.")
    expect(theirs).to_have_text(re.compile("^The connection of Aroha Ngata is too weak for video."))
    report(room, "connection", "{ quality: 4 }")
    room.page.clock.run_for(16_000)
    expect(mine).to_have_text("Your connection is better now. You can turn video on again.")
    back(room.page)
    expect(theirs).to_be_hidden()
    heard = room.frame.evaluate("heard.filter(({ type }) => type === 'video').map(({ on }) => on)")
    assert heard == [True, False, True]
    expect_told(room, ["camera", None, "connection", None])
    # Each of the two once.
    assert room.joins() == 2


def test_a_room_that_reports_nothing_is_entered_again_without_the_camera(room: Room) -> None:
    """After two breaks, or by hand after one; the way back is the same."""
    room.clinic.silent_room = True
    # A browser with a camera, as far as the page can tell.
    devices = "async () => [{ kind: 'videoinput', deviceId: '', label: '' }]"
    room.page.evaluate(f"navigator.mediaDevices.enumerateDevices = {devices}")
    room.join()
    frame = room.page.locator("#room iframe")
    # It says nothing of having joined, so it may still be waiting for the camera.
    report(room, "camera", "{ works: false }")
    room.say("dropped")
    room.page.get_by_role("button", name="Go on with audio only").click()
    room.expect_in()
    expect(frame).to_have_attribute("allow", WITHOUT)
    expect(room.page.locator("#audio-only-text")).to_contain_text("Your connection is too weak for video.")
    back(room.page)
    expect(frame).to_have_attribute("allow", f"camera; {REST}")
    for times in (1, 2):
        room.expect_in()
        room.say("dropped")
        expect(room.page.locator("#lost-audio")).to_be_visible(visible=times == 1)
        room.page.get_by_role("button", name="Rejoin now").click()
    room.expect_in()
    expect(frame).to_have_attribute("allow", WITHOUT)
    expect(room.page.locator("#audio-only")).to_be_visible()
    expect_told(room, ["connection", None, "connection"])


def test_a_camera_that_is_not_there_is_noticed_by_the_page(room: Room) -> None:
    """In a room that reports nothing; nobody has to enter it again for that."""
    room.clinic.silent_room = True
    room.page.evaluate("navigator.mediaDevices.enumerateDevices = async () => []")
    freeze(room.page)
    room.join()
    room.page.clock.run_for(6_000)
    expect(room.page.locator("#audio-only-text")).to_have_text(re.compile("^Your camera does not work."))
    expect_told(room, ["camera"])
    assert room.joins() == 1
