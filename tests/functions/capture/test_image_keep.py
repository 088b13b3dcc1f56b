"""POST and DELETE /session/images/{encounterId}/{imageId}/keep."""

import pytest

from bedside.capture.image import LONGEST_KEPT_MS, SHORTEST_STAY_MS
from bedside.kernel.errors import UnavailableError
from tests.conftest import BUCKET, client
from tests.functions.capture.test_ended_sessions import DAY_MS, end, shown, sweep
from tests.functions.capture.test_late_and_twice import in_bucket
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.encounters.test_timeline_append import kinds


def keep(clinic: Clinic, image_id: str, *, kept: bool = True) -> Answer:
    path = {"encounterId": clinic.encounter, "imageId": image_id}
    return clinic.call("image_keep_hold" if kept else "image_keep_release", token=clinic.clinician(), path=path)


def tags(key: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client("s3").get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]}


def test_a_kept_photo_stays_until_it_is_released(clinic: Clinic) -> None:
    """However long its session is over; the others vanish, and numbers stay. Released, it stays one more hour."""
    refusal(clinic.call("image_keep_hold"), 401, "unauthorized")
    refusal(clinic.call("image_keep_release"), 401, "unauthorized")
    refusal(keep(clinic, "a"), 404, "session-not-found")
    phone = clinic.phone()
    keys = {name: clinic.add(phone, name) for name in "abc"}
    refusal(keep(clinic, "x"), 404, "image-not-found")
    end(clinic)
    [_, before, _] = clinic.look()["images"]
    kept = keep(clinic, "b").json
    assert kept["revision"] > before["revision"]
    assert (kept["kept"], kept["vanishesAt"]) == (True, kept["uploadedAt"] + LONGEST_KEPT_MS)
    assert keep(clinic, "b").json["revision"] == kept["revision"]
    assert tags(keys["b"]) == {"photo": "kept"}
    sweep(clinic, later_ms=40 * DAY_MS)
    assert shown(clinic) == {"b": 2}
    assert [in_bucket(keys[name]) for name in "abc"] == [False, True, False]
    released = keep(clinic, "b", kept=False).json
    assert (released["kept"], released["vanishesAt"] > clinic.wiring.now_ms()) == (False, True)
    assert keep(clinic, "b", kept=False).json["vanishesAt"] == released["vanishesAt"]
    sweep(clinic)
    assert shown(clinic) == {"b": 2}
    sweep(clinic, later_ms=SHORTEST_STAY_MS)
    assert shown(clinic) == {}
    clinic.append()
    assert [
        kind for kind in kinds(clinic.encounter) if kind not in {"photo-arrived", "session-opened", "phone-joined"}
    ] == [
        *("session-ended", "photo-kept", "photo-vanished", "photo-vanished", "photo-unkept", "photo-vanished"),
    ]


def test_nothing_is_kept_that_its_bucket_would_delete(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """While S3 cannot be told, nobody is told that a photo is kept; and it is kept for half a year at most."""
    key = clinic.add(clinic.phone(), "a")

    def fail(_key: str, _tag: str) -> None:
        raise UnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(clinic.wiring.capture.bucket, "tag", fail)
        refusal(keep(clinic, "a"), 503, "unavailable")
    assert [image["kept"] for image in clinic.look()["images"]] == [False]
    assert keep(clinic, "a").status == 200
    end(clinic)
    sweep(clinic, later_ms=LONGEST_KEPT_MS - DAY_MS)
    assert shown(clinic) == {"a": 1}
    sweep(clinic, later_ms=DAY_MS)
    assert (shown(clinic), in_bucket(key)) == ({}, False)
