"""The live connection, what replaces it, and the code's life."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.waiting import until
from tests.web.desktop.desktop_page import Desk
from tests.web.settling import settle

type Json = dict[str, Any]


def test_a_lost_message_is_made_up_for(started: Desk) -> None:
    """A jump in the revisions makes the page ask for everything."""
    known = started.fake.upload()
    doomed = started.fake.upload()
    started.expect_photos(2, 1)
    expect(started.picture(2)).to_have_attribute("data-state", "loaded")
    started.settle()
    started.fake.upload(tell=False)
    started.fake.delete(doomed, tell=False)
    started.fake.describe(known, {"notes": "The only message that arrives."})
    started.expect_photos(3, 1)


def test_a_lost_last_message_is_made_up_for(desk: Desk) -> None:
    """With no message after it to show the gap, the comparison every 30 seconds finds the photo."""
    desk.page.clock.install()
    desk.open()
    desk.expect_state("Live")
    desk.settle()
    desk.fake.upload(tell=False)
    settle(desk.page)
    desk.expect_photos()
    for _ in range(4):
        desk.page.clock.run_for(8_000)
    desk.expect_photos(1)


def test_blocked_sockets_are_replaced_by_polling(desk: Desk) -> None:
    """Where no socket opens, photos still appear within a few seconds, and the pill says how."""
    desk.fake.refuse_sockets = True
    desk.open()
    desk.expect_state("Polling")
    desk.fake.upload(tell=False)
    desk.expect_photos(1)


def test_polling_stops_when_the_socket_is_back(desk: Desk) -> None:
    """Once a socket opens the page is live again and no longer asks every 3 seconds."""
    desk.fake.refuse_sockets = True
    desk.page.clock.install()
    desk.open()
    run_until(desk, lambda: desk.page.locator("#pill").text_content() == "Polling")
    desk.fake.refuse_sockets = False
    run_until(desk, lambda: desk.page.locator("#pill").text_content() == "Live")
    before = desk.lists()
    desk.page.clock.run_for(9_000)
    desk.evaluate("fetch('/favicon.ico').then(() => null)")
    assert desk.lists() <= before + 1


def test_a_dropped_socket_is_opened_again_with_a_new_ticket(started: Desk) -> None:
    """After a drop the page fetches what it missed, and reconnects by a ticket of its own."""
    started.fake.drop_sockets()
    started.fake.upload(tell=False)
    started.expect_photos(1)
    started.expect_state("Live")
    assert started.fake.sockets_opened == 2
    assert len(started.fake.asked("POST", "/session/live-ticket")) == 1
    started.fake.upload()
    started.expect_photos(2, 1)


def test_a_silent_socket_is_given_up(desk: Desk) -> None:
    """A ping every 4 minutes; without a pong within 10 seconds the page reconnects."""
    desk.page.clock.install()
    desk.open()
    desk.expect_state("Live")
    desk.fake.mute_pongs = True
    desk.page.clock.fast_forward(240_500)
    until(lambda: ("WS", "ping", None) in desk.fake.calls, lambda: desk.fake.calls, page=desk.page)
    # Silent until it is given up: a page that has slept asks once more, and an answer to that would do.
    for _ in range(4):
        desk.page.clock.run_for(4_000)
    until(lambda: desk.fake.sockets_opened == 2, lambda: desk.fake.calls, page=desk.page)
    desk.fake.mute_pongs = False
    desk.expect_state("Live")


@pytest.mark.usefixtures("long_shift")
def test_the_two_hour_limit_is_never_reached(desk: Desk) -> None:
    """Before 110 minutes a second connection is opened, and only then the first one closed."""
    desk.page.clock.install()
    desk.open()
    desk.expect_state("Live")
    desk.page.clock.fast_forward(99 * 60_000)
    settle(desk.page)
    assert desk.fake.sockets_opened == 1
    desk.page.clock.fast_forward(630_000)
    desk.page.clock.run_for(2_000)
    until(lambda: (desk.fake.sockets_opened, len(desk.fake.sockets)) == (2, 1), lambda: desk.fake.calls, page=desk.page)
    assert desk.fake.most_sockets == 2
    desk.expect_state("Live")
    desk.fake.upload()
    desk.expect_photos(1)


def test_waking_up_catches_up(desk: Desk) -> None:
    """After a sleep, in which messages were lost and no event told of it, the page asks for everything at once."""
    desk.page.clock.install()
    desk.open()
    desk.expect_state("Live")
    desk.settle()
    desk.fake.upload(tell=False)
    before = desk.lists()
    desk.page.clock.fast_forward(12_000)
    desk.expect_photos(1)
    assert desk.lists() - before <= 2


@pytest.mark.parametrize("signal", ["visibilitychange", "online"])
def test_coming_back_catches_up(started: Desk, signal: str) -> None:
    """A tab that becomes visible, and a network that returns, ask for everything without waiting for a timer."""
    started.settle()
    started.fake.upload(tell=False)
    target = "document" if signal == "visibilitychange" else "window"
    started.evaluate(f"{target}.dispatchEvent(new Event('{signal}'))")
    started.expect_photos(1)


def test_a_lost_network_is_shown_and_healed(started: Desk, context: BrowserContext) -> None:
    """Offline says so at once and keeps the photos; back online the page is live again with what it missed."""
    started.fake.upload()
    started.expect_photos(1)
    context.set_offline(True)
    started.expect_state("Offline")
    started.expect_photos(1)
    started.fake.upload(tell=False)
    context.set_offline(False)
    started.expect_state("Live")
    started.expect_photos(2, 1)


def test_a_failing_server_is_shown_and_healed(started: Desk) -> None:
    """While lists fail the page says that it is offline, keeps its photos, and goes on by itself afterwards."""
    started.fake.upload()
    started.expect_photos(1)
    started.fake.list_status = 503
    started.fake.upload()
    started.expect_state("Offline")
    started.fake.list_status = 0
    started.expect_photos(2, 1)
    started.expect_state("Live")


def test_a_session_opened_anew_elsewhere_replaces_the_old_one(started: Desk) -> None:
    """When the list tells of a younger session, its photos replace the old ones and a code for it is shown."""
    started.fake.upload()
    started.fake.upload()
    started.expect_photos(2, 1)
    started.fake.created_at += 1
    started.fake.images = {}
    started.fake.revision = started.fake.sequence = 0
    started.fake.upload(tell=False)
    started.evaluate("dispatchEvent(new Event('online'))")
    started.expect_photos(1)
    expect(started.page.locator("#code-link")).to_have_value(re.compile("code-2$"))


def test_messages_of_another_encounter_are_ignored(started: Desk) -> None:
    """Whatever goes wrong in the channel, a foreign photo or a foreign end changes nothing here."""
    started.fake.upload(tell=False)
    foreign = started.fake.message("image-uploaded", "image-1") | {"encounterId": "ENC-2", "imageId": "foreign"}
    started.fake.send(foreign)
    started.fake.send({"type": "session-ended", "encounterId": "ENC-2", "revision": 9})
    started.fake.send({"type": "something-new", "encounterId": "ENC-1", "revision": 1})
    started.fake.upload()
    started.expect_photos(2, 1)


def test_ably_carries_the_messages(desk: Desk) -> None:
    """With Ably configured the token request buys a token, the channel is read as events, and photos appear."""
    desk.fake.ably = True
    desk.open()
    desk.expect_state("Live")
    bought = desk.fake.asked("POST", "/ably/keys/app.key/requestToken")
    assert bought == [{"keyName": "app.key", "nonce": "n", "mac": "m", "timestamp": 1}]
    query = {"v": "1.2", "channels": "session:ENC-1", "accessToken": "ably-token"}
    assert desk.fake.asked("GET", "/ably/sse") == [query]
    # A live page compares with the list only every 30 seconds: sooner, it is the message that brought the photo.
    desk.fake.upload()
    desk.expect_photos(1)


def test_a_cut_ably_stream_is_opened_again_with_a_new_token(desk: Desk) -> None:
    """When the stream ends, a new token request is fetched from our server and a new token bought with it."""
    desk.fake.ably = True
    desk.open()
    desk.expect_state("Live")
    assert desk.fake.loop
    desk.fake.loop.call_soon_threadsafe(desk.fake.streams[0].put_nowait, "")
    until(lambda: len(desk.fake.streams) == 2, lambda: desk.fake.calls, page=desk.page)
    desk.expect_state("Live")
    assert len(desk.fake.asked("POST", "/ably/keys/app.key/requestToken")) == 2
    desk.fake.upload()
    desk.expect_photos(1)


def test_the_code_counts_down_and_is_replaced_in_time(desk: Desk) -> None:
    """The time shown falls, and before the code dies a new one takes its place, still for the same session."""
    desk.page.clock.install()
    desk.open()
    left = desk.page.locator("#code-left")
    expect(left).to_have_text(re.compile(r"^9:[1-4]\d$"))
    desk.page.clock.fast_forward("05:00")
    expect(left).to_have_text(re.compile(r"^4:[1-4]\d$"))
    desk.page.clock.fast_forward("04:46")
    expect(desk.page.locator("#code-link")).to_have_value(re.compile("code-2$"))
    expect(left).to_have_text(re.compile(r"^9:[1-4]\d$"))


def test_a_short_lived_code_is_replaced_before_it_dies(desk: Desk) -> None:
    """The page follows the life that the server names, without a clock to help it."""
    desk.fake.code_life_s = 4
    desk.open(patientName="Aroha Ngata")
    expect(desk.page.locator("#code-link")).to_have_value(re.compile("code-2$"))
    renewal = {"encounterId": "ENC-1", "patientId": "PAT-1", "facilityId": "FAC001", "renew": True}
    assert desk.fake.asked("POST", "/session/create")[1] == renewal
    # Another desk ends the session, which this one has not heard of: it must not open it again.
    desk.fake.open = False
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    assert not desk.fake.open


def test_a_new_code_by_hand(started: Desk) -> None:
    """The button gives a new code at once, which ends the earlier ones; copying its link is announced."""
    started.page.get_by_role("button", name="New code").click()
    expect(started.page.locator("#code-link")).to_have_value(re.compile("code-2$"))
    opened = [
        (body.get("endEarlierCodes"), body.get("renew")) for body in started.fake.asked("POST", "/session/create")
    ]
    assert opened == [(None, None), (True, True)]
    expect(started.page.locator("#announcer")).to_have_text("New code. Earlier codes no longer work.")
    # The message of its own press makes no other code; that of another desk's does, and ends none in turn.
    for series, code in ((1, "code-2$"), (2, "code-3$")):
        started.fake.code_series = series
        started.fake.send({"type": "codes-ended", "encounterId": "ENC-1", "revision": 0})
        started.settle()
        expect(started.page.locator("#code-link")).to_have_value(re.compile(code))
    assert "endEarlierCodes" not in started.fake.asked("POST", "/session/create")[-1]
    started.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    started.page.get_by_role("button", name="Copy").click()
    expect(started.page.locator("#announcer")).to_have_text("Link copied")


def test_phones_are_named_and_let_in(started: Desk) -> None:
    """The first is there at once with its two words; others wait for a tap, after which the keyboard goes on there."""
    page, fake = started.page, started.fake
    fake.scan("iPhone", "amber heron")
    expect(page.get_by_role("list", name="Phone connected").get_by_role("listitem")).to_have_text(
        ["iPhone · amber heron"]
    )
    expect(page.locator("#announcer")).to_have_text("Phone connected: iPhone, amber heron")
    # The code has done its work, until somebody wants another phone.
    code, unfold = page.locator("#code-image"), page.get_by_role("button", name="Add another phone")
    expect(code).to_be_hidden()
    unfold.click()
    expect(code).to_be_visible()
    expect(unfold).to_have_attribute("aria-expanded", "true")
    fake.scan("Android phone (Pixel 8)", "brave otter", "asking")
    fake.scan("iPhone 2", "calm tulip", "asking")
    asking = page.get_by_role("list", name="Phones that ask to join").get_by_role("listitem")
    expect(asking).to_have_count(2)
    expect(asking.first).to_contain_text("Another phone asks to join: Android phone (Pixel 8) · brave otter")
    expect(page.locator("#announcer")).to_contain_text("asks to join: iPhone 2, calm tulip")
    asking.first.get_by_role("button", name="Let in").click()
    expect(asking).to_have_count(1)
    expect(page.get_by_role("heading", name="2 phones connected")).to_be_focused()
    asking.get_by_role("button", name="Refuse").click()
    expect(asking).to_have_count(0)
    connected = page.get_by_role("list", name="2 phones connected").get_by_role("listitem")
    expect(connected.last).to_contain_text("iPhone 2 · calm tulip")
    expect(connected.last).to_contain_text("Not let in")
    connected.last.get_by_role("button", name="Let in").click()
    expect(page.get_by_role("heading", name="3 phones connected")).to_be_focused()
    paths = [f"/session/phones/ENC-1/{number:016x}" for number in (1, 2)]
    assert [fake.asked("PUT", path) for path in paths] == [
        [{"admitted": True}],
        [{"admitted": False}, {"admitted": True}],
    ]


def test_consent_is_recorded_once(started: Desk) -> None:
    """Photos do not wait for it, but the page says that it is missing; what phones record is shown too."""
    page, fake = started.page, started.fake
    choice, record = page.get_by_label("Consent to photography"), page.get_by_role("button", name="Record consent")
    hint = page.locator("#consent-hint")
    expect(hint).to_have_text("Once for this encounter. Photos do not wait for it.")
    expect(record).to_be_hidden()
    fake.upload()
    expect(hint).to_have_text("There are photos, and no consent is recorded yet.")
    choice.select_option("Spoken, by the patient")
    fake.consent_status = 404
    record.click()
    expect(hint).to_contain_text("Consent could not be recorded.")
    fake.consent_status = 0
    record.click()
    expect(hint).to_have_text("Consent recorded")
    expect(choice).to_be_focused()
    expect(record).to_be_hidden()
    assert fake.asked("PUT", "/session/consent/ENC-1") == [{"manner": "spoken", "givenBy": "patient"}] * 2
    fake.consent = {"manner": "bestInterests", "at": 2}
    fake.send({"type": "consent-recorded", "encounterId": "ENC-1", "revision": fake.revision})
    expect(choice.locator("option:checked")).to_contain_text("best interests")
    choice.select_option("Written, by the patient")
    # Somebody else was faster, and the page has not heard of it yet.
    fake.consent = {"manner": "spoken", "givenBy": "representative", "at": 3}
    record.click()
    expect(hint).to_contain_text("Somebody else has recorded another one meanwhile.")
    record.click()
    expect(hint).to_have_text("Consent recorded")
    assert fake.consent["manner"] == "written"


def test_a_code_that_cannot_be_replaced_is_covered(desk: Desk) -> None:
    """A dead code is not shown as if it worked; once the server is back, a new one appears by itself."""
    desk.page.clock.install()
    desk.open()
    desk.fake.create_status = 503
    cover = desk.page.get_by_text("This code has expired")
    desk.page.clock.fast_forward("09:50")
    run_until(desk, cover.is_visible)
    desk.fake.create_status = 0
    frame = desk.page.locator("#code-frame")
    run_until(desk, lambda: frame.get_attribute("data-state") == "ready")
    expect(desk.page.locator("#code-link")).to_have_value(re.compile("code-2$"))


def run_until(desk: Desk, condition: Any) -> None:
    """Let the page's time pass, second by second, until something is so."""
    for _ in range(60):
        if condition():
            return
        desk.page.clock.run_for(1_000)
        desk.evaluate("fetch('/favicon.ico').then(() => null)")
    assert condition()


def test_a_hidden_page_makes_no_codes(desk: Desk) -> None:
    """Nobody scans a hidden page, so it keeps no session alive; when it is looked at again it has a code at once."""
    desk.page.clock.install()
    desk.open()
    hide = "value => Object.defineProperty(document, 'hidden', {value: Boolean(value), configurable: true})"
    desk.evaluate(hide, "hidden")
    desk.page.clock.fast_forward("11:00")
    settle(desk.page)
    assert desk.fake.codes == 1
    desk.evaluate(hide, "")
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(desk.page.locator("#code-link")).to_have_value(re.compile("code-2$"))
