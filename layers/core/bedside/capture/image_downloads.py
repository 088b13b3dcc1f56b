"""Images as clinicians see them: with a download link, and the instant at which they vanish."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.s3 import Links
from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.capture.object_keys import CONTENT_TYPES

DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class DownloadableImage:
    """An image and its download link, valid until `expires_at`; it vanishes at `vanishes_at` (both Unix ms).

    None: its session is open, or it is in the patient's record.
    """

    image: Image
    url: str
    expires_at: int
    vanishes_at: int | None


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session with images of it, in the order in which they were taken; `ended_at`: None while it is open.

    `retention_days`: how long its facility's photos stay after the end.
    """

    session: Session
    images: list[DownloadableImage]
    ended_at: int | None
    retention_days: int


@dataclass(frozen=True, slots=True)
class ImageDownloads:
    """Download links of images, valid for `url_life_s` seconds.

    `retention_ms(facility_id, now)` returns how long a facility's photos stay after the end.
    """

    links: Links
    url_life_s: int
    retention_ms: Callable[[str, int], int]

    def of(self, session: Session, image: Image, now_ms: int) -> DownloadableImage:
        """Return an image with its link."""
        life_s = self.links.life_s(self.url_life_s, now_ms)
        extension = image.key.rpartition(".")[2]
        url = self.links.download(
            image.key,
            now_ms=now_ms,
            life_s=life_s,
            save_as=f"photo-{image.image_id}.{extension}",
            content_type=CONTENT_TYPES.get(extension, "application/octet-stream"),
        )
        return DownloadableImage(image, url, now_ms + life_s * 1000, self._vanishes_at(session, image, now_ms))

    def _vanishes_at(self, session: Session, image: Image, now_ms: int) -> int | None:
        """Return the instant at which an image of an ended session vanishes; the sweeper determines it soon after."""
        over_at = session.over_at(now_ms)
        if over_at is None:
            return None
        until = session.retained_until
        return image.vanishes_at(over_at + self.retention_ms(session.facility_id, now_ms) if until is None else until)
