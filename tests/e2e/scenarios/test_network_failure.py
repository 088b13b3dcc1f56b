"""8: networks fail, servers fail, pages are reloaded; nothing is lost and nothing comes twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.people import Clinician
from tests.e2e.photographs import album, file, grainy, jpeg, skin
from tests.e2e.scenarios.desk import Desk, Wire
from tests.e2e.scenarios.handset import Gate, Handset


def _once(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """Answer the first request so, and let all others through."""
    answered = False

    def handle(route: Route) -> None:
        nonlocal answered
        if answered:
            route.fallback()
        else:
            answered = True
            answer(route)

    return handle


def test_phone_goes_offline_in_the_middle_of_an_upload(desk: Desk, handset: Handset, encounter: str) -> None:
    """Bytes are on their way when the network goes: the page waits, and sends by itself once it is back."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose([file(n, jpeg(grainy(skin(n, 1600, 1200)))) for n in (1, 2)])
    handset.to_send()
    handset.network(upload_rate=100_000)
    handset.press_send()
    expect(handset.page.locator(".upload.sending").first).to_contain_text(re.compile(r"[1-9]\d* %"))
    handset.network(offline=True)
    expect(handset.page.locator("#uploading-messages")).to_contain_text("Waiting for a connection")
    expect(handset.page.locator(".upload.failed")).to_have_count(0)
    handset.network()
    handset.expect_sent(2)
    desk.expect_photos(2, 1)
    assert handset.kept() == 0


@pytest.mark.parametrize("address", ["**/sessions/**", "**/session/images"], ids=["S3", "notify"])
def test_answer_that_is_lost_after_the_work_was_done(
    desk: Desk, handset: Handset, clinician: Clinician, encounter: str, address: str
) -> None:
    """The photo was stored, or noted, but the phone never heard: it asks again, and the photo is there once."""
    desk.open(encounter)
    handset.scan(desk.link)

    def lose(route: Route) -> None:
        assert route.fetch().ok
        route.abort("connectionreset")

    handset.page.route(address, _once(lose))
    handset.send(album(1))
    handset.expect_sent(1)
    desk.expect_photos(1)
    assert len(clinician.images(encounter)) == 1


def test_reload_in_the_middle_of_sending_goes_on(
    desk: Desk, handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """A page that is reloaded while it sends goes on by itself, and every photo arrives once."""
    desk.open(encounter)
    handset.scan(desk.link)
    Gate(handset.page, "**/sessions/**")
    handset.choose(album(5))
    handset.to_send()
    with handset.page.expect_request("**/sessions/**"):
        handset.press_send()
    expect(handset.page.locator(".upload.sending")).to_have_count(3)
    handset.page.unroute("**/sessions/**")
    handset.page.reload()
    handset.expect_sent(5)
    desk.expect_photos(5, 4, 3, 2, 1)
    assert len(clinician.images(encounter)) == 5


def test_desktop_without_sockets_polls_until_they_are_back(desk: Desk, handset: Handset, encounter: str) -> None:
    """The live connection is cut: photos still appear, the pill says how, and once it is back the page is live."""
    wire = Wire(desk.page)
    desk.open(encounter)
    handset.scan(desk.link)
    wire.cut()
    desk.expect_state("Polling")
    handset.send(album(1))
    handset.expect_sent(1)
    desk.expect_photos(1)
    wire.mend()
    desk.come_back()
    desk.expect_state("Live")
    handset.add_more()
    handset.send(album(2)[1:])
    desk.expect_photos(2, 1)
    desk.expect_never_reloaded()


def test_desktop_that_was_offline_catches_up(
    desk: Desk, handset: Handset, clinician: Clinician, encounter: str
) -> None:
    """What happened while the desktop had no network is there as soon as it has one."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.send(album(2))
    desk.expect_photos(2, 1)
    desk.page.context.set_offline(offline=True)
    desk.expect_state("Offline")
    handset.expect_sent(2)
    handset.add_more()
    handset.send(album(3)[2:])
    handset.expect_sent(1)
    first = clinician.images(encounter)[0]["imageId"]
    assert clinician.call("DELETE", f"/session/images/{encounter}/{first}").status_code == 200
    desk.page.context.set_offline(offline=False)
    desk.expect_photos(3, 2)
    desk.expect_state("Live")
