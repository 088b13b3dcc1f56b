"""An ended session: its photos are looked at, changed, and found again when it is opened again; then they vanish."""

import pytest

from bedside.capture.image import LONGEST_STAY_MS, SHORTEST_STAY_MS
from bedside.kernel.errors import UnavailableError
from tests.functions.capture.test_late_and_twice import LEFT, correct, in_bucket
from tests.functions.clinic import Clinic, event_of, refusal

DAY_MS = 24 * 3_600_000


def end(clinic: Clinic) -> None:
    answer = clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    assert answer.status == 204, answer


def sweep(clinic: Clinic, *, later_ms: int = 0) -> None:
    clinic.wiring.ahead_ms += later_ms
    clinic.invoke("sweep", event_of("sweep"), remaining_ms=240_000)


def shown(clinic: Clinic) -> dict[str, int]:
    return {image["imageId"]: image["sequence"] for image in clinic.look()["images"]}


def test_photos_of_an_ended_session_are_listed_until_they_vanish(clinic: Clinic) -> None:
    """With the instant, which the sweeper keeps: a day after the end; then only the session's facts stay."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    phone = clinic.phone()
    key = clinic.add(phone, "a")
    [image] = clinic.look()["images"]
    assert (clinic.look()["state"], image["vanishesAt"], image["kept"]) == ("open", None, False)
    end(clinic)
    listed = clinic.look()
    ended_at = listed["endedAt"]
    assert (listed["state"], listed["photoRetentionDays"]) == ("ended", 1)
    assert [image["vanishesAt"] for image in listed["images"]] == [ended_at + DAY_MS]
    sweep(clinic)
    assert clinic.look() == listed
    clinic.wiring.stopped_ms += DAY_MS - 1
    sweep(clinic)
    assert in_bucket(key)
    clinic.wiring.stopped_ms += 1
    sweep(clinic)
    assert not in_bucket(key)
    listed = clinic.look()
    assert (listed["state"], listed["images"]) == ("ended", [])
    item = clinic.item()
    assert item
    assert not {"waits", "dueAt", "removal:a"} & set(item)


def test_an_ended_sessions_photos_are_changed_and_deleted(clinic: Clinic) -> None:
    """By clinicians only; the deleted one is gone from the bucket, and the others keep their numbers."""
    phone = clinic.phone()
    keys = {name: clinic.add(phone, name) for name in "abc"}
    end(clinic)
    correct(clinic, "b", LEFT)
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    refusal(clinic.call("image_delete", token=phone, path=path), 404, "session-not-found")
    refusal(clinic.call("image_delete", token=clinic.clinician("FAC002"), path=path), 404, "session-not-found")
    assert clinic.call("image_delete", token=clinic.clinician(), path=path).json["imageCount"] == 2
    assert [(image["imageId"], image["metadata"], image["sequence"]) for image in clinic.look()["images"]] == [
        ("b", LEFT, 2),
        ("c", {}, 3),
    ]
    assert [in_bucket(keys[name]) for name in "abc"] == [False, True, True]
    clinic.store(keys["a"])
    clinic.watch(keys["a"])
    assert set(shown(clinic)) == {"b", "c"}
    assert not in_bucket(keys["a"])
    refusal(clinic.call("image_delete", token=clinic.clinician(), path=path), 404, "image-not-found")


def test_opening_again_brings_the_photos_back_and_no_token(clinic: Clinic) -> None:
    """The same photos, new codes: the earlier code, phone and ticket stay dead; numbers and revisions go on."""
    opened = clinic.open()
    old = clinic.scan(opened["token"])
    clinic.call("session_status", {"encounterId": clinic.encounter, "phoneId": "p", "unsent": 3}, token=old)
    key = clinic.add(old, "a", metadata=LEFT)
    end(clinic)
    revision = clinic.look()["revision"]
    token = clinic.open()["token"]
    listed = clinic.look()
    assert (listed["state"], listed["endedAt"], listed["unsentPhotos"]) == ("open", None, 0)
    assert listed["revision"] > revision
    assert [(image["s3Key"], image["metadata"], image["vanishesAt"]) for image in listed["images"]] == [
        (key, LEFT, None)
    ]
    refusal(clinic.validate(opened["token"]), 404, "token-expired-or-invalid")
    refusal(clinic.ask(old, "b"), 404, "session-not-found")
    refusal(clinic.notify(old, key), 404, "session-not-found")
    event = event_of("live")
    event["queryStringParameters"]["ticket"] = opened["live"]["ticket"]
    assert clinic.invoke("live", event)["statusCode"] == 401
    new = clinic.scan(token)
    assert clinic.validate(token).json["imageCount"] == 0
    clinic.add(new, "b")
    assert shown(clinic) == {"a": 1, "b": 2}
    sweep(clinic, later_ms=DAY_MS // 24)
    assert shown(clinic) == {"a": 1, "b": 2}


@pytest.mark.parametrize("redis", [True, False], ids=["with Redis", "without Redis"])
def test_each_opening_has_room_for_twenty(clinic: Clinic, redis: bool) -> None:  # noqa: FBT001  # parametrised
    """Photos of earlier openings take no place; of them all, up to a hundred are stored."""
    for opening in range(2):
        phone = clinic.phone()
        for number in range(20):
            clinic.add(phone, f"{opening}-{number}")
        if not redis:
            clinic.call_anew()
        refusal(clinic.ask(phone, "one-more"), 409, "image-limit-reached")
        end(clinic)
    assert len(clinic.look()["images"]) == 40


@pytest.mark.parametrize("again", [True, False], ids=["opened again", "ended"])
def test_a_photo_uploaded_before_the_end_still_arrives(clinic: Clinic, again: bool) -> None:  # noqa: FBT001  # parametrised
    """S3's event alone brings it, with what its phone said of it; sent once more by a new code it is one photo."""
    phone = clinic.phone()
    answer = clinic.ask(phone, "late", metadata=LEFT)
    key = answer.json["s3Key"]
    clinic.store(key)
    end(clinic)
    sweep(clinic)
    new = clinic.phone() if again else ""
    clinic.watch(key)
    clinic.watch(key)
    [image] = clinic.look()["images"]
    assert (image["s3Key"], image["metadata"], image["sequence"]) == (key, LEFT, 1)
    if again:
        assert clinic.validate(clinic.open()["token"]).json["imageCount"] == 0
        second = clinic.add(new, "late")
        clinic.watch(second)
        assert [image["s3Key"] for image in clinic.look()["images"]] == [key]
        assert (in_bucket(key), in_bucket(second)) == (True, False)
    else:
        assert image["vanishesAt"] == clinic.look()["endedAt"] + DAY_MS


def test_a_photo_that_arrives_after_the_others_have_vanished_stays_an_hour(clinic: Clinic) -> None:
    """Somebody can still see it and keep it; then it vanishes too."""
    phone = clinic.phone()
    key = clinic.upload(phone, "late")
    clinic.add(phone, "a")
    end(clinic)
    sweep(clinic, later_ms=DAY_MS)
    assert shown(clinic) == {}
    clinic.watch(key)
    sweep(clinic, later_ms=SHORTEST_STAY_MS // 2)
    assert set(shown(clinic)) == {"late"}
    sweep(clinic, later_ms=SHORTEST_STAY_MS // 2)
    assert shown(clinic) == {}
    assert not in_bucket(key)


def test_many_photos_vanish_in_parts(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that took out more would have more events than the timeline can append in one transaction."""
    monkeypatch.setattr("bedside.capture.session_retention._AT_ONCE", 2)
    phone = clinic.phone()
    keys = [clinic.add(phone, name) for name in "abcde"]
    end(clinic)
    for left, later_ms in ((3, DAY_MS), (1, 0), (0, 0)):
        sweep(clinic, later_ms=later_ms)
        assert len(shown(clinic)) == left
    assert not any(map(in_bucket, keys))
    assert not {"waits", "dueAt"} & set(clinic.item() or ())


def test_an_encounter_that_is_opened_again_and_again_keeps_no_photo_for_ever(clinic: Clinic) -> None:
    """A photo that nobody keeps stays 45 days at most after its arrival, and never vanishes while a session is open."""
    key = clinic.add(clinic.phone(), "a")
    end(clinic)
    clinic.wiring.ahead_ms += LONGEST_STAY_MS
    clinic.open()
    sweep(clinic)
    assert in_bucket(key)
    end(clinic)
    sweep(clinic)
    assert not in_bucket(key)


def test_another_patients_photos_are_not_taken_over(clinic: Clinic) -> None:
    """An ended session with photos stays its patient's; one without gives way to a new one, also to late photos."""
    phone = clinic.phone()
    clinic.add(phone, "a")
    late = clinic.upload(phone, "late")
    end(clinic)
    answer = clinic.try_to_open(patientId="PAT-3", patientName="Mallory", patientNHI=None)
    refusal(answer, 409, "patient-mismatch")
    assert answer.json["detail"] == "This encounter has photos of another patient."
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=clinic.clinician(), path=path).status == 200
    token = clinic.open(patientId="PAT-3", patientName="Mallory", patientNHI=None)["token"]
    assert clinic.validate(token).json["patientName"] == "Mallory"
    clinic.watch(late)
    assert (clinic.look()["state"], clinic.look()["images"]) == ("open", [])
    assert (in_bucket(late), in_bucket(late.replace("sessions/", "quarantine/"))) == (False, True)


def test_what_the_sweeper_could_not_delete_it_deletes_next_time(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The photo is out of the record first; its object, or an event that comes late for it, does not bring it back."""
    key = clinic.add(clinic.phone(), "a")
    end(clinic)

    def fail(_: object) -> None:
        raise UnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(clinic.wiring.capture.bucket, "delete", fail)
        sweep(clinic, later_ms=DAY_MS)
    assert (shown(clinic), in_bucket(key)) == ({}, True)
    with monkeypatch.context() as patch:
        patch.setattr(clinic.wiring.capture.bucket, "delete", lambda _keys: None)
        clinic.watch(key)
    assert shown(clinic) == {}
    sweep(clinic, later_ms=11 * 60_000)
    assert not in_bucket(key)


def test_a_deleted_photo_whose_object_stayed_is_deleted_after_the_end(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 was away when a clinician deleted it."""
    key = clinic.add(clinic.phone(), "a")

    def fail(_: object) -> None:
        raise UnavailableError("away")

    path = {"encounterId": clinic.encounter, "imageId": "a"}
    with monkeypatch.context() as patch:
        patch.setattr(clinic.wiring.capture.bucket, "delete", fail)
        assert clinic.call("image_delete", token=clinic.clinician(), path=path).status == 200
    end(clinic)
    assert in_bucket(key)
    sweep(clinic)
    assert not in_bucket(key)


def test_a_session_that_an_earlier_release_ended_is_looked_at_and_opened_again(clinic: Clinic) -> None:
    """Its images name no generation: they are of the only one that it had."""
    phone = clinic.phone()
    key = clinic.add(phone, "a")
    late = clinic.upload(phone, "late")
    end(clinic)
    item = clinic.item()
    assert item
    del item["images"]["a"]["generation"], item["waits"], item["dueAt"]
    clinic.wiring.capture.repository._table.put(item, condition="attribute_exists(#pk)", values={})  # noqa: SLF001
    assert [image["vanishesAt"] for image in clinic.look()["images"]] == [clinic.look()["endedAt"] + DAY_MS]
    token = clinic.open()["token"]
    clinic.watch(late)
    assert [image["s3Key"] for image in clinic.look()["images"]] == [key, late]
    assert clinic.validate(token).json["imageCount"] == 0


def test_a_facility_says_how_long_photos_stay(clinic: Clinic) -> None:
    """What it says when a session ends holds for it; a setting that cannot be read deletes nothing."""
    settings = {"name": "Kauri", "country": "NZ", "timeZone": "Pacific/Auckland"}
    for days, version in ((30, 0), (0, 1)):
        answer = clinic.call(
            "users_save_facility",
            settings | {"photoRetentionDays": days},
            token=clinic.member(clinic.facility, ("facilityAdmin",)),
            path={"facilityId": clinic.facility},
            headers={"if-match": f'"{version}"'},
        )
        assert answer.status in {200, 201}, answer
        clinic.wiring.ahead_ms += 61_000
        phone = clinic.phone()
        key = clinic.add(phone, f"a{days}")
        end(clinic)
        listed = clinic.look()
        assert listed["photoRetentionDays"] == days
        image = next(image for image in listed["images"] if image["s3Key"] == key)
        assert image["vanishesAt"] == max(listed["endedAt"] + days * DAY_MS, image["uploadedAt"] + SHORTEST_STAY_MS)
        sweep(clinic)
        assert image["vanishesAt"] in [each["vanishesAt"] for each in clinic.look()["images"]]
