"""The check before a call: one's own picture, the microphone's level, the connection, and what is remembered."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.cases import cases, resize
from tests.web.tabs import Open
from tests.web.visits.media_fake import MEDIA
from tests.web.visits.visit_page import Room
from tests.web.visits.visits_fake import Clinic


@pytest.fixture
def room(visitor: Open, clinic: Clinic) -> Room:
    """The patient's next visit on a phone with two cameras and two microphones."""
    opened = Room(visitor(clinic.patient, width=390), clinic, "/my-visits").open()
    opened.page.evaluate(MEDIA)
    return opened


def checked(page: Page, faults: dict[str, str]) -> None:
    """Check once more, with these faults."""
    page.evaluate("faults => { media.faults = faults; }", faults)
    page.get_by_role("button", name="Check again").click()


def test_a_call_is_checked_and_joined_from_there(room: Room) -> None:
    """Everything works: it is seen and heard, chosen and kept, and let go of before the call needs it."""
    page = room.page
    page.route("**/call-check*", lambda route: route.abort())
    page.get_by_role("button", name="Check camera and microphone").click()
    expect(page.locator("#cover-failure")).to_contain_text("connection")
    page.unroute("**/call-check*")
    # A browser remembers that a script failed for as long as the page is open.
    page.reload()
    page.evaluate(MEDIA)
    page.get_by_role("button", name="Check camera and microphone").click()
    dialog = page.get_by_role("dialog", name="Camera, microphone and connection")
    expect(dialog.get_by_role("button", name="Join now")).to_be_focused()
    until(lambda: page.evaluate("document.querySelector('#check-picture').currentTime > 0"), "no picture", page=page)
    expect(page.locator("#check-microphone-said")).to_have_text("You are heard.")
    expect(page.locator("#check-connection")).to_have_attribute("data-verdict", re.compile("good|fair|weak"))
    assert page.evaluate("media.asked") == [{"video": True, "audio": True}]
    for width in (320, 390, 1280):
        resize(page, width)
        assert page.evaluate(
            "document.querySelector('#check').scrollWidth <= document.querySelector('#check').clientWidth"
        )
    audit(page, "my-visits")
    dialog.get_by_label("Microphone", exact=True).select_option(label="Headset")
    dialog.get_by_label("Camera", exact=True).select_option(label="Back camera")
    live = "media.tracks.filter((track) => track.readyState === 'live').length"
    until(lambda: page.evaluate(live) == 2, "others than two are in use", page=page)
    dialog.get_by_label("Join with audio only").check()
    expect(page.locator("#check-picture")).to_be_hidden()
    dialog.get_by_role("button", name="Join now").click()
    room.expect_in()
    expect(page.locator("#room iframe")).to_have_attribute(
        "allow", "camera 'none'; microphone; display-capture; autoplay"
    )
    assert page.evaluate("media.tracks.every((track) => track.readyState === 'ended')")
    until(lambda: room.frame.evaluate("heard.length > 0"), "the room was told nothing", page=page)
    heard: Any = room.frame.evaluate("heard")
    devices = {"camera": "Back camera", "microphone": "Headset", "video": False}
    assert heard == [{"source": "visit", "type": "devices", **devices}]
    page.get_by_role("button", name="Leave call").click()
    page.locator("#confirm-yes").click()
    page.reload()
    expect(page.get_by_role("button", name="You join with audio only. Check or change")).to_be_visible()


def test_what_cannot_be_used_is_said_with_what_to_do(room: Room) -> None:
    """Refused, missing, in use elsewhere: the other one is used all the same, and joining stays possible."""
    page = room.page
    page.evaluate("media.faults = { camera: 'NotAllowedError', microphone: 'NotFoundError' }")
    page.get_by_role("button", name="Check camera and microphone").click()
    camera, microphone = page.locator("#check-camera-said"), page.locator("#check-microphone-said")
    expect(camera).to_contain_text("This page may not use the camera. Allow it")
    expect(camera).to_contain_text("You can join with audio only.")
    expect(microphone).to_contain_text("No microphone was found.")
    audit(page, "my-visits", 320)
    with cases() as case:
        for faults, texts in (
            ({"camera": "NotReadableError"}, ("Another program may be using it", "You are heard.")),
            ({"camera": "NotFoundError"}, ("No camera was found.", "You are heard.")),
            ({"microphone": "NotAllowedError"}, ("", "This page may not use the microphone.")),
        ):
            with case(faults=faults):
                checked(page, faults)
                expect(camera).to_contain_text(texts[0])
                expect(microphone).to_contain_text(texts[1])
    expect(page.locator("#check-picture")).to_be_visible()
    # Unplugged while somebody looks.
    page.evaluate("media.tracks.findLast((track) => track.kind === 'video').onended()")
    expect(camera).to_contain_text("No camera was found.")
    page.get_by_role("button", name="Close", exact=True).click()
    room.join()
