"""What a phone or a clinician says about an image."""

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

    A field left out of a change stays as it was; a field sent as null is cleared.
    """

    laterality: Laterality | None = None
    body_site: BodySite | None = None
    notes: LongText | None = None


def says_anything(metadata: Metadata | None) -> bool:
    """Tell whether any field is named; one that is cleared is."""
    return bool(metadata and metadata.model_fields_set)


def changed(current: Mapping[str, Any], change: Metadata | None) -> dict[str, Any]:
    """Return `current` with `change` applied."""
    if change is None:
        return dict(current)
    merged = {**current, **change.model_dump(exclude_unset=True, by_alias=True)}
    return {name: value for name, value in merged.items() if value is not None}
