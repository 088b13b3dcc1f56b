"""Image metadata, from a phone or a clinician."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from bedside.capture.taken import EARLIEST_MS, LAST_PLACE, LATEST_MS, Taken, credible_taken
from bedside.kernel.wire import Identifier, LongText, ShortText, Wire


class Laterality(Wire):
    code: Literal["left", "right", "bilateral", "na"]
    display: ShortText


class BodySite(Wire):
    code: Identifier
    display: ShortText


class ImageType(Wire):
    """How near the photo was taken: the region, the lesion, or through a dermatoscope."""

    code: Literal["overview", "close-up", "dermoscopy"]
    display: ShortText


class Metadata(Wire):
    """Laterality, body site, type of image and notes of at most 500 characters, each optional.

    In a change, an omitted field stays unchanged, and a field sent as null is cleared.
    """

    laterality: Laterality | None = None
    body_site: BodySite | None = None
    image_type: ImageType | None = None
    notes: LongText | None = None


class TakenRequest(Wire):
    """When the photo was taken (Unix ms), and its place among the phone's photos: the lower, the earlier.

    A time in the future is ignored, because a phone's wrong clock must not cost a photo.
    """

    taken_at: int | None = Field(default=None, ge=EARLIEST_MS, le=LATEST_MS)
    taken_order: int | None = Field(default=None, ge=0, le=LAST_PLACE)

    def taken(self, now_ms: int) -> Taken | None:
        """Return what the phone says, if it is credible."""
        return credible_taken(self.taken_at, self.taken_order, now_ms)


def has_fields(metadata: Metadata | None) -> bool:
    """Return whether any field was sent, including null."""
    return bool(metadata and metadata.model_fields_set)


def merge(current: Mapping[str, Any], change: Metadata | None) -> dict[str, Any]:
    """Return `current` with `change` applied."""
    if change is None:
        return dict(current)
    merged = {**current, **change.model_dump(exclude_unset=True, by_alias=True)}
    return {name: value for name, value in merged.items() if value is not None}
