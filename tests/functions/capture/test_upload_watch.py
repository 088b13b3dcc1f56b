"""S3's "Object Created" events."""

import pytest

from bedside.kernel.errors import UnavailableError
from tests.functions.clinic import Clinic, event_of


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
