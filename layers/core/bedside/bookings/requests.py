"""Requests about availability and services, and how their fields have to look."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bedside.bookings.currencies import CURRENCIES
from bedside.kernel.calendar_dates import Date
from bedside.kernel.time_zones import TimeZone
from bedside.kernel.wall_clock import DAY_MINUTES, minute_of
from bedside.kernel.wire import REFUSED, Identifier, ShortText, Wire

MAX_SLOT_DAYS: Final = 31
# In minutes, of a service and of a buffer on either side of it.
MAX_DURATION: Final = 180
MAX_BUFFER: Final = 240
# Of a pack: fewer are no pack, and more cannot be used in the 180 days that it is valid.
PACK_VISITS: Final = (2, 20)
_MOST_AMOUNT: Final = 99_999_999
_MINUTES_OF_MONTH: Final = 30 * DAY_MINUTES


def _currency(value: str) -> str:
    if value not in CURRENCIES:
        raise PydanticCustomError(
            REFUSED, "This must be the three letters of a currency (ISO 4217), such as NZD.", {"code": "currency"}
        )
    return value


ClockTime = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class HoursRequest(Wire):
    """Working hours on a weekday (1 is Monday, as in ISO 8601), such as "09:00" to "12:30"; "24:00" is midnight."""

    day: int = Field(ge=1, le=7)
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")


class AvailabilityRequest(Wire):
    """When a practitioner can be booked; lengths in minutes, the window in days."""

    time_zone: TimeZone
    hours: Annotated[list[HoursRequest], Field(max_length=50)]
    buffer_before: int = Field(default=0, ge=0, le=MAX_BUFFER)
    buffer_after: int = Field(default=0, ge=0, le=MAX_BUFFER)
    minimum_notice: int = Field(default=DAY_MINUTES, ge=0, le=_MINUTES_OF_MONTH)
    interval: int = Field(default=30, ge=5, le=240)
    window_days: int = Field(default=60, ge=1, le=365)

    @model_validator(mode="after")
    def _no_overlaps(self) -> "AvailabilityRequest":
        hours = sorted((each.day, minute_of(each.start), minute_of(each.end)) for each in self.hours)
        if any(end <= start for _, start, end in hours):
            raise PydanticCustomError(REFUSED, "Hours must end after they start.", {"code": "hours-order"})
        if any(one[0] == two[0] and two[1] < one[2] for one, two in pairwise(hours)):
            raise PydanticCustomError(REFUSED, "Hours of a day must not overlap.", {"code": "hours-overlap"})
        return self


class PriceRequest(Wire):
    """An amount in the currency's minor unit, such as cents; 0 is free."""

    amount: int = Field(ge=0, le=_MOST_AMOUNT)
    currency: Annotated[str, AfterValidator(_currency), WithJsonSchema({"enum": sorted(CURRENCIES), "type": "string"})]


class PackOfferRequest(Wire):
    """A number of visits that can be bought at once, and what they cost together, in minor units."""

    visits: int = Field(ge=PACK_VISITS[0], le=PACK_VISITS[1])
    amount: int = Field(ge=1, le=_MOST_AMOUNT)


class ServiceRequest(Wire):
    """What patients of a facility can book with a practitioner."""

    name: Annotated[ShortText, Field(min_length=1)]
    practitioner_id: Identifier
    duration_minutes: int = Field(ge=5, le=MAX_DURATION)
    price: PriceRequest
    packs: list[PackOfferRequest] = Field(default=[], max_length=3)
    active: bool = True

    @model_validator(mode="after")
    def _sellable(self) -> "ServiceRequest":
        if self.packs and not self.price.amount:
            raise PydanticCustomError(REFUSED, "Only services with a price have packs.")
        if len({one.visits for one in self.packs}) < len(self.packs):
            raise PydanticCustomError(REFUSED, "Packs of a service differ in their number of visits.")
        if any(one.amount < one.visits for one in self.packs):
            raise PydanticCustomError(REFUSED, "Every visit of a pack must cost something.")
        return self


class ServiceListRequest(Wire):
    """The cursor of the page before."""

    cursor: Annotated[str, StringConstraints(pattern=r"^[a-z2-7.]{1,64}$")] | None = None


class SlotsRequest(Wire):
    """Which dates on the clock of the reader's time zone: from the first to the last, at most 31."""

    first: Date = Field(alias="from")
    last: Date = Field(alias="to")
    time_zone: TimeZone

    @property
    def days(self) -> int:
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1

    @model_validator(mode="after")
    def _at_most_a_month(self) -> "SlotsRequest":
        if not 1 <= self.days <= MAX_SLOT_DAYS:
            raise PydanticCustomError(REFUSED, "Ask for at most 31 days, the first before the last.")
        return self
