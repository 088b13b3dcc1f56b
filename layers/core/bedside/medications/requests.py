"""Requests about plans and doses, and how their fields have to look."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bedside.kernel.calendar_dates import Date
from bedside.kernel.cursors import CURSOR
from bedside.kernel.time_zones import TimeZone
from bedside.kernel.wall_clock import minute_of
from bedside.kernel.wire import REFUSED, Identifier, ShortText, Wire
from bedside.medications.rules import Rule

MAX_DAYS: Final = 92
_EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)

ClockTime = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
Text = Annotated[ShortText, Field(min_length=1)]
GraceMinutes = Annotated[int, Field(ge=5, le=1440)]
Travel = Literal["home", "local"]


class RuleRequest(Wire):
    """When doses are due, from a date on, and perhaps until another one, both included.

    `times`: at these times on these days (1 is Monday; without days, on all). `interval`: so many hours after the last
    dose was taken, the first at the time, if one is given. `once`: at the time on the first date.
    """

    kind: Literal["times", "interval", "once"]
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] | None = None
    times: Annotated[list[ClockTime], Field(max_length=12)] = Field(default_factory=list)
    every_hours: int | None = Field(default=None, ge=1, le=168)
    starts_on: Date
    ends_on: Date | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "times" and not self.times:
            raise PydanticCustomError(REFUSED, "Say at which times.", {"code": "no-times"})
        if self.kind == "once" and len(self.times) != 1:
            raise PydanticCustomError(REFUSED, "Say at which time.", {"code": "no-times"})
        if self.kind == "interval" and (self.every_hours is None or len(self.times) > 1):
            raise PydanticCustomError(
                REFUSED, "Say after how many hours, and at most the first time.", {"code": "no-hours"}
            )
        if self.ends_on and self.ends_on < self.starts_on:
            raise PydanticCustomError(REFUSED, "The last date must not be before the first.", {"code": "dates-order"})
        return self

    def rule(self) -> Rule:
        """Return the rule."""
        return Rule(
            self.kind,
            date.fromisoformat(self.starts_on),
            date.fromisoformat(self.ends_on) if self.ends_on and self.kind != "once" else None,
            tuple(sorted({day - 1 for day in self.days or _EVERY_DAY})) if self.kind == "times" else (),
            tuple(sorted({minute_of(time) for time in self.times})),
            (self.every_hours or 0) if self.kind == "interval" else 0,
        )


class PlanRequest(Wire):
    """A medicine, how much of it, and when.

    A dose is missed after `graceMinutes`. Who travels by local time says in which zone they are.
    """

    patient_id: Identifier
    medicine: Text
    dose: Text
    time_zone: TimeZone
    rule: RuleRequest
    grace_minutes: GraceMinutes = 60
    travel: Travel = "home"
    local_zone: TimeZone | None = None


class PlanChangeRequest(Wire):
    """What to change of a plan: fields that are left out, or null, stay."""

    medicine: Text | None = None
    dose: Text | None = None
    time_zone: TimeZone | None = None
    rule: RuleRequest | None = None
    grace_minutes: GraceMinutes | None = None
    travel: Travel | None = None
    local_zone: TimeZone | None = None


class PlanListRequest(Wire):
    """Whose plans, for clinicians: a patient of the directory, or a person who signs in; and the page before."""

    patient_id: Identifier | None = None
    view: Literal["current", "ended"] = "current"
    cursor: Annotated[str, StringConstraints(max_length=300, pattern=CURSOR)] | None = None


class DosesRequest(Wire):
    """Which dates on the clock of the plan: from the first to the last, at most 92."""

    first: Date = Field(alias="from")
    last: Date = Field(alias="to")

    @model_validator(mode="after")
    def _at_most_a_quarter(self) -> Self:
        if not 1 <= (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1 <= MAX_DAYS:
            raise PydanticCustomError(REFUSED, "Ask for at most 92 days, the first before the last.")
        return self


class TakenRequest(Wire):
    """When the dose was taken, if not now."""

    at: AwareDatetime | None = None


class SnoozeRequest(Wire):
    """In how many minutes the patient wants to be told again."""

    minutes: int = Field(ge=1, le=240)


class CarerRequest(Wire):
    """Whom the patient asks: the number of a person of their facility, as dialled within its country, and a name.

    The name is what the patient calls them; only the patient reads it.
    """

    phone: Annotated[str, StringConstraints(max_length=120)]
    name: Text
