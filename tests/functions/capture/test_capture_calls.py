"""What must hold of a phone's calls, made as a phone makes them: keys of others, and photos that were deleted."""

import pytest

from tests.e2e.people import Clinician, Phone
from tests.functions.clinic import Clinic
from tests.functions.in_process import InProcess


@pytest.fixture
def clinician(clinic: Clinic) -> Clinician:
    person = InProcess(clinic).enrol("FAC001", "clinician")
    assert person.token
    return Clinician(person.http, person.token)


def _phone(clinician: Clinician, encounter: str) -> Phone:
    return Phone.scan(clinician.http, clinician.open(encounter)["token"])


def test_deleted_image_never_comes_back(clinic: Clinic, clinician: Clinician) -> None:
    """After a delete neither a late notify, nor a new upload, nor a storage event brings the image back."""
    phone = _phone(clinician, "enc-1")
    key = phone.upload("image-1")
    assert phone.notify(key).status_code == 201
    assert clinician.call("DELETE", "/session/images/enc-1/image-1").json() == {"success": True, "imageCount": 0}
    assert phone.notify(key).status_code == 404
    assert phone.ask("image-1", b"photo").status_code == 404
    clinic.watch(key)
    assert clinician.images("enc-1") == []


def test_delete_during_upload_wins(clinic: Clinic, clinician: Clinician) -> None:
    """A photo that its phone deletes between asking and uploading does not appear when the bytes arrive after all."""
    phone = _phone(clinician, "enc-1")
    granted = phone.ask("image-1", b"photo").json()
    assert phone.call("DELETE", "/session/images/enc-1/image-1").status_code == 200
    stored = phone.http.put(granted["uploadUrl"], content=b"photo", headers=granted["headers"])
    assert stored.status_code == 200
    clinic.watch(granted["s3Key"])
    assert clinician.images("enc-1") == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "sessions/FAC001/other/1795230473719_x.jpg", "nowhere", "a\x00b"])
def test_foreign_keys_are_refused(clinician: Clinician, key: str) -> None:
    """A key that this phone was not given is refused, and nothing appears."""
    phone = _phone(clinician, "enc-1")
    answer = phone.notify(key)
    assert answer.status_code in {403, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert key not in answer.text
    assert clinician.images("enc-1") == []


def test_another_encounters_image_is_refused(clinician: Clinician) -> None:
    """A phone cannot put another encounter's photo into its own session, nor use its token elsewhere."""
    one, other = _phone(clinician, "enc-1"), _phone(clinician, "enc-2")
    key = one.upload("image-1")
    assert other.notify(key).status_code == 403
    body = {"encounterId": one.encounter, "s3Key": key}
    assert other.call("POST", "/session/images", body).status_code == 403
    assert other.call("DELETE", f"/session/images/{one.encounter}/image-1").status_code == 403
