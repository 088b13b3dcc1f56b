"""POST /session/images."""

import pytest

from bedside.capture.errors import ImageLimitReachedError
from tests.functions.clinic import NOTES, Clinic, refusal

METADATA = {"laterality": {"code": "left", "display": "Left", "snomed": "7771000"}, "notes": NOTES}


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused; so is a clinician's."""
    refusal(clinic.call("image_notify"), 401, "unauthorized")
    refusal(clinic.call("image_notify", token=clinic.clinician()), 401, "unauthorized")


def test_the_example_is_of_an_earlier_session(clinic: Clinic) -> None:
    """A key of another time is another session's, though the encounter is the same."""
    refusal(clinic.call("image_notify", token=clinic.phone()), 403, "wrong-encounter")


def test_a_photo_is_taken_in_once(clinic: Clinic) -> None:
    """201 the first time, 200 after; ten times the same is one image."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    first = clinic.notify(phone, key, metadata=METADATA)
    assert (first.status, first.json) == (201, {"success": True, "imageId": "a", "imageCount": 1, "sequence": 1})
    for _ in range(9):
        again = clinic.notify(phone, key, metadata=METADATA)
        assert (again.status, again.json) == (200, first.json)
    [image] = clinic.look()["images"]
    assert image["metadata"] == METADATA


def test_saying_it_again_changes_what_is_said(clinic: Clinic) -> None:
    """Named fields are changed, others stay."""
    phone = clinic.phone()
    key = clinic.add(phone, "a", metadata=METADATA)
    assert clinic.notify(phone, key, metadata={"notes": None}).status == 200
    assert clinic.look()["images"][0]["metadata"] == {"laterality": METADATA["laterality"]}


def test_storage_may_say_it_first(clinic: Clinic) -> None:
    """The phone's word is still the first of the phone, with what it says."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    clinic.watch(key)
    answer = clinic.notify(phone, key, metadata=METADATA)
    assert (answer.status, answer.json["sequence"]) == (201, 1)
    assert clinic.notify(phone, key).status == 200
    assert [image["metadata"] for image in clinic.look()["images"]] == [METADATA]


def taken(clinic: Clinic) -> tuple[int, int]:
    """When the one image was taken, as the desktop sees it."""
    [image] = clinic.look()["images"]
    return image["takenAt"], image["takenOrder"]


def test_when_it_was_taken_is_kept_as_first_said(clinic: Clinic) -> None:
    """With the phone's report or after S3's; a later report with another time changes nothing."""
    phone, at = clinic.phone(), clinic.wiring.now_ms() - 60_000
    key = clinic.upload(phone, "a")
    clinic.watch(key)
    clinic.notify(phone, key, metadata=METADATA, takenAt=at, takenOrder=7)
    assert taken(clinic) == (at, 7)
    clinic.notify(phone, key, metadata=METADATA, takenAt=at - 1, takenOrder=8)
    assert taken(clinic) == (at, 7)


def test_a_time_in_the_future_does_not_cost_the_photo(clinic: Clinic) -> None:
    """A phone's clock may be wrong: the photo counts as taken when it arrived."""
    clinic.add(clinic.phone(), "a", takenAt=clinic.wiring.now_ms() + 3_600_000, takenOrder=1)
    [image] = clinic.look()["images"]
    assert image["takenAt"] == image["uploadedAt"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("takenAt", 946_684_799_999),
        ("takenAt", 4_102_444_800_001),
        ("takenAt", -1),
        ("takenAt", 1.5),
        ("takenAt", "1795228312000"),
        ("takenAt", True),
        ("takenAt", 10**400),
        ("takenOrder", -1),
        ("takenOrder", 2**53),
    ],
    ids=str,
)
def test_what_is_no_time_is_refused(clinic: Clinic, field: str, value: object) -> None:
    """Wherever a phone says it, and nothing is reserved or listed."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    refusal(clinic.notify(phone, key, **{field: value}), 422, "invalid-request")
    refusal(clinic.ask(phone, "b", **{field: value}), 422, "invalid-request")
    assert clinic.look()["images"] == []


def test_what_is_not_there_is_not_taken(clinic: Clinic) -> None:
    """Before the upload: 409, and nothing is listed."""
    phone = clinic.phone()
    refusal(clinic.notify(phone, clinic.ask(phone, "a").json["s3Key"]), 409, "not-uploaded")
    assert clinic.look()["images"] == []


@pytest.mark.parametrize(
    ("change", "status", "slug"),
    [
        (("ENC-1001", "ENC-1002"), 403, "wrong-encounter"),
        (("FAC001", "FAC002"), 403, "wrong-encounter"),
        (("_a.jpg", "_../a.jpg"), 422, "invalid-request"),
        (("sessions/", "../sessions/"), 422, "invalid-request"),
        (("_a.jpg", "_a\x00.jpg"), 422, "invalid-request"),
        (("_a.jpg", "_a.exe"), 422, "invalid-request"),
        (("sessions/", "other/"), 422, "invalid-request"),
    ],
)
def test_another_key_is_refused(clinic: Clinic, change: tuple[str, str], status: int, slug: str) -> None:
    """Another encounter's, another facility's, and what is no key of ours."""
    phone = clinic.phone()
    answer = clinic.notify(phone, clinic.upload(phone, "a").replace(*change))
    refusal(answer, status, slug)
    assert change[1] not in answer.text.replace("wrong-encounter", "")
    assert clinic.look()["images"] == []


def test_another_encounter_is_refused(clinic: Clinic) -> None:
    """Also with a key of the phone's own."""
    phone = clinic.phone()
    refusal(clinic.notify(phone, clinic.upload(phone, "a"), encounterId="ENC-2"), 403, "wrong-encounter")


def test_a_deleted_photo_never_comes_back(clinic: Clinic) -> None:
    """Neither by the phone's late word, with or without its object, nor by S3's."""
    phone = clinic.phone()
    key = clinic.add(phone, "a")
    clinic.call("image_delete", token=phone, path={"encounterId": clinic.encounter, "imageId": "a"})
    refusal(clinic.notify(phone, key), 404, "image-deleted")
    clinic.store(key)
    refusal(clinic.notify(phone, key), 404, "image-deleted")
    clinic.watch(key)
    assert clinic.look()["images"] == []
    assert clinic.everything()[1] == []


def test_twenty_and_no_more(clinic: Clinic) -> None:
    """The twenty-first is refused even if it lies in the bucket; numbers are 1 to 20."""
    phone = clinic.phone()
    keys = [clinic.add(phone, f"i-{number}") for number in range(20)]
    extra = keys[0].replace("i-0", "extra")
    clinic.store(extra)
    refusal(clinic.notify(phone, extra), 409, "image-limit-reached")
    with pytest.raises(ImageLimitReachedError):  # so that Lambda keeps the event for the operator
        clinic.watch(extra)
    assert [image["sequence"] for image in clinic.look()["images"]] == list(range(1, 21))
