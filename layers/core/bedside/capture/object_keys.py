"""Keys of sessions in DynamoDB and Redis, and of images in the bucket."""

import re
from dataclasses import dataclass
from typing import Final

from bedside.kernel.pseudonym import handle_name
from bedside.kernel.wire import IDENTIFIER

EXTENSIONS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}
CONTENT_TYPES: Final = {extension: content_type for content_type, extension in EXTENSIONS.items()}

_OBJECT: Final = re.compile(
    rf"sessions/(?P<facility>{IDENTIFIER})/(?P<encounter>{IDENTIFIER})/"
    rf"(?P<started>[1-9][0-9]{{12}})_(?P<image>{IDENTIFIER})\.(?:jpg|png|webp|heic)"
)


# Names that mean another folder in a path.
_FOLDERS: Final = {".", ".."}


def session_key(pseudonym_key: bytes, facility_id: str, encounter_id: str) -> str:
    """Return the session's key in DynamoDB and Redis, a pseudonym of facility and encounter."""
    return handle_name(pseudonym_key, f"{facility_id}\n{encounter_id}")


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """An image's key in the bucket.

    Its timestamp is the session's creation time (Unix ms), so that the key can be computed from an imageId without any
    stored state, and differs between sessions.
    """

    facility_id: str
    encounter_id: str
    session_started: int
    image_id: str
    extension: str

    def __str__(self) -> str:
        name = f"{self.session_started}_{self.image_id}.{self.extension}"
        return f"sessions/{self.facility_id}/{self.encounter_id}/{name}"

    @property
    def quarantine(self) -> str:
        """The key under which the object is kept if it is not an image; no link is given for it."""
        return f"quarantine/{str(self).removeprefix('sessions/')}"

    @classmethod
    def parse(cls, text: str) -> "ObjectKey | None":
        """Return the key in `text`, or None if it is not an image's key."""
        found = _OBJECT.fullmatch(text)
        if not found or _FOLDERS & set(found.groups()):
            return None
        return cls(
            found["facility"], found["encounter"], int(found["started"]), found["image"], text.rpartition(".")[2]
        )
