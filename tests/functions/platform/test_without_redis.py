"""Redis away: every answer as before, in time, from the record."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.hostile import dripping, hostile, ok, refused, resetting, saying, silent
from tests.functions.clinic import NAME, Clinic, refusal

AWAY: dict[str, Any] = {
    "refused": None,
    "black hole": silent,
    "drip": dripping,
    "reset": resetting,
    "garbage": saying(b"\xff\x00garbage\r\n\r\n"),
    "an error page": saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>"),
    "other JSON": saying(ok(b'{"result": [{"a": 1}]}')),
    "another script's answer": saying(ok(b'{"result": 7}')),
    "quota": saying(ok(b'{"error": "ERR max daily request limit exceeded"}')),
}


@pytest.fixture(params=AWAY)
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    behaviour = AWAY[request.param]
    if behaviour is None:
        yield refused()
    else:
        with hostile(behaviour) as origin:
            yield origin


@pytest.fixture(autouse=True)
def deadline(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for Redis less than the patient setting of the other tests."""
    monkeypatch.setenv("BEDSIDE_REDIS_DEADLINE_MS", "100")
    assert clinic.wiring.platform.settings.redis_deadline_s == 0.1


def test_a_whole_capture_goes_on(clinic: Clinic) -> None:
    """Open, scan, ask, say, list, describe, delete, end: the contract's answers, each within its time."""
    started = time.monotonic()
    opened = clinic.open()
    scanned = clinic.validate(opened["token"])
    assert (scanned.status, scanned.json["patientName"]) == (200, NAME)
    phone = scanned.json["uploadToken"]
    key = clinic.upload(phone, "a")
    assert clinic.upload(phone, "a") == key
    assert clinic.notify(phone, key).status == 201
    assert clinic.notify(phone, key).status == 200
    clinic.watch(clinic.upload(phone, "b"))
    assert [image["imageId"] for image in clinic.look()["images"]] == ["a", "b"]
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_update", token=clinic.clinician(), path=path).status == 200
    assert clinic.call("image_delete", token=phone, path=path).json["imageCount"] == 1
    refusal(clinic.ask(phone, "a"), 404, "image-deleted")
    refusal(clinic.notify(phone, key), 404, "image-deleted")
    assert clinic.call("live_ticket", token=clinic.clinician()).status == 200
    assert clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter}).status == 204
    refusal(clinic.validate(opened["token"]), 404, "token-expired-or-invalid")
    refusal(clinic.ask(phone, "c"), 404, "session-not-found")
    # About a dozen calls, each of which waits for Redis at most once or twice.
    assert time.monotonic() - started < 30


def test_the_limit_holds(clinic: Clinic) -> None:
    """Twenty places and no more, given by the record."""
    item = clinic.phone()
    answers = [clinic.ask(item, f"i-{number}").status for number in range(22)]
    assert answers == [200] * 20 + [409] * 2
