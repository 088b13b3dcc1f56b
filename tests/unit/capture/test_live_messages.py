"""Messages are the contract's."""

from bedside.capture.live_messages import image_message, session_message
from bedside.capture.session_record import session_from_record
from tests.unit.capture.test_model import ITEM


def test_a_message_about_an_image() -> None:
    """It has the fields of the contract, with the image's own sequence and the session's revision."""
    session = session_from_record({**ITEM, "patientName": "Aroha Ngata"})
    assert image_message("image-updated", session, session.images["b"], 1234) == {
        "type": "image-updated",
        "encounterId": "ENC-1",
        "imageId": "b",
        "s3Key": "kb",
        "metadata": {"notes": "x"},
        "takenAt": 1100,
        "takenOrder": 0,
        "editsVersion": 0,
        "imageCount": 2,
        "sequence": 3,
        "revision": 5,
        "timestamp": 1234,
    }
    assert image_message("image-uploaded", session, session.images["a"], 1)["sequence"] == 1


def test_a_message_about_the_session() -> None:
    """The end of a session names no image and no patient."""
    session = session_from_record({**ITEM, "patientName": "Aroha Ngata"})
    assert session_message("session-ended", session, 1234) == {
        "type": "session-ended",
        "encounterId": "ENC-1",
        "imageCount": 2,
        "sequence": 3,
        "revision": 5,
        "timestamp": 1234,
    }
