"""What comes late, twice or from an older view of things changes nothing that it should not."""

from botocore.exceptions import ClientError

from bedside.capture.model import LONGEST_LIFE_MS
from bedside.kernel.opaque_tokens import parse_token
from tests.conftest import BUCKET, client
from tests.functions.clinic import Clinic

LEFT = {"laterality": {"code": "left", "display": "Left", "snomed": "7771000"}}
RIGHT = {"laterality": {"code": "right", "display": "Right", "snomed": "24028007"}}


def in_bucket(key: str) -> bool:
    try:
        client("s3").head_object(Bucket=BUCKET, Key=key)
    except ClientError:
        return False
    return True


def correct(clinic: Clinic, image_id: str, metadata: object) -> None:
    path = {"encounterId": clinic.encounter, "imageId": image_id}
    answer = clinic.call("image_update", {"metadata": metadata}, token=clinic.clinician(), path=path)
    assert answer.status == 200, answer


def test_a_clinicians_correction_outlives_a_repeated_notify(clinic: Clinic) -> None:
    """A phone whose answer was lost repeats what it said first; the clinician's word stands."""
    phone = clinic.phone()
    key = clinic.add(phone, "a", metadata=LEFT)
    correct(clinic, "a", RIGHT)
    assert clinic.notify(phone, key, metadata=LEFT).status == 200
    (image,) = clinic.look()["images"]
    assert image["metadata"] == RIGHT


def test_a_first_notify_adds_to_a_correction(clinic: Clinic) -> None:
    """A clinician may be faster than the phone: then the phone's first word fills only what is missing."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    clinic.watch(key)
    correct(clinic, "a", RIGHT)
    answer = clinic.notify(phone, key, metadata={**LEFT, "notes": "sore"})
    assert answer.status == 201
    (image,) = clinic.look()["images"]
    assert image["metadata"] == {**RIGHT, "notes": "sore"}


def test_a_photo_without_a_notify_is_taken_once(clinic: Clinic) -> None:
    """S3's event brings the image, repeated events nothing more, and a late notify what is on it."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    for _ in range(3):
        clinic.watch(key)
    assert [(image["imageId"], image["metadata"]) for image in clinic.look()["images"]] == [("a", {})]
    assert clinic.notify(phone, key, metadata=LEFT).status == 201
    (image,) = clinic.look()["images"]
    assert (image["sequence"], image["metadata"]) == (1, LEFT)


def test_deleting_again_removes_what_was_left_in_the_bucket(clinic: Clinic) -> None:
    """If the first call could not reach S3, the second, though answered 404, clears up."""
    key = clinic.add(clinic.phone(), "a")
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=clinic.clinician(), path=path).status == 200
    assert not in_bucket(key)
    clinic.store(key)
    assert clinic.call("image_delete", token=clinic.clinician(), path=path).status == 404
    assert not in_bucket(key)


def test_bytes_of_a_deleted_image_are_removed_when_they_arrive(clinic: Clinic) -> None:
    """A photo deleted while its upload was under way does not stay in the bucket."""
    phone = clinic.phone()
    key = str(clinic.ask(phone, "a").json["s3Key"])
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=phone, path=path).status == 200
    clinic.store(key)
    clinic.watch(key)
    assert not in_bucket(key)
    assert clinic.look()["images"] == []


def test_the_same_image_in_another_format_is_not_kept(clinic: Clinic) -> None:
    """One imageId is one image: what is stored under a second key is removed."""
    phone = clinic.phone()
    key = clinic.add(phone, "a")
    other = str(clinic.ask(phone, "a", contentType="image/png").json["s3Key"])
    clinic.store(other)
    clinic.watch(other)
    assert (in_bucket(key), in_bucket(other)) == (True, False)
    assert [image["s3Key"] for image in clinic.look()["images"]] == [key]


def test_a_session_that_redis_calls_full_is_asked_of_the_record(clinic: Clinic) -> None:
    """Where Redis has missed a deletion, the place that it freed is given all the same."""
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    for number in range(20):
        clinic.add(phone, f"i-{number}")
    path = {"encounterId": clinic.encounter, "imageId": "i-0"}
    clinic.call("image_delete", token=clinic.clinician(), path=path)
    token = parse_token(opened["token"])
    assert token
    place = f"bedside:test:session:{token.key}"
    clinic.wiring.platform.redis.execute("HSET", place, "i:i-0", "here")
    assert clinic.ask(phone, "new").status == 200
    assert clinic.ask(phone, "one-more").slug == "image-limit-reached"


def test_a_session_ends_after_a_day_however_active(clinic: Clinic) -> None:
    """A page left open cannot keep its codes and phones working for longer; a clinician opens the session again."""
    clinic.open()
    for _ in range(15):
        clinic.wiring.ahead_ms += 90 * 60_000
        assert clinic.look()["state"] == "open"
    clinic.wiring.ahead_ms = LONGEST_LIFE_MS + 60_000
    assert clinic.look()["state"] == "ended"
    clinic.open()
    assert clinic.look()["state"] == "open"
