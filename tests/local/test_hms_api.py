"""The stand-in's REST API and its sockets, as strict as the documentation of what they stand for."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.fakes.video_provider import KEYS, SECRET_HEADERS, VideoProvider, signed, video_provider
from tests.waiting import until


@pytest.fixture
def provider() -> Iterator[VideoProvider]:
    with video_provider() as running:
        yield running


@pytest.fixture
def api(provider: VideoProvider) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {signed('management')}"}
    with httpx.Client(base_url=f"{provider.origin}/hms/api/v2", headers=headers, trust_env=False) as http:
        yield http


def _room(api: httpx.Client, name: str = "visit-1") -> str:
    return str(api.post("/rooms", json={"name": name, "template_id": KEYS.template_id}).json()["id"])


def _signal(provider: VideoProvider) -> str:
    return f"{provider.origin.replace('http', 'ws')}/hms/signal"


@contextmanager
def _enter(provider: VideoProvider, room: str, role: str = "guest", **claims: Any) -> Iterator[ClientConnection]:
    usual = {"room_id": room, "user_id": f"joining-{role}", "role": role}
    token = signed(**{"kind": "app"} | usual | claims)
    with connect(_signal(provider)) as socket:
        socket.send(json.dumps({"type": "join", "token": token}))
        yield socket


def _said(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(5))
    return message


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        signed("management", secret="another secret that is just as long"),
        signed("management", exp=int(time.time()) - 1),
        signed("management", nbf=int(time.time()) + 60),
        signed("management", access_key="another"),
        signed("management", version=1),
        signed("management", jti=None),
        signed("management", exp=None),
        signed("management", room_id="r"),
        signed("app", room_id="r", user_id="u", role="guest"),
    ],
    ids=range(11),
)
def test_only_a_valid_management_token_is_accepted(provider: VideoProvider, token: str) -> None:
    """Everything else is a 401 in the documented form, whatever the call."""
    headers = {"Authorization": f"Bearer {token}".strip()}
    answer = httpx.post(f"{provider.origin}/hms/api/v2/rooms", json={"name": "v"}, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "message", "details"}


def test_a_room_is_made_once(api: httpx.Client) -> None:
    """A name that exists, in whatever case, answers with its room; unusable names and templates are refused."""
    room = api.post("/rooms", json={"name": "visit-1", "description": "d", "template_id": KEYS.template_id})
    assert room.status_code == 200
    assert room.json() | {"name": "visit-1", "enabled": True, "template_id": KEYS.template_id} == room.json()
    assert _room(api, "VISIT-1") == room.json()["id"]
    assert _room(api, "visit-2") != room.json()["id"]
    for wrong in ('{"name": "visit 1"}', '{"name": ""}', '{"name": "v", "template_id": "another"}', "[]", "{"):
        assert api.post("/rooms", content=wrong).status_code == 400


def test_coming_and_going_is_told(provider: VideoProvider, api: httpx.Client) -> None:
    """The first who comes opens the session and the last who leaves closes it, each with the documented data."""
    room_id = _room(api)
    with _enter(provider, room_id) as socket:
        joined = _said(socket)
        assert joined["peers"] == []
        socket.send(json.dumps({"type": "leave"}))
        opened, came, left, closed = provider.wait_for(
            "session.open.success", "peer.join.success", "peer.leave.success", "session.close.success"
        )
    shared = {"room_id": room_id, "room_name": "visit-1", "template_id": KEYS.template_id}
    for event in (opened, came, left, closed):
        assert set(event) == {"version", "id", "account_id", "app_id", "timestamp", "type", "data"}
        assert event["version"] == "2.0"
        assert event["data"] | shared == event["data"]
        assert event["data"]["session_id"] == opened["data"]["session_id"]
    assert len({event["id"] for event in provider.received}) == 4
    peer = {"peer_id": joined["peerId"], "user_id": "joining-guest", "role": "guest", "user_name": "", "user_data": ""}
    for event in (came, left):
        assert event["data"] | peer == event["data"]
        assert datetime.fromisoformat(event["data"]["joined_at"]) <= datetime.now(UTC)
    assert left["data"]["reason"] == "client request"
    assert left["data"]["left_at"] >= left["data"]["joined_at"]
    secret = {name.lower(): value for name, value in provider.headers[0].items()}
    assert secret["x-bedside-secret"] == SECRET_HEADERS["X-Bedside-Secret"]


def test_a_lost_connection_is_told_a_minute_later(provider: VideoProvider, api: httpx.Client) -> None:
    """Without a word of leaving the peer stays for a minute of the stand-in's time; the others hear it at once."""
    room_id = _room(api)
    with _enter(provider, room_id, "host") as host:
        _said(host)
        with _enter(provider, room_id) as guest:
            assert [peer["role"] for peer in _said(guest)["peers"]] == ["host"]
            assert _said(host)["type"] == "peer-joined"
        lost = time.monotonic()
        assert _said(host)["type"] == "peer-lost"
        assert "peer.leave.success" not in provider.kinds()
        [left] = provider.wait_for("peer.leave.success")
        assert time.monotonic() - lost > 1
    assert (left["data"]["reason"], left["data"]["role"]) == ("websocket closed", "guest")


def test_whoever_leaves_is_not_lost_as_well(provider: VideoProvider, api: httpx.Client) -> None:
    """After a leave the socket's end says nothing more."""
    with _enter(provider, _room(api)) as socket:
        _said(socket)
        socket.send(json.dumps({"type": "leave"}))
    provider.wait_for("session.close.success")
    # Who is lost later is told later: by then the first would have been.
    with _enter(provider, later := _room(api, "visit-2")) as socket:
        _said(socket)
    assert [left["reason"] for left in provider.of_room(later, "peer.leave.success")] == ["websocket closed"]
    assert provider.kinds().count("peer.leave.success") == 2


def test_messages_reach_the_one_they_are_for(provider: VideoProvider, api: httpx.Client) -> None:
    """Who is in the same room gets them with the sender's name; who is in another does not."""
    room_id = _room(api)
    with (
        _enter(provider, room_id, "host") as host,
        _enter(provider, room_id) as guest,
        _enter(provider, _room(api, "visit-2")) as stranger,
    ):
        peers = [_said(socket)["peerId"] for socket in (host, guest, stranger)]
        assert _said(host) == {"type": "peer-joined", "peerId": peers[1], "role": "guest"}
        stranger.send(json.dumps({"type": "signal", "to": peers[0], "data": "not for you"}))
        guest.send(json.dumps({"type": "signal", "to": peers[0], "data": {"a": 1}}))
        assert _said(host) == {"type": "signal", "from": peers[1], "data": {"a": 1}}


@pytest.mark.parametrize(
    "claims",
    [{"room_id": "no-such-room"}, {"exp": 1}, {"role": None}, {"kind": "management"}, {"access_key": "another"}],
    ids=str,
)
def test_who_has_no_valid_token_stays_outside(
    provider: VideoProvider, api: httpx.Client, claims: dict[str, Any]
) -> None:
    """The socket says why and closes; nothing is told."""
    with _enter(provider, _room(api), **claims) as socket:
        assert _said(socket)["type"] == "refused"
        with pytest.raises(ConnectionClosed):
            socket.recv(5)
        assert socket.close_code == 4401
    assert provider.received == []


def _drain(socket: ClientConnection) -> None:
    while True:
        socket.recv(5)


@pytest.mark.parametrize("message", ["", "[]", "{", "7", "[" * 50_000])
def test_nonsense_does_no_harm(provider: VideoProvider, api: httpx.Client, message: str) -> None:
    """A socket that talks nonsense is closed, before it has entered and after."""
    with connect(_signal(provider)) as outside:
        outside.send(message)
        with pytest.raises(ConnectionClosed):
            _drain(outside)
    with _enter(provider, _room(api)) as inside:
        _said(inside)
        inside.send(message)
        with pytest.raises(ConnectionClosed):
            inside.recv(5)


def test_an_ended_room_is_left_by_all(provider: VideoProvider, api: httpx.Client) -> None:
    """Everybody hears it, the end is told before they leave, and a locked room lets nobody in again."""
    room_id = _room(api)
    assert api.post(f"/active-rooms/{room_id}/end-room", json={"reason": "r"}).status_code == 404
    with _enter(provider, room_id, "host") as host, _enter(provider, room_id) as guest:
        for socket in (host, guest):
            assert _said(socket)["type"] == "joined"
        answer = api.post(f"/active-rooms/{room_id}/end-room", json={"reason": "over", "lock": True})
        assert answer.json() == {"message": "session is ending"}
        assert _said(host)["type"] == "peer-joined"
        assert [_said(socket)["type"] for socket in (host, guest)] == ["ended", "ended"]
    [ended] = provider.wait_for("room.end.success")
    provider.wait_for("session.close.success")
    assert ended["data"]["reason"] == "over"
    assert provider.kinds().count("peer.leave.success") == 2
    with _enter(provider, room_id) as late:
        assert _said(late) == {"type": "refused", "reason": "the room is closed"}
    assert api.post(f"/rooms/{room_id}", json={"enabled": True}).json()["enabled"] is True
    with _enter(provider, room_id) as again:
        assert _said(again)["type"] == "joined"


def test_a_recording_has_a_link_that_ends(provider: VideoProvider, api: httpx.Client) -> None:
    """The webhook has a link to a real video for a day; each recording is another file; a changed link is refused."""
    room_id = _room(api)
    started = api.post(f"/recordings/room/{room_id}/start", json={})
    assert started.json()["status"] == "starting"
    assert api.post(f"/recordings/room/{room_id}/start", json={}).status_code == 409
    stopped = api.post(f"/recordings/room/{room_id}/stop").json()
    assert [each["id"] for each in stopped["data"]] == [started.json()["id"]]
    assert api.post(f"/recordings/room/{room_id}/stop").status_code == 404
    _, _, done = provider.wait_for("beam.started.success", "beam.stopped.success", "recording.success")
    link = done["data"]["recording_presigned_url"]
    video = httpx.get(link, trust_env=False)
    assert (video.status_code, video.headers["content-type"]) == (200, "video/mp4")
    assert len(video.content) == done["data"]["size"]
    assert done["data"]["duration"] == 1
    assert done["data"]["room_name"] == "visit-1"
    left_s = int(httpx.URL(link).params["expires"]) - time.time()
    assert 24 * 3600 - 60 < left_s <= 24 * 3600
    for changed in (link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace("expires=1", "expires=2")):
        assert httpx.get(changed, trust_env=False).status_code == 403
    [asset] = api.get("/recording-assets", params={"room_id": room_id}).json()["data"]
    assert (asset["type"], asset["status"], asset["size"]) == ("room-composite", "completed", len(video.content))
    presigned = api.get(f"/recording-assets/{asset['id']}/presigned-url", params={"presign_duration": 60}).json()
    assert presigned["expiry"] == 60
    assert httpx.get(presigned["url"], trust_env=False).content == video.content
    provider.provider.now_ms = provider.provider.recordings._now_ms = lambda: int((time.time() + 61) * 1000)  # noqa: SLF001  # its clock
    assert httpx.get(presigned["url"], trust_env=False).status_code == 403


def test_the_end_of_a_room_ends_its_recording(provider: VideoProvider, api: httpx.Client) -> None:
    """Nobody has to stop it; one that is to fail does so with a type, and has no asset to fetch."""
    room_id = _room(api)
    provider.provider.faults = provider.provider.faults.switched({"failRecordings": True}, 0)
    api.post(f"/recordings/room/{room_id}/start", json={})
    api.post(f"/active-rooms/{room_id}/end-room", json={"lock": True})
    [failed] = provider.wait_for("recording.failed")
    assert failed["data"]["error_type"] == "PROCESSING_CMD_ERROR"
    [asset] = api.get("/recording-assets", params={"room_id": room_id}).json()["data"]
    assert asset["status"] == "failed"
    assert api.get(f"/recording-assets/{asset['id']}/presigned-url").status_code == 404


def test_the_switches_are_set_one_by_one(provider: VideoProvider) -> None:
    """What is not named stays; nonsense is refused in words; deleting sets all back; other sites' forms do nothing."""
    with httpx.Client(base_url=provider.origin, trust_env=False) as http:
        usual = http.get("/hms/faults").json()
        assert set(usual) == {"delayMs", "duplicate", "reorder", "drop", "down", "apiDown", "failRecordings"}
        http.post("/hms/faults", json={"delayMs": 5})
        both = http.post("/hms/faults", json={"drop": ["peer.join.success"], "down": 60}).json()
        assert (both["delayMs"], both["drop"]) == (5, ["peer.join.success"])
        assert 59 < both["down"] <= 60
        assert http.post("/hms/faults", json={"delayMs": -1}).status_code == 422
        assert http.post("/hms/faults", content='{"delayMs": 1}').status_code == 422
        assert http.get("/hms/faults").json()["delayMs"] == 5
        assert http.delete("/hms/faults").json() == usual


def test_the_api_can_be_down(provider: VideoProvider, api: httpx.Client) -> None:
    """For as long as it was switched off every call answers 503."""
    httpx.post(f"{provider.origin}/hms/faults", json={"apiDown": 0.3}, trust_env=False)
    assert api.post("/rooms", json={"name": "v"}).status_code == 503
    until(lambda: api.post("/rooms", json={"name": "v"}).status_code == 200, lambda: "still down")


@pytest.mark.parametrize(
    "times",
    [
        lambda now: {"start_time": now - timedelta(days=31)},
        lambda now: {"start_time": now - timedelta(days=20), "end_time": now},
        lambda now: {"start_time": now, "end_time": now - timedelta(hours=1)},
    ],
    ids=["too old", "too long", "backwards"],
)
def test_a_replay_has_bounds(api: httpx.Client, times: Callable[[datetime], dict[str, datetime]]) -> None:
    """30 days back, 14 days long, forwards."""
    wanted = {name: at.isoformat() for name, at in times(datetime.now(UTC)).items()}
    assert api.post("/analytics/webhooks/replay", json=wanted).status_code == 400
    assert api.post("/analytics/webhooks/replay", json={}).json()["status"] == "started"


def test_pages_may_be_framed_by_their_own_origin_only(provider: VideoProvider) -> None:
    """The room may film; nobody else may embed it."""
    answer = httpx.get(f"{provider.origin}/hms/room", trust_env=False)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["permissions-policy"] == "camera=(self), microphone=(self)"
