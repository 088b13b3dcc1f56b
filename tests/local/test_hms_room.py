"""The room's page in real browsers: two people see each other, one is cut off, the other leaves."""

import secrets
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Frame, Page, Playwright, Route, expect

from local import browser as chromium
from local.hms.rooms import Room
from tests.fakes.video_provider import KEYS, VideoProvider, signed, video_provider
from tests.waiting import until

_PARENT = """<!doctype html><title>Parent</title><script>
  window.heard = [];
  window.asked = null;
  addEventListener("message", ({data, source, origin}) => {
    if (data.source !== "room") return;
    heard.push({...data, origin});
    if (asked && data.type === "joined") source.postMessage({source: "visit", ...asked}, origin);
  });
</script><iframe id="room" allow="camera; microphone" width="600" height="400"></iframe>"""
# Pictures are drawn, and more than the first of them has come.
_PLAYS = """() => {
  const video = document.querySelector("#remote");
  const frames = video.getVideoPlaybackQuality().totalVideoFrames;
  return video.videoWidth > 0 && video.currentTime > 0.2 && !video.paused && frames > 3;
}"""


@pytest.fixture(scope="module")
def provider() -> Iterator[VideoProvider]:
    with video_provider(time_scale=60) as running:
        yield running


@pytest.fixture(scope="module")
def cameras(playwright: Playwright) -> Iterator[Browser]:
    """A browser with a camera that shows a test picture, and without one's permission asked for."""
    arguments = [*chromium.ARGUMENTS, *chromium.MEDIA_ARGUMENTS]
    launched = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
    yield launched
    launched.close()


@pytest.fixture
def room(provider: VideoProvider, request: pytest.FixtureRequest) -> Room:
    name = "".join(each if each.isalnum() else "-" for each in request.node.name)
    return provider.provider.rooms.open(name, KEYS.template_id, "")


def _address(provider: VideoProvider, room: Room, role: str, **claims: str) -> str:
    # Two of one second would be the same, and a frame that is given the same address again does nothing.
    once = {"jti": secrets.token_hex(8), **claims}
    token = signed("app", room_id=room.room_id, user_id=f"joining-{role}", role=role, **once)
    return f"{provider.origin}/hms/room#room={room.room_id}&role={role}&token={quote(token)}"


def _enter(browser: Browser, provider: VideoProvider, room: Room, role: str) -> Page:
    """Open the room in a browser of its own."""
    page = browser.new_context().new_page()
    page.goto(_address(provider, room, role))
    return page


def _embed(
    browser: Browser,
    provider: VideoProvider,
    room: Room,
    role: str,
    *,
    allow: str = "camera; microphone",
    asked: dict[str, object] | None = None,
    early: dict[str, object] | None = None,
) -> tuple[Page, Frame]:
    """Open the room inside a page of the same origin, which says this once it has joined, or as soon as it is there."""

    def answer(route: Route) -> None:
        route.fulfill(body=_PARENT, content_type="text/html")

    page = browser.new_context().new_page()
    page.route("**/parent", answer)
    page.goto(f"{provider.origin}/parent")
    script = """([address, allow, asked, early]) => {
      const frame = document.querySelector("#room");
      window.asked = asked;
      frame.allow = allow;
      if (early) frame.onload = () => frame.contentWindow.postMessage(early, "*");
      frame.src = address;
    }"""
    page.evaluate(script, [_address(provider, room, role), allow, asked, early])
    frame = page.locator("#room").element_handle().content_frame()
    assert frame
    frame.wait_for_url("**/hms/room*")
    return page, frame


def _state(page: Page | Frame, state: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", state)


def test_two_people_see_each_other(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """Who is first waits; then both see moving pictures, and each can mute, hide and leave."""
    host = _enter(cameras, provider, room, "host")
    expect(host.get_by_role("status")).to_have_text("Waiting for the other side …")
    guest = _enter(cameras, provider, room, "guest")
    for page in (host, guest):
        _state(page, "connected")
        page.wait_for_function(_PLAYS)
    guest.get_by_role("button", name="Mute").click()
    guest.get_by_role("button", name="Camera off").click()
    tracks = "() => document.querySelector('#own').srcObject.getTracks().map(track => track.enabled)"
    assert guest.evaluate(tracks) == [False, False]
    assert host.evaluate(tracks) == [True, True]
    guest.get_by_role("button", name="Leave").click()
    _state(guest, "left")
    expect(host.get_by_role("status")).to_have_text("Waiting for the other side …")
    left = provider.of_room(room.room_id, "peer.leave.success")
    assert [(each["role"], each["reason"]) for each in left] == [("guest", "client request")]
    host.context.close()
    guest.context.close()


def test_who_is_cut_off_can_come_back(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """A cut connection is told to the parent; with another token in the same frame both see each other again."""
    host = _enter(cameras, provider, room, "host")
    page, guest = _embed(cameras, provider, room, "guest")
    _state(guest, "connected")
    assert provider.provider.connected(_peer(provider, room, "guest"))
    host.request.post(f"{provider.origin}/hms/drop", data={"room": room.name, "role": "guest"})
    _state(guest, "lost")
    expect(host.get_by_role("status")).to_have_text("The other side has lost the connection.")
    page.evaluate("address => { document.querySelector('#room').src = address; }", _address(provider, room, "guest"))
    for each in (host, guest):
        _state(each, "connected")
        each.wait_for_function(_PLAYS)
    heard = page.evaluate("heard")
    assert [each["type"] for each in heard] == ["joined", "dropped", "joined"]
    assert {each["origin"] for each in heard} == {provider.origin}
    [left] = provider.of_room(room.room_id, "peer.leave.success")
    assert left["reason"] == "websocket closed"
    host.context.close()
    page.context.close()


def test_the_end_of_the_room_is_told(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """Whoever is in a room that is ended sees so, and the parent hears it; a locked room lets nobody in."""
    page, frame = _embed(cameras, provider, room, "guest")
    _state(frame, "waiting")
    headers = {"Authorization": f"Bearer {signed('management')}"}
    url = f"{provider.origin}/hms/api/v2/active-rooms/{room.room_id}/end-room"
    assert page.request.post(url, data={"reason": "over", "lock": True}, headers=headers).ok
    _state(frame, "left")
    until(lambda: page.evaluate("heard").__len__() == 2, lambda: "not told")
    assert [(each["type"], each["reason"]) for each in page.evaluate("heard")] == [("joined", ""), ("left", "ended")]
    late = _enter(cameras, provider, room, "guest")
    expect(late.get_by_role("status")).to_have_text("This link does not work any more.")
    page.context.close()
    late.context.close()


def test_without_a_camera_there_is_a_drawn_picture(browser: Browser, provider: VideoProvider, room: Room) -> None:
    """Where nobody may film, the other side still sees something that moves."""
    host, guest = (_enter(browser, provider, room, role) for role in ("host", "guest"))
    for page in (host, guest):
        _state(page, "connected")
        page.wait_for_function(_PLAYS)
    host.context.close()
    guest.context.close()


def test_who_wants_audio_only_is_not_seen(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """Blocked by the frame or told by the page around, the room uses no camera, and still shows the other side."""
    host = _enter(cameras, provider, room, "host")
    kinds = "(name) => document.querySelector(name).srcObject?.getTracks().map(({ kind }) => kind).sort()"
    asked = {"type": "devices", "camera": "", "microphone": "", "video": False}
    for allow, told in (("camera 'none'; microphone", None), ("camera; microphone", asked)):
        page, guest = _embed(cameras, provider, room, "guest", allow=allow, asked=told)
        guest.wait_for_function(f"() => ({kinds})('#own')?.join() === 'audio'")
        guest.wait_for_function(_PLAYS)
        # It would do nothing.
        expect(guest.get_by_role("button", name="Camera off")).to_be_hidden()
        if not told:
            _state(host, "connected")
            assert host.evaluate(kinds, "#remote") == ["audio"]
        page.context.close()
        _state(host, "waiting")
    host.context.close()


def test_the_camera_is_reported_once_the_browser_has_answered(
    cameras: Browser, provider: VideoProvider, room: Room
) -> None:
    """A page around that speaks early hears of no camera that fails, and of one that goes away later."""
    early = {"source": "visit", "type": "devices", "camera": "", "microphone": "", "video": True}
    page, frame = _embed(cameras, provider, room, "guest", early=early)
    _state(frame, "waiting")
    until(lambda: page.evaluate("heard").__len__() > 0, lambda: "not told")
    camera = frame.get_by_role("button", name="Camera off")
    for on in (False, True):
        page.evaluate("on => frames[0].postMessage({source: 'visit', type: 'video', on}, '*')", arg=on)
        expect(camera).to_be_visible(visible=on)
    frame.evaluate("document.querySelector('#own').srcObject.getVideoTracks()[0].onended()")
    until(lambda: page.evaluate("heard").__len__() > 1, lambda: "not told")
    assert [(each["type"], each.get("works")) for each in page.evaluate("heard")] == [
        ("joined", None),
        ("camera", False),
    ]
    page.context.close()


def test_a_closed_tab_leaves(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """Closing the tab is leaving, not a lost connection."""
    page = _enter(cameras, provider, room, "guest")
    _state(page, "waiting")
    page.goto("about:blank")
    [left] = provider.of_room(room.room_id, "peer.leave.success")
    assert left["reason"] == "client request"
    page.context.close()


def test_only_our_pages_embed_it(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """Another origin's page gets no room in its frame."""
    page = cameras.new_page()
    address = _address(provider, room, "guest").replace("localhost", "127.0.0.1")
    page.route("**/parent", lambda route: route.fulfill(body=_PARENT, content_type="text/html"))
    page.goto(f"{provider.origin}/parent")
    page.evaluate("address => { document.querySelector('#room').src = address; }", address)
    frame = page.locator("#room").element_handle().content_frame()
    assert frame
    # The browser's own page, which says that it was refused.
    until(lambda: frame.url.startswith("chrome-error:"), lambda: frame.url, page=page)
    assert frame.locator("#leave").count() == 0
    page.close()


def test_the_board_shows_and_switches(cameras: Browser, provider: VideoProvider, room: Room) -> None:
    """The page for people lists rooms and webhooks, and its switches switch."""
    host = _enter(cameras, provider, room, "host")
    _state(host, "waiting")
    board = cameras.new_page()
    board.goto(f"{provider.origin}/hms")
    line = board.get_by_role("listitem").filter(has_text=room.name)
    expect(line.get_by_role("button", name="Cut host off")).to_be_visible()
    expect(board.get_by_role("listitem").filter(has_text="peer.join.success").first).to_contain_text("received 200")
    board.get_by_label("Delay, ms").fill("250")
    board.get_by_label("Lost, 0 to 1").fill("peer.leave.success")
    board.get_by_label("Other order").check()
    board.get_by_role("button", name="Apply").click()
    expect(board.get_by_role("status")).to_have_text("Applied.")
    faults = provider.provider.faults
    assert (faults.delay_ms, faults.drop, faults.reorder) == (250, ("peer.leave.success",), True)
    board.get_by_label("Lost, 0 to 1").fill("sometimes")
    board.get_by_role("button", name="Apply").click()
    expect(board.get_by_role("status")).to_contain_text("sometimes is never sent")
    board.get_by_role("button", name="Nothing goes wrong").click()
    expect(board.get_by_label("Delay, ms")).to_have_value("0")
    assert provider.provider.faults.delay_ms == 0
    line.get_by_role("button", name="Cut host off").click()
    _state(host, "lost")
    board.close()
    host.context.close()


def _peer(provider: VideoProvider, room: Room, role: str) -> str:
    found = provider.provider.rooms.get(room.room_id)
    assert found
    assert found.session
    return next(peer.peer_id for peer in found.session.peers.values() if peer.role == role)
