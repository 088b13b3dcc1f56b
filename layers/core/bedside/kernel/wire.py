"""How JSON becomes typed values: camelCase outside, snake_case inside, and no error that repeats what was sent."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

# Text may have lines, and nothing else that a terminal, a log or a spreadsheet could take for a command.
# Nor turn its direction, so that it reads as something else.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"


def _no_dots(value: str) -> str:
    if ".." in value:
        raise ValueError("must not hold two dots in a row")
    return value


def _whole_number(value: object) -> object:
    """Read a number of a query string, which knows only text; nine digits are far beyond any that is allowed."""
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
