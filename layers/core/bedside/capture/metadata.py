"""Image metadata, from a phone or a clinician."""

from collections.abc import Mapping
from typing import Any, Literal

from bedside.kernel.wire import Identifier, LongText, ShortText, Wire


class Laterality(Wire):
    code: Literal["left", "right", "bilateral", "na"]
    display: ShortText


class BodySite(Wire):
    code: Identifier
    display: ShortText


class Metadata(Wire):
    """Laterality, body site and notes of at most 500 characters, each optional.

    In a change, an omitted field stays unchanged, and a field sent as null is cleared.
    """

    laterality: Laterality | None = None
    body_site: BodySite | None = None
    notes: LongText | None = None


def has_fields(metadata: Metadata | None) -> bool:
    """Return whether any field was sent, including null."""
    return bool(metadata and metadata.model_fields_set)


def merge(current: Mapping[str, Any], change: Metadata | None) -> dict[str, Any]:
    """Return `current` with `change` applied."""
    if change is None:
        return dict(current)
    merged = {**current, **change.model_dump(exclude_unset=True, by_alias=True)}
    return {name: value for name, value in merged.items() if value is not None}
