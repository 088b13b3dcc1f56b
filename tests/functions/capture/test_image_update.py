"""PATCH /session/images/{encounterId}/{imageId}."""

from tests.functions.clinic import NOTES, Clinic, refusal

PATH = {"encounterId": "ENC-1001", "imageId": "a"}


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused, and a phone may not."""
    refusal(clinic.call("image_update"), 401, "unauthorized")
    refusal(clinic.call("image_update", token=clinic.phone()), 401, "unauthorized")


def test_a_clinician_corrects_what_is_said(clinic: Clinic) -> None:
    """The answer is the image as it is now, and so is the list."""
    clinic.add(clinic.phone(), "a", metadata={"laterality": {"code": "right", "display": "Right"}})
    answer = clinic.call("image_update", token=clinic.clinician(), path=PATH)
    assert answer.status == 200
    assert answer.json["metadata"]["laterality"]["code"] == "left"
    assert answer.json["metadata"]["notes"] == NOTES
    assert answer.json["revision"] == 2
    [image] = clinic.look()["images"]
    assert image["metadata"] == answer.json["metadata"]


def test_the_same_again_is_no_change(clinic: Clinic) -> None:
    """No revision is spent, so that nobody is told twice."""
    clinic.add(clinic.phone(), "a")
    first = clinic.call("image_update", token=clinic.clinician(), path=PATH)
    assert clinic.call("image_update", token=clinic.clinician(), path=PATH).json["revision"] == first.json["revision"]


def test_what_is_not_there_cannot_be_described(clinic: Clinic) -> None:
    """No session, no such image, another facility's, a deleted one."""
    refusal(clinic.call("image_update", token=clinic.clinician(), path=PATH), 404, "session-not-found")
    phone = clinic.phone()
    refusal(clinic.call("image_update", token=clinic.clinician(), path=PATH), 404, "image-not-found")
    clinic.ask(phone, "a")
    refusal(clinic.call("image_update", token=clinic.clinician(), path=PATH), 404, "image-not-found")
    clinic.add(phone, "a")
    refusal(clinic.call("image_update", token=clinic.clinician("FAC002"), path=PATH), 404, "session-not-found")
    clinic.call("image_delete", token=clinic.clinician(), path=PATH)
    refusal(clinic.call("image_update", token=clinic.clinician(), path=PATH), 404, "image-not-found")
