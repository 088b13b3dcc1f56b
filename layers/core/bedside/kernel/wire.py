"""JSON models: camelCase on the wire, snake_case in Python, and no error message that repeats the input."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from bedside.kernel.text import clean_line, clean_paragraphs

# The type of errors whose message is ours, and may be shown to people; their context may hold its `code`.
REFUSED: Final = "refused"
IDENTIFIER_RULE: Final = "Use up to 64 letters, digits, dots and hyphens."
IDENTIFIER: Final = r"[A-Za-z0-9._~-]{1,64}"


def _no_path(value: str) -> str:
    """Refuse the two names that mean another folder in a path."""
    if value in {".", ".."}:
        raise PydanticCustomError(REFUSED, IDENTIFIER_RULE, {"code": "identifier"})
    return value


def _whole_number(value: object) -> object:
    """Parse a whole number from a query string, where every value is text; nine digits exceed every limit."""
    if not isinstance(value, str):
        return value
    if not value.isascii() or not value.isdigit() or len(value) > 9:  # noqa: PLR2004  # as above
        raise PydanticCustomError(REFUSED, "This must be a whole number.", {"code": "whole-number"})
    return int(value)


QueryNumber = Annotated[int, BeforeValidator(_whole_number)]
# FHIR's id (https://hl7.org/fhir/R4/datatypes.html#id), and also `_` and `~`, which were allowed before.
Identifier = Annotated[str, StringConstraints(pattern=rf"^{IDENTIFIER}$"), AfterValidator(_no_path)]
# Text as people write or paste it, cleaned before its length counts.
Line = Annotated[str, BeforeValidator(lambda given: clean_line(given) if isinstance(given, str) else given)]
Paragraphs = Annotated[str, BeforeValidator(lambda given: clean_paragraphs(given) if isinstance(given, str) else given)]
ShortText = Annotated[Line, StringConstraints(max_length=200)]
LongText = Annotated[Paragraphs, StringConstraints(max_length=500)]


class Wire(BaseModel):
    """A JSON object of the contract; unknown fields are ignored."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )
