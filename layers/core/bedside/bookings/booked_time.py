"""The time of bookings: held while a booking is not paid, and taken by its visit once it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import Change
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.encounters.events import event, user
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.visits.facts import VisitFacts
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit


@dataclass(frozen=True, slots=True)
class BookedTime:
    """Writes bookings together with the time that they need, or writes neither.

    Methods raise ChangedMeanwhileError if the booking, or what a change in `also` is about, is not as it was read, and
    UnavailableError.
    """

    bookings: BookingRepository
    visits: VisitLifecycle

    def hold(self, booking: Booking, until: int, now_ms: int, also: Sequence[Change] = ()) -> None:
        """Create a booking that holds its time until an instant. Raises ClashError, PatientClashError."""
        self.visits.repository.hold(visit_of(booking), until, [self.bookings.create_change(booking), *also], now_ms)

    def prolong(self, before: Booking, after: Booking, until: int, now_ms: int) -> None:
        """Change a booking that holds its time, which it now holds until another instant."""
        changed = self.bookings.update_change(before, after)
        self.visits.repository.hold(visit_of(after), until, [changed], now_ms)

    def give_up(self, before: Booking, after: Booking) -> None:
        """Change a booking, which holds its time no longer."""
        self.visits.repository.give_up(visit_of(before), [self.bookings.update_change(before, after)])

    def create(self, booking: Booking, now_ms: int, also: Sequence[Change] = ()) -> bool:
        """Create a booking with its visit; False if it exists already. Raises ClashError, PatientClashError."""
        changes = [self.bookings.create_change(booking), *also]
        return self._take(booking, changes, booking.patient_id, now_ms)

    def confirm(self, before: Booking, after: Booking, by: str, now_ms: int, also: Sequence[Change] = ()) -> None:
        """Change a booking and create its visit, at the held time or at another that is free.

        Raises ClashError, PatientClashError.
        """
        changes = [self.bookings.update_change(before, after), *also]
        if not self._take(after, changes, by, now_ms):
            raise ChangedMeanwhileError("The booking has been changed.")  # somebody else has confirmed it

    def move(
        self,
        before: Booking,
        after: Booking,
        change: Callable[[Visit], Visit],
        by: str,
        now_ms: int,
        also: Sequence[Change],
    ) -> None:
        """Change a booking and its visit, which take another time. Raises ClashError, PatientClashError."""
        happened = event("visit-rescheduled", now_ms, user(by), startsAt=after.starts_at)
        changes = [self.bookings.update_change(before, after), *also]
        repository = self.visits.repository
        was, moved = repository.reschedule(before.visit_id, change, happened, now_ms=now_ms, also=changes)
        self.visits.on_rescheduled(was, moved, now_ms)

    def change_visit(self, booking: Booking, change: Callable[[Visit], VisitFacts], now_ms: int) -> None:
        """Change the facts of a booking's visit; what follows frees its time."""
        self.visits.update(booking.visit_id, change, now_ms)

    def _take(self, booking: Booking, changes: Sequence[Change], by: str, now_ms: int) -> bool:
        visit = visit_of(booking)
        created = self.visits.repository.create(visit, by=by, now_ms=now_ms, also=changes)
        if created:
            self.visits.on_booked(visit, now_ms)
        return created


def visit_of(booking: Booking) -> Visit:
    """Return the visit to be of a booking."""
    return Visit(
        visit_id=booking.visit_id,
        facility_id=booking.facility_id,
        patient_id=booking.patient_id,
        practitioner_id=booking.practitioner_id,
        duration_minutes=booking.duration,
        facts=VisitFacts(booking.starts_at),
        patient_name=booking.patient_name,
        practitioner_name=booking.practitioner_name,
        buffers=booking.buffers,
        service_name=booking.service_name,
        booking_id=booking.booking_id,
    )
