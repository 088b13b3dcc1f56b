"""Queries for bookings: one, and pages of those to come and those before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from bedside.bookings.access import is_facility_admin
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository, practitioner_key
from bedside.bookings.representation import BookingDocument, BookingListDocument, booking_document
from bedside.identity.principal import Principal
from bedside.kernel.errors import BookingNotFoundError
from bedside.kernel.wire import Wire
from bedside.platform.start_cursor import read_cursor, write_cursor

# A booking is upcoming until this long after its beginning, so that one can find it while it goes on.
_GOING_ON_MS = 60 * 60_000


class BookingListRequest(Wire):
    """Which bookings, and the cursor of the page before; as "patient" staff get those that they made for themselves."""

    role: Literal["patient"] | None = Field(default=None, alias="as")
    view: Literal["upcoming", "past"] = "upcoming"
    cursor: str | None = Field(default=None, max_length=300)


@dataclass(frozen=True, slots=True)
class BookingQueries:
    """Returns bookings to their patients and practitioners, and to administrators of their facility."""

    bookings: BookingRepository
    visits: BookedVisits

    def get(self, principal: Principal, booking_id: str, now_ms: int) -> BookingDocument:
        """Return a booking. Raises BookingNotFoundError, UnavailableError."""
        booking = self.visible(principal, booking_id)
        return booking_document(booking, self.visits.get(booking.visit_id, now_ms))

    def list_bookings(self, principal: Principal, request: BookingListRequest, now_ms: int) -> BookingListDocument:
        """Return up to 25 bookings: those to come in chronological order, or those before in reverse.

        An administrator gets their facility's, a clinician those that others made with them, a patient their own, and
        whoever asks as a patient too. Raises InvalidRequestError, UnavailableError.
        """
        border, cursor = now_ms - _GOING_ON_MS, read_cursor(request.cursor)
        # The border moves on between two pages, and DynamoDB rejects a start key outside of the queried range.
        place = int(cursor["startsAt"]) if cursor else border
        since, until = (min(border, place), None) if request.view == "upcoming" else (None, max(border, place + 1))
        if request.role is None and is_facility_admin(principal):
            found, more = self.bookings.list_by(
                "facility", principal.facility_id or "", since=since, until=until, cursor=cursor
            )
        elif request.role is None and principal.verified_clinician and principal.facility_id:
            owner = practitioner_key(principal.facility_id, principal.user_id)
            found, more = self.bookings.list_by("practitioner", owner, since=since, until=until, cursor=cursor)
        else:
            found, more = self.bookings.list_by("patient", principal.user_id, since=since, until=until, cursor=cursor)
        return {"bookings": self._documents(found, now_ms), "cursor": write_cursor(more) if more else None}

    def visible(self, principal: Principal, booking_id: str) -> Booking:
        """Return a booking that the principal may see. Raises BookingNotFoundError, UnavailableError."""
        booking = self.bookings.find(booking_id)
        if booking is not None:
            own = principal.user_id == booking.patient_id
            works_here = principal.facility_id == booking.facility_id
            theirs = principal.user_id == booking.practitioner_id and principal.verified_clinician
            if own or (works_here and (theirs or is_facility_admin(principal))):
                return booking
        raise BookingNotFoundError("There is no such booking.")

    def _documents(self, bookings: Sequence[Booking], now_ms: int) -> list[BookingDocument]:
        visits = self.visits.get_all([booking.visit_id for booking in bookings], now_ms)
        return [booking_document(booking, visits[booking.visit_id]) for booking in bookings]
