"""S3's "Object Created" events."""

import pytest

from bedside.kernel.errors import UnavailableError
from tests.conftest import BUCKET, client
from tests.functions.capture.test_late_and_twice import in_bucket
from tests.functions.clinic import PHOTO, Clinic, event_of, refusal


def test_the_example_event_of_a_session_that_ended(clinic: Clinic) -> None:
    """A photo without a session is no error, so that Lambda does not try again."""
    assert clinic.invoke("upload_watch", event_of("upload_watch")) is None
    assert clinic.everything() == ([], [])


def test_a_phone_that_never_says_so(clinic: Clinic) -> None:
    """The photo is listed without metadata; the event twice is one photo."""
    key = clinic.upload(clinic.phone(), "a")
    clinic.watch(key)
    clinic.watch(key)
    [image] = clinic.look()["images"]
    assert (image["imageId"], image["s3Key"], image["metadata"], image["sequence"]) == ("a", key, {}, 1)


def test_an_event_after_the_phones_word_changes_nothing(clinic: Clinic) -> None:
    """What the phone said stays."""
    key = clinic.add(clinic.phone(), "a", metadata={"notes": "sore"})
    clinic.watch(key)
    assert [image["metadata"] for image in clinic.look()["images"]] == [{"notes": "sore"}]


@pytest.mark.parametrize("key", ["", "sessions/x", "other/a.jpg", "sessions/../a", "sessions/\x00", "\ud800"])
def test_other_objects_are_passed_over(clinic: Clinic, key: str) -> None:
    """What is not an image's key is noted and left."""
    clinic.watch(key)
    assert clinic.everything() == ([], [])


def test_an_unreachable_record_is_raised(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda then tries again, and nothing is lost."""
    key = clinic.upload(clinic.phone(), "a")
    table = clinic.wiring.capture.repository._table  # noqa: SLF001  # break it
    monkeypatch.setattr(table, "_name", "no-such-table")
    with pytest.raises(UnavailableError):
        clinic.watch(key)


PAGE = b"<script>alert(1)</script>\xff\xd9"


def put(key: str, content: bytes) -> None:
    client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)


@pytest.mark.parametrize("content", [PHOTO[:-2], PAGE, b"", b"GIF89a"])
def test_what_is_no_photo_is_set_aside(clinic: Clinic, content: bytes) -> None:
    """The phone is told, the desktop counts it, no link leads to it, and the same photo may be sent again."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    put(key, content)
    refusal(clinic.notify(phone, key), 422, "damaged-image")
    clinic.watch(key)
    clinic.watch(key)
    assert (in_bucket(key), in_bucket(key.replace("sessions/", "quarantine/"))) == (False, True)
    assert (clinic.look()["images"], clinic.look()["damagedImages"]) == ([], 1)
    refusal(clinic.notify(phone, key), 409, "not-uploaded")
    assert clinic.add(phone, "a") == key
    assert [image["sequence"] for image in clinic.look()["images"]] == [1]


def test_a_quarantine_that_stopped_half_way_is_finished(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 fails at the last step: Lambda repeats the event, and the object ends up in the one place."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    put(key, PAGE)

    def fail(_key: str, _etag: str) -> None:
        raise UnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(clinic.wiring.capture.bucket, "delete_if", fail)
        with pytest.raises(UnavailableError):
            clinic.watch(key)
    assert (in_bucket(key), in_bucket(key.replace("sessions/", "quarantine/"))) == (True, True)
    assert clinic.look()["images"] == []
    clinic.watch(key)
    assert (in_bucket(key), in_bucket(key.replace("sessions/", "quarantine/"))) == (False, True)
    assert clinic.add(phone, "a") == key


def test_what_was_sent_again_since_stays(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two deliveries of an event at once, the later one moves only what it inspected, and then changes nothing."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    put(key, PAGE)
    bucket, asked = clinic.wiring.capture.bucket, list[str]()
    page = bucket.read_start(key, 9)

    def late(_key: str, _target: str, etag: str = "") -> bool:
        asked.append(etag)
        put(key, PHOTO)
        return False

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "copy", late)
        clinic.watch(key)
    assert page
    assert page.etag
    assert asked == [page.etag]
    assert "damagedImages" not in clinic.look()
    assert clinic.notify(phone, key).status == 201


def test_a_page_that_ends_as_a_photo_does_is_noticed_after_its_report(clinic: Clinic) -> None:
    """While the phone waits only the end is read; S3's event reads the beginning, and takes the image back."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    put(key, PAGE + bytes(5_000) + PAGE)
    assert clinic.notify(phone, key).status == 201
    clinic.watch(key)
    assert (clinic.look()["images"], clinic.look()["damagedImages"]) == ([], 1)
    assert clinic.validate(clinic.open()["token"]).json["imageCount"] == 0
    assert clinic.add(phone, "a") == key


def test_nothing_is_kept_of_a_deleted_photo_that_is_none(clinic: Clinic) -> None:
    """What its phone has deleted is gone, whatever it was."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    put(key, PAGE)
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=phone, path=path).status == 200
    put(key, PAGE)
    clinic.watch(key)
    assert clinic.everything()[1] == []
    assert "damagedImages" not in clinic.look()


def test_a_stored_photo_in_another_format_takes_nothing_away(clinic: Clinic) -> None:
    """A damaged object under a second key is set aside, and the image stays."""
    phone = clinic.phone()
    key = clinic.add(phone, "a")
    other = str(clinic.ask(phone, "a", contentType="image/png").json["s3Key"])
    put(other, PAGE)
    clinic.watch(other)
    assert [image["s3Key"] for image in clinic.look()["images"]] == [key]
    assert "damagedImages" not in clinic.look()


def test_a_download_is_an_image_to_save(clinic: Clinic) -> None:
    """Whatever type the object was stored with: its link fixes the type and a file name."""
    clinic.add(clinic.phone(), "a")
    [image] = clinic.look()["images"]
    assert "response-content-type=image%2Fjpeg" in image["downloadUrl"]
    assert "response-content-disposition=attachment%3B%20filename%3D%22photo-a.jpg%22" in image["downloadUrl"]
