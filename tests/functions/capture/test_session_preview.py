"""POST /session/preview."""

import base64
import json
import struct
from typing import Any

import pytest

from bedside.adapters.redis.client import RedisError
from tests.conftest import Upstash
from tests.functions.capture.test_live import connect
from tests.functions.clinic import Answer, Clinic, refusal

IMAGE = "0f3c2d1e-1111-4222-8333-444455556666"


def jpeg(width: int = 320, height: int = 240, more: int = 0) -> str:
    """Return the base64 of the parts of a JPEG that say what it is."""
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    content = b"\xff\xd8\xff\xe0\x00\x04JF" + frame + b"\xff\xda\x00\x02" + b"p" * more + b"\xff\xd9"
    return base64.b64encode(content).decode()


def show(clinic: Clinic, phone: str, image_id: str = "a", **changes: Any) -> Answer:
    return clinic.show(phone, image_id, **{"preview": jpeg(), **changes})


def heard(clinic: Clinic) -> list[Any]:
    return [json.loads(text) for text in clinic.connections.heard.get("here-1", [])]


@pytest.fixture
def phone(clinic: Clinic) -> str:
    """A phone in a session that a page watches."""
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    connect(clinic, opened["live"]["ticket"])
    return phone


def test_the_example_event_needs_a_token(clinic: Clinic, phone: str) -> None:
    """The example's made-up token is refused, as is a clinician's; with a phone's own it is shown."""
    refusal(clinic.call("session_preview"), 401, "unauthorized")
    refusal(clinic.call("session_preview", token=clinic.clinician()), 401, "unauthorized")
    assert clinic.call("session_preview", token=phone).status == 204
    [message] = heard(clinic)
    assert set(message) == {
        *("type", "encounterId", "imageId", "preview", "takenAt", "takenOrder", "timestamp"),
    }
    assert (message["type"], message["imageId"], message["takenAt"]) == ("image-arriving", IMAGE, 1795228311000)
    assert message["preview"].startswith("data:image/webp;base64,UklGR")


def test_a_preview_is_passed_on_once_and_stored_nowhere(clinic: Clinic, phone: str, upstash: Upstash) -> None:
    """One Redis request; a repetition is heard by nobody; neither table, bucket nor Redis holds any of it."""
    before = upstash.requests()
    answer = show(clinic, phone)
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["ratelimit"].startswith('"session-preview";r=199')
    assert upstash.requests() - before == 1
    assert show(clinic, phone, preview=jpeg(more=3)).status == 204
    assert [message["imageId"] for message in heard(clinic)] == ["a"]
    assert len(json.dumps(heard(clinic))) < 32 * 1024
    item = clinic.item()
    assert item
    assert (item["slots"], item["revision"]) == ({}, 0)
    stored = str(clinic.everything())
    assert jpeg()[:12] not in stored
    assert r"\x04JF" not in stored
    redis = clinic.wiring.platform.redis
    keys = redis.execute("KEYS", "*:session:*")
    assert isinstance(keys, list)
    assert keys
    assert all(jpeg()[:20] not in str(redis.execute("HGETALL", str(key))) for key in keys)


def test_its_place_is_that_of_the_photo(clinic: Clinic, phone: str) -> None:
    """A full session shows none; a previewed photo still gets its link, and none is shown once it is here."""
    for number in range(20):
        assert show(clinic, phone, f"i-{number}").status == 204
    refusal(show(clinic, phone, "late"), 409, "image-limit-reached")
    clinic.add(phone, "i-7")
    assert show(clinic, phone, "i-7").status == 204
    assert [message["type"] for message in heard(clinic)] == ["image-arriving"] * 20 + ["image-uploaded"]


@pytest.mark.parametrize("redis", ["well", "away"])
def test_one_that_never_comes_is_taken_back(clinic: Clinic, phone: str, redis: str) -> None:
    """The phone deletes it before it was sent: pages hear of that, and nothing of it is taken any more."""
    if redis == "away":
        clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
        clinic.wiring.platform.redis.execute = _away  # type: ignore[method-assign]  # likewise
    assert show(clinic, phone).status == 204
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=phone, path=path).status == 200
    assert [(message["type"], message["imageId"]) for message in heard(clinic)] == [
        ("image-arriving", "a"),
        ("image-deleted", "a"),
    ]
    refusal(show(clinic, phone), 404, "image-deleted")


def test_without_redis_it_is_shown_as_well(clinic: Clinic, phone: str) -> None:
    """The record holds its place, and shows a repetition again, but none of a photo that has arrived."""
    clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    assert [show(clinic, phone).status for _ in range(2)] == [204, 204]
    item = clinic.item()
    assert item
    assert set(item["slots"]) == {"a"}
    clinic.add(phone, "a")
    assert show(clinic, phone).status == 204
    assert [message["type"] for message in heard(clinic)] == ["image-arriving"] * 2 + ["image-uploaded"]


def test_an_ended_session_shows_none(clinic: Clinic, phone: str) -> None:
    """By Redis, and by the record; nor does the next session of the encounter."""
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    refusal(show(clinic, phone), 404, "session-not-found")
    clinic.open()
    refusal(show(clinic, phone), 404, "session-not-found")
    clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    refusal(show(clinic, phone), 404, "session-not-found")


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"encounterId": "ENC-2"}, 403, "wrong-encounter"),
        ({"preview": ""}, 422, "invalid-request"),
        ({"preview": "no base64!"}, 422, "invalid-request"),
        ({"preview": "\u00e9"}, 422, "invalid-request"),
        ({"preview": jpeg() + "\n"}, 422, "invalid-request"),
        ({"preview": jpeg(more=12 * 1024)}, 413, "image-too-large"),
        ({"preview": "A" * 64 * 1024}, 413, "body-too-large"),
        ({"preview": jpeg(321, 10)}, 413, "image-too-large"),
        ({"preview": jpeg(10, 321)}, 413, "image-too-large"),
        ({"preview": jpeg(0, 0)}, 413, "image-too-large"),
        ({"preview": base64.b64encode(b"GIF89a").decode()}, 415, "unsupported-media-type"),
        ({"preview": base64.b64encode(b"<svg onload=alert(1)>").decode()}, 415, "unsupported-media-type"),
        ({"imageId": "a/b"}, 422, "invalid-request"),
    ],
)
def test_what_is_no_preview(clinic: Clinic, phone: str, changes: dict[str, Any], status: int, slug: str) -> None:
    """Is refused, heard by nobody, and holds no place."""
    refusal(show(clinic, phone, **changes), status, slug)
    assert heard(clinic) == []
    assert clinic.wiring.platform.redis.execute("KEYS", "*:limit:session-preview:*") == []


def test_what_was_taken_in_the_future_was_taken_now(clinic: Clinic, phone: str) -> None:
    """As with the photo itself."""
    show(clinic, phone, takenAt=4_000_000_000_000)
    [message] = heard(clinic)
    assert message["takenAt"] == message["timestamp"]


def _away(*_: object) -> None:
    raise RedisError("away")
