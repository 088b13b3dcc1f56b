"""5: what leaves the phone is small and says nothing about who took it, or where."""

import base64
import hashlib
import io
import json
import time

import pytest
from PIL import Image

from tests.e2e.people import Clinician
from tests.e2e.photographs import CAMERA_OWNER, file, grainy, jpeg, skin
from tests.e2e.scenarios.cloud import Cloud
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset

# The sample says nothing about when it was taken, so that the phone says when it was chosen: moments ago.
TAKEN_MS = 600_000


@pytest.fixture(scope="module")
def large() -> bytes:
    """Twelve megapixels held sideways, several megabytes, with owner and place."""
    return jpeg(grainy(skin(1, 4000, 3000)), orientation=6)


def test_stored_object_is_small_upright_and_anonymous(
    desk: Desk, handset: Handset, cloud: Cloud, clinician: Clinician, large: bytes, encounter: str
) -> None:
    """A 12-megapixel photo with GPS is stored as an upright JPEG under 1 MB without EXIF, with its true SHA-256.

    When it was taken is said beside it, and the desktop sees that.
    """
    assert len(large) > 3_000_000
    with Image.open(io.BytesIO(large)) as picture:
        assert picture.getexif().get_ifd(0x8825)
    desk.open(encounter)
    handset.scan(desk.link)
    handset.choose([file(1, large)])
    handset.to_send()
    with handset.page.expect_request("**/session/presigned-url") as asked:
        handset.press_send()
    handset.expect_sent(1)
    desk.expect_photos(1)

    ((key, stored),) = cloud.photos(encounter).items()
    assert key.endswith(".jpg")
    assert len(stored) < 1_000_000
    assert b"Exif" not in stored
    assert CAMERA_OWNER.encode() not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.format == "JPEG"
        assert not picture.getexif()
        assert picture.height > picture.width
        assert max(picture.size) >= 1600

    digest = base64.b64encode(hashlib.sha256(stored).digest()).decode()
    announced: dict[str, object] = json.loads(asked.value.post_data or "")
    taken = [announced.pop(name) for name in ("takenAt", "takenOrder")]
    assert all(isinstance(at, int) and abs(at - time.time() * 1000) < TAKEN_MS for at in taken)
    assert announced == {
        "encounterId": encounter,
        "imageId": announced["imageId"],
        "contentType": "image/jpeg",
        "contentLength": len(stored),
        "sha256": digest,
        "metadata": {"laterality": None, "bodySite": None, "notes": None},
    }
    (image,) = clinician.images(encounter)
    assert [image["takenAt"], image["takenOrder"]] == taken
    head = cloud.head(key)
    assert head["ContentType"] == "image/jpeg"
    assert head["ChecksumSHA256"] == digest


def test_what_a_desktop_downloads_is_what_was_stored(
    clinician: Clinician, desk: Desk, handset: Handset, cloud: Cloud, encounter: str
) -> None:
    """Byte for byte; the grid shows the small picture from its first bytes."""
    desk.open(encounter)
    handset.scan(desk.link)
    handset.send([file(1)])
    desk.expect_photos(1)
    (stored,) = cloud.photos(encounter).values()
    (image,) = clinician.images(encounter)
    assert desk.page.request.get(image["downloadUrl"]).body() == stored
    small = desk.picture(1).evaluate("(picture) => [picture.naturalWidth, picture.naturalHeight]")
    assert max(small) == 480
