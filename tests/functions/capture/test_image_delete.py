"""DELETE /session/images/{encounterId}/{imageId}."""

import pytest

from tests.functions.clinic import Clinic, refusal

PATH = {"encounterId": "ENC-1001", "imageId": "a"}


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused."""
    refusal(clinic.call("image_delete"), 401, "unauthorized")


@pytest.mark.parametrize("by_phone", [True, False])
def test_either_side_may(clinic: Clinic, by_phone: bool) -> None:  # noqa: FBT001  # parametrised
    """The image is gone from the list and the bucket; others keep their numbers."""
    phone = clinic.phone()
    for image_id in "ab":
        clinic.add(phone, image_id)
    answer = clinic.call("image_delete", token=phone if by_phone else clinic.clinician(), path=PATH)
    assert (answer.status, answer.json) == (200, {"success": True, "imageCount": 1})
    assert [(image["imageId"], image["sequence"]) for image in clinic.look()["images"]] == [("b", 2)]
    assert [key.rpartition("_")[2] for key in clinic.everything()[1]] == ["b.jpg"]
    refusal(clinic.call("image_delete", token=phone, path=PATH), 404, "image-not-found")


def test_photos_keep_the_numbers_that_they_are_shown_with(clinic: Clinic) -> None:
    """Also if they arrived in another order than they were taken in, whichever is deleted; a new one gets the next."""
    phone, now_ms = clinic.phone(), clinic.wiring.now_ms()

    def shown() -> dict[str, int]:
        images = clinic.look()["images"]
        return dict(
            zip([image["imageId"] for image in images], sorted(image["sequence"] for image in images), strict=True)
        )

    for image_id in "cdabe":
        clinic.add(phone, image_id, takenAt=now_ms - 60_000 + ord(image_id), takenOrder=0)
    assert shown() == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    for gone, left in (("b", "acde"), ("a", "cde"), ("d", "ce")):
        before = shown()
        assert clinic.call("image_delete", token=phone, path={**PATH, "imageId": gone}).status == 200
        assert shown() == {image_id: before[image_id] for image_id in left}
    clinic.add(phone, "f")
    assert shown() == {"c": 3, "e": 5, "f": 6}


def test_a_photo_on_its_way_can_be_deleted(clinic: Clinic) -> None:
    """It is refused when it arrives, and its object removed."""
    phone = clinic.phone()
    key = clinic.ask(phone, "a").json["s3Key"]
    assert clinic.call("image_delete", token=phone, path=PATH).json == {"success": True, "imageCount": 0}
    clinic.store(key)
    clinic.watch(key)
    assert clinic.everything()[1] == []
    assert clinic.look()["images"] == []


def test_its_place_is_free(clinic: Clinic) -> None:
    """A full session takes another photo."""
    phone = clinic.phone()
    for number in range(20):
        clinic.ask(phone, f"i-{number}")
    clinic.call("image_delete", token=phone, path=PATH | {"imageId": "i-3"})
    assert clinic.ask(phone, "new").status == 200


def test_only_what_is_ones_own(clinic: Clinic) -> None:
    """Another encounter's phone, another facility's clinician, what was never there."""
    phone = clinic.phone()
    clinic.add(phone, "a")
    refusal(clinic.call("image_delete", token=clinic.phone("ENC-2"), path=PATH), 403, "wrong-encounter")
    refusal(clinic.call("image_delete", token=clinic.clinician("FAC002"), path=PATH), 404, "session-not-found")
    refusal(clinic.call("image_delete", token=clinic.clinician(roles=("patient",)), path=PATH), 403, "forbidden")
    refusal(clinic.call("image_delete", token=phone, path=PATH | {"imageId": "z"}), 404, "image-not-found")
    assert len(clinic.look()["images"]) == 1


@pytest.mark.parametrize("image_id", ["..", "x" * 9000, "a b", "💉", "%00", "\ud800", "#", "a.b"])
def test_any_path_is_answered(clinic: Clinic, image_id: str) -> None:
    """A strange id is no image."""
    phone = clinic.phone()
    assert clinic.call("image_delete", token=phone, path=PATH | {"imageId": image_id}).status == 404
