"""The version that a caller has seen of what they change."""

from typing import Final

from bedside.kernel.errors import FieldFault, InvalidRequestError, PreconditionRequiredError

# Higher than any version gets; a longer number cannot be the current one either.
_NEVER: Final = 10**9


def version_seen(if_match: str | None) -> int:
    """Return the version in an If-Match header; "0" stands for what does not exist yet.

    Raises PreconditionRequiredError without the header, InvalidRequestError if it holds no version.
    """
    if if_match is None:
        raise PreconditionRequiredError("Read it first, and say in If-Match which version was read.")
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()):
        raise InvalidRequestError([FieldFault("If-Match", "This is not a valid version.")])
    return int(text) if len(text) < len(str(_NEVER)) else _NEVER
