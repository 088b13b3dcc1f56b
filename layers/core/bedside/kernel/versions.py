"""The version that a caller has seen of what they change."""

import re
from collections.abc import Callable, Collection
from typing import Final

from bedside.kernel.errors import (
    FieldFault,
    InvalidRequestError,
    PreconditionFailedError,
    PreconditionRequiredError,
)

# Entity tags as in https://www.rfc-editor.org/rfc/rfc9110#field.etag, or a bare version. A proxy that compresses
# weakens the tags that it passes on, so a weak tag counts like a strong one.
_TAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"|([0-9]+)')
# A longer number than any version gets, be it an instant in milliseconds, names none of ours.
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")


class ChangedMeanwhileError(Exception):
    """Somebody else has changed what was read, so nothing was written: look again."""


def version_seen(if_match: str | None, current: Callable[[], int], changed: str) -> int:
    """Return the version that a change is based on, as its If-Match header says; 0 is what does not exist yet.

    A header that names one version is taken at its word, for the write itself compares it. Only if it names several, or
    none of ours, is the `current` one read: the result is that one, or the one before it, which a repeated request
    names. `changed` says what was changed elsewhere. Raises PreconditionRequiredError without the header,
    InvalidRequestError if it holds no entity tags, PreconditionFailedError if it does not name the current version.
    """
    named = _versions(if_match)
    if len(named) == 1:
        return next(iter(named))
    version = current()
    for possible in (version, version - 1):
        if possible in named:
            return possible
    raise PreconditionFailedError(changed, version)


def require_unchanged(if_match: str | None, current: int, changed: str) -> None:
    """Check the If-Match header of a call that does not need one.

    Raises PreconditionFailedError if it does not name the `current` version, InvalidRequestError if it holds no tags.
    """
    if if_match is not None and version_seen(if_match, lambda: current, changed) != current:
        raise PreconditionFailedError(changed, current)


def _versions(if_match: str | None) -> Collection[int]:
    """Return the versions that an If-Match header names; tags of other forms name none of ours."""
    if if_match is None:
        raise PreconditionRequiredError("Read it first, and say in If-Match which version was read.")
    tags = [_TAG.fullmatch(part.strip()) for part in if_match.split(",")]
    if not all(tags):
        raise InvalidRequestError([FieldFault("If-Match", "This is not a valid version.")])
    texts = [tag[1] or tag[2] or "" for tag in tags if tag]
    return {int(text) for text in texts if _NUMBER.fullmatch(text)}
