"""Time zones as they are named on the wire."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from bedside.kernel.wire import REFUSED


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError(
            REFUSED, "This must be the name of a time zone (IANA), such as Pacific/Auckland.", {"code": "time-zone"}
        ) from error
    return value


TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_time_zone)]
