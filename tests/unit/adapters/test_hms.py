"""100ms's REST API through the stand-in, and servers that behave worse."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from bedside.adapters.aws.secret_values import HmsKeys
from bedside.adapters.hms import Hms
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.ports.video import RecordingAsset, Rooms
from tests.fakes.hostile import dripping, hostile, ok, refused, saying, silent
from tests.fakes.invocation import Invocation
from tests.fakes.serving import Handler, serving
from tests.fakes.video_provider import KEYS, VideoProvider, video_provider
from tests.waiting import until

_KEYS = HmsKeys(KEYS.access_key, KEYS.secret, KEYS.template_id)
_ROLES = {"patient": "guest", "practitioner": "host"}
_PAGE = "https://acme.app.example/preview/{roomId}/{role}?auth_token={token}"


@pytest.fixture(scope="module")
def provider() -> Iterator[VideoProvider]:
    with video_provider(time_scale=100) as running:
        yield running


@pytest.fixture
def rooms(provider: VideoProvider) -> Hms:
    return _at(f"{provider.origin}/hms/api")


def _at(origin: str, now_s: float | None = None) -> Hms:
    return Hms(origin, _KEYS, _PAGE, _ROLES, lambda: int((now_s or time.time()) * 1000))


def test_a_visit_has_one_room(provider: VideoProvider, rooms: Hms) -> None:
    """Opening a room twice gives the same room, under the visit's id and with the app's template."""
    room_id = rooms.open("visit-1")
    assert rooms.open("visit-1") == room_id
    assert rooms.open("visit-2") != room_id
    room = provider.provider.rooms.get(room_id)
    assert room
    assert (room.name, room.template_id) == ("visit-1", KEYS.template_id)


def test_a_token_lets_one_person_into_one_room() -> None:
    """It is signed with the app's secret and names app, room, joining and role; each is another one; it asks nobody."""
    rooms: Rooms = _at(refused())
    now = time.time_ns() // 1_000_000
    token = rooms.token("room-1", "joining-1", "patient", now)
    claims = jwt.decode(token, KEYS.secret, algorithms=["HS256"])
    assert claims.pop("jti")
    assert claims.pop("iat") == claims.pop("nbf") == now // 1000 - 10
    assert claims.pop("exp") == now // 1000 + 7200
    assert claims == {
        "access_key": KEYS.access_key,
        "type": "app",
        "version": 2,
        "room_id": "room-1",
        "user_id": "joining-1",
        "role": "guest",
    }
    assert rooms.token("room-1", "joining-1", "patient", now) != token


def test_a_page_is_addressed_by_room_and_role() -> None:
    """The token's place is left open, and what stands in an address is escaped."""
    rooms = _at(refused())
    assert rooms.page("r/1", "practitioner") == "https://acme.app.example/preview/r%2F1/host?auth_token={token}"
    with pytest.raises(UnavailableError, match="not set"):
        Hms(refused(), _KEYS, "", _ROLES).page("r", "patient")


def test_an_ended_room_lets_nobody_in(provider: VideoProvider, rooms: Hms) -> None:
    """With or without a session a room is locked by its end, and ending it again is fine."""
    room_id = rooms.open("visit-3")
    for _ in range(2):
        rooms.end(room_id)
    room = provider.provider.rooms.get(room_id)
    assert room
    assert not room.enabled
    rooms.end("no-such-room")


def test_nothing_is_asked_at_the_end(provider: VideoProvider) -> None:
    """With less time left than one call and the record need, so that what was learned before is not lost."""
    rooms = _at(f"{provider.origin}/hms/api")
    invocation.begin(Invocation(remaining_ms=10_000))
    room_id = rooms.open("visit-6")
    invocation.begin(Invocation(remaining_ms=9_999))
    with pytest.raises(UnavailableError) as late:
        rooms.end(room_id)
    assert late.value.cause == "OutOfTime"
    room = provider.provider.rooms.get(room_id)
    assert room
    assert room.enabled


def test_an_empty_room_is_locked_where_it_cannot_be_ended() -> None:
    """Where 100ms knows no active room, the room itself is disabled."""
    asked: list[tuple[str, Any]] = []

    class Inactive(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            asked.append((self.path, json.loads(self.body())))
            self.answer(404 if "active-rooms" in self.path else 200, b'{"code": 404}')

    with serving(Inactive) as origin:
        _at(origin).end("r1")
    assert [path for path, _ in asked] == ["/v2/active-rooms/r1/end-room", "/v2/rooms/r1"]
    assert asked[0][1]["lock"] is True
    assert asked[1][1] == {"enabled": False}


def test_a_recording_can_be_fetched(rooms: Hms) -> None:
    """Starting and stopping twice is fine; the video is listed once it is finished, and its link needs nothing else."""
    room_id = rooms.open("visit-4")
    rooms.stop_recording(room_id)
    for _ in range(2):
        rooms.start_recording(room_id)
    for _ in range(2):
        rooms.stop_recording(room_id)
    until(lambda: bool(rooms.assets(room_id)), lambda: "no asset")
    [asset] = rooms.assets(room_id)
    video = httpx.get(rooms.asset_link(asset.asset_id), trust_env=False)
    assert video.headers["content-type"] == "video/mp4"
    assert asset == RecordingAsset(asset.asset_id, "completed", 1, len(video.content), asset.path)
    assert asset.path
    assert video.content[4:8] == b"ftyp"
    assert rooms.assets("another-room") == []
    with pytest.raises(UnavailableError):
        rooms.asset_link("no-such-asset")


def test_assets_without_a_video_are_left_out() -> None:
    """Chats and transcripts are no recordings; a failed one says no length."""
    listed = [
        {"id": "a", "type": "chat", "status": "completed", "duration": 3, "size": 4},
        {"id": "b", "type": "room-composite", "status": "failed", "duration": None},
        {"id": "c", "type": "room-composite", "status": "completed", "duration": 3.7, "size": 4},
    ]
    with hostile(saying(ok(json.dumps({"data": listed}).encode()))) as origin:
        assert _at(origin).assets("r") == [
            RecordingAsset("b", "failed", None, None),
            RecordingAsset("c", "completed", 3, 4),
        ]


def test_missed_webhooks_are_asked_for(provider: VideoProvider, rooms: Hms) -> None:
    """A replay brings what was given up, marked as such and under the same id."""
    provider.answer = lambda event: 200 if event.get("is_replay") else 503
    started = time.time_ns() // 1_000_000
    rooms.start_recording(rooms.open("visit-5"))
    until(lambda: provider.provider.webhooks.newest()[0].outcome == "given up", lambda: "still trying")
    rooms.replay(started, time.time_ns() // 1_000_000)
    until(lambda: provider.received[-1].get("is_replay") is True, lambda: str(provider.received[-1]))
    assert provider.received[-1]["id"] == provider.received[-2]["id"]
    provider.answer = lambda _event: 200


def test_a_management_token_is_kept_until_shortly_before_it_expires() -> None:
    """Calls within 55 minutes share one token; later, and after a refusal, there is a new one."""
    tokens: list[str] = []
    status = 200

    class Api(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            self.body()
            tokens.append(self.headers["Authorization"])
            self.answer(status, b'{"id": "r"}')

    now = 1_800_000_000.0
    with serving(Api) as origin:
        rooms = Hms(origin, _KEYS, _PAGE, _ROLES, lambda: int(now * 1000))
        rooms.open("v")
        now += 55 * 60
        rooms.open("v")
        assert len(set(tokens)) == 1
        now += 1
        rooms.open("v")
        assert len(set(tokens)) == 2
        status = 401
        with pytest.raises(UnavailableError):
            rooms.open("v")
        status = 200
        rooms.open("v")
    assert len(set(tokens)) == 3
    claims = jwt.decode(tokens[0].removeprefix("Bearer "), KEYS.secret, ["HS256"], {"verify_signature": False})
    assert claims["type"] == "management"
    assert not {"room_id", "user_id", "role"} & set(claims)


@pytest.mark.parametrize("behaviour", [silent, dripping, saying(b"nonsense")], ids=["silent", "dripping", "nonsense"])
def test_100ms_away_costs_its_deadline(monkeypatch: pytest.MonkeyPatch, behaviour: Any) -> None:
    """A call ends within its deadline, and says nothing of what was sent."""
    monkeypatch.setattr("bedside.adapters.hms._DEADLINE_S", 0.3)
    with hostile(behaviour) as origin:
        started = time.monotonic()
        with pytest.raises(UnavailableError, match="does not answer") as caught:
            _at(origin).open("v")
        assert time.monotonic() - started < 15
    assert caught.value.cause
    with pytest.raises(UnavailableError):
        _at(refused()).end("r")


@pytest.mark.parametrize("status", [b"400 Bad Request", b"429 Too Many", b"500 Oops", b"503 Later", b"302 Found"])
def test_an_unexpected_status_is_unavailable(status: bytes) -> None:
    """Whatever is no success raises the same typed error with the status as its cause."""
    answer = b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\n{}"
    with hostile(saying(answer, keep=True)) as origin:
        rooms = _at(origin)
        for call in (
            rooms.open,
            rooms.end,
            rooms.start_recording,
            rooms.stop_recording,
            rooms.assets,
            rooms.asset_link,
        ):
            with pytest.raises(UnavailableError) as caught:
                call("x")
            assert caught.value.cause == f"HTTP {status[:3].decode()}"
        with pytest.raises(UnavailableError):
            rooms.replay(0, 1)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"{}", b'{"id": 7, "url": 7, "data": [7]}', b"[" * 100_000], ids=range(6)
)
def test_nonsense_is_unavailable(content: bytes) -> None:
    """A 200 that is not what it should be raises the same typed error."""
    with hostile(saying(ok(content))) as origin:
        rooms = _at(origin)
        for call in (rooms.open, rooms.asset_link):
            with pytest.raises(UnavailableError):
                call("x")


@pytest.mark.parametrize("data", ["7", "[7]", '[{"type": "room-composite"}]', '{"a": 1}'])
def test_assets_that_are_none_are_unavailable(data: str) -> None:
    """A list of anything else raises the same typed error."""
    with hostile(saying(ok(b'{"data": %s}' % data.encode()))) as origin, pytest.raises(UnavailableError):
        _at(origin).assets("r")
