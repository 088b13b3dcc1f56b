"""JSON models: camelCase on the wire, snake_case in Python, and no error message that repeats the input."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

# Text may contain line breaks, but no control character that a terminal, log or spreadsheet could interpret, and no
# bidirectional override, which could make it read as something else.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"


def _no_dots(value: str) -> str:
    if ".." in value:
        raise ValueError("must not hold two dots in a row")
    return value


def _whole_number(value: object) -> object:
    """Parse a whole number from a query string, where every value is text; nine digits exceed every limit."""
    if not isinstance(value, str):
        return value
    if not value.isascii() or not value.isdigit() or len(value) > 9:  # noqa: PLR2004  # as above
        raise PydanticCustomError("whole_number", "This must be a whole number.")
    return int(value)


QueryNumber = Annotated[int, BeforeValidator(_whole_number)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$"), AfterValidator(_no_dots)]
ShortText = Annotated[str, StringConstraints(max_length=200, pattern=PRINTABLE, strip_whitespace=True)]
LongText = Annotated[str, StringConstraints(max_length=500, pattern=PRINTABLE)]


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
