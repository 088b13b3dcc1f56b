"""Dates on which something is planned, as they are written on the wire."""

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from bedside.kernel import dates
from bedside.kernel.wire import REFUSED

# So that arithmetic and time zones have room on both sides.
_YEARS: Final = 2000, 2200
DATE_RULE: Final = "This must be a date, such as 2026-03-07."


def parse_date(text: str) -> date | None:
    """Return the date, such as 2026-03-07, or None if the text is none of this or the next century."""
    return dates.parse_date(text, _YEARS)


def _date(value: str) -> str:
    if parse_date(value) is None:
        raise PydanticCustomError(REFUSED, DATE_RULE, {"code": "date"})
    return value


Date = Annotated[str, StringConstraints(max_length=10), AfterValidator(_date)]
