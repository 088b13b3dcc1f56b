"""When practitioners can be booked: reading and changing their availability and blocked dates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bedside.bookings.access import practitioner_for, practitioner_seen_by
from bedside.bookings.availability import Availability, Hours
from bedside.bookings.busy_times import BusyTimes
from bedside.bookings.offer_representation import AvailabilityDocument, BlockedDateDocument, availability_document
from bedside.bookings.requests import AvailabilityRequest
from bedside.bookings.schedule import Schedule
from bedside.bookings.schedule_repository import ScheduleRepository
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.calendar_dates import DATE_RULE, parse_date
from bedside.kernel.errors import FieldFault, InvalidRequestError, PreconditionFailedError
from bedside.kernel.instants import iso
from bedside.kernel.versions import ChangedMeanwhileError, version_seen
from bedside.kernel.wall_clock import WallClock, minute_of

_CHANGED: Final = "The availability was changed elsewhere."
_MAX_BLOCKED: Final = 366
_DEFAULTS: Final = AvailabilityRequest(time_zone="UTC", hours=[])


@dataclass(frozen=True, slots=True)
class AvailabilityAdmin:
    """Says when practitioners can be booked: they themselves, and administrators for those of their facility.

    Clinicians read their colleagues' availability, too.

    `time_zone(facility_id, now)` returns a facility's time zone (IANA). Methods raise ForbiddenError,
    UserNotFoundError, UnavailableError.
    """

    schedules: ScheduleRepository
    busy_times: BusyTimes
    people: PersonRepository
    time_zone: Callable[[str, int], str]

    def get(self, principal: Principal, practitioner_id: str, now_ms: int) -> tuple[AvailabilityDocument, int]:
        """Return a practitioner's availability and its version; 0 and no hours if none has been saved."""
        person = practitioner_seen_by(principal, practitioner_id, self.people)
        facility_id = person.facility_id or ""
        schedule = self.schedules.get(facility_id, practitioner_id)
        availability = self._availability(facility_id, schedule, now_ms)
        return availability_document(practitioner_id, availability, schedule), schedule.version

    def save(
        self,
        principal: Principal,
        practitioner_id: str,
        request: AvailabilityRequest,
        if_match: str | None,
    ) -> tuple[AvailabilityDocument, int]:
        """Store a practitioner's availability; return it and its new version. A repeated request gets the same answer.

        Also raises PreconditionRequiredError, PreconditionFailedError.
        """
        facility_id, before = self._read(principal, practitioner_id)
        seen = version_seen(if_match, lambda: before.version, _CHANGED)
        wanted = _availability(request)
        repeated = before.availability == wanted and before.version == seen + 1
        if not repeated:
            try:
                self.schedules.save(facility_id, practitioner_id, wanted, seen)
            except ChangedMeanwhileError as error:
                current = self.schedules.get(facility_id, practitioner_id).version
                raise PreconditionFailedError(_CHANGED, current) from error
        return availability_document(practitioner_id, wanted, before), seen + 1

    def get_blocked_date(
        self, principal: Principal, practitioner_id: str, day: str, now_ms: int
    ) -> BlockedDateDocument:
        """Return whether a date is blocked, and what the practitioner is booked for on it."""
        facility_id, schedule = self._read(principal, practitioner_id)
        blocked = _date(day) in schedule.blocked
        return self._blocked(facility_id, practitioner_id, schedule, day, now_ms, blocked=blocked)

    def block(self, principal: Principal, practitioner_id: str, day: str, now_ms: int) -> BlockedDateDocument:
        """Offer nothing on a date; what is booked for it stays, and is returned. Also raises InvalidRequestError."""
        facility_id, schedule = self._read(principal, practitioner_id)
        wanted, today = _date(day), self._today(facility_id, schedule, now_ms)
        past = [each for each in schedule.blocked if each < today - timedelta(days=1)]
        if wanted < today:
            raise InvalidRequestError([FieldFault("date", "This must not be in the past.", "past")])
        if wanted not in schedule.blocked and len(schedule.blocked) - len(past) >= _MAX_BLOCKED:
            raise InvalidRequestError(
                [FieldFault("date", f"At most {_MAX_BLOCKED} dates can be blocked.", "too-many", _MAX_BLOCKED)]
            )
        self.schedules.block(facility_id, practitioner_id, wanted, past)
        return self._blocked(facility_id, practitioner_id, schedule, day, now_ms, blocked=True)

    def unblock(self, principal: Principal, practitioner_id: str, day: str, now_ms: int) -> BlockedDateDocument:
        """Offer a date again. Also raises InvalidRequestError."""
        facility_id, schedule = self._read(principal, practitioner_id)
        self.schedules.unblock(facility_id, practitioner_id, _date(day))
        return self._blocked(facility_id, practitioner_id, schedule, day, now_ms, blocked=False)

    def _read(self, principal: Principal, practitioner_id: str) -> tuple[str, Schedule]:
        person = practitioner_for(principal, practitioner_id, self.people)
        facility_id = person.facility_id or ""
        return facility_id, self.schedules.get(facility_id, practitioner_id)

    def _availability(self, facility_id: str, schedule: Schedule, now_ms: int) -> Availability:
        if schedule.availability:
            return schedule.availability
        defaults = _DEFAULTS.model_copy(update={"time_zone": self.time_zone(facility_id, now_ms)})
        return _availability(defaults)

    def _clock(self, facility_id: str, schedule: Schedule, now_ms: int) -> WallClock:
        return WallClock(self._availability(facility_id, schedule, now_ms).time_zone)

    def _today(self, facility_id: str, schedule: Schedule, now_ms: int) -> date:
        return self._clock(facility_id, schedule, now_ms).date_at(now_ms)

    def _blocked(
        self, facility_id: str, practitioner_id: str, schedule: Schedule, day: str, now_ms: int, *, blocked: bool
    ) -> BlockedDateDocument:
        clock, wanted = self._clock(facility_id, schedule, now_ms), _date(day)
        within = clock.reaches(wanted, 0), clock.reaches(wanted + timedelta(days=1), 0)
        booked: Iterable[tuple[int, int]] = self.busy_times.at_facility(facility_id, practitioner_id, within)
        return {
            "date": day,
            "blocked": blocked,
            "affectedBookings": [{"startsAt": iso(start), "endsAt": iso(end)} for start, end in booked],
        }


def _availability(request: AvailabilityRequest) -> Availability:
    return Availability(
        request.time_zone,
        tuple(Hours(each.day - 1, minute_of(each.start), minute_of(each.end)) for each in request.hours),
        request.buffer_before,
        request.buffer_after,
        request.minimum_notice,
        request.interval,
        request.window_days,
    )


def _date(text: str) -> date:
    found = parse_date(text)
    if found is None:
        raise InvalidRequestError([FieldFault("date", DATE_RULE, "date")])
    return found
