"""Queries for bookings: one, and pages of those to come and those before."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from bedside.bookings.access import is_facility_admin, is_practice
from bedside.bookings.booking import Booking
from bedside.bookings.booking_documents import BookingDocuments
from bedside.bookings.booking_repository import BookingRepository, Whose, practitioner_key
from bedside.bookings.booking_representation import BookingDocument, BookingListDocument
from bedside.bookings.calendar_file import Party, booking_calendar
from bedside.bookings.errors import BookingNotFoundError
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, UnavailableError
from bedside.kernel.wire import Wire
from bedside.platform.place_cursor import BY_START

# A booking is upcoming until this long after its beginning, so that one can find it while it goes on.
_GOING_ON_MS: Final = 60 * 60_000
# Webhooks take a second or two; this is for those that get lost while somebody waits.
_LOOK_EVERY_MS: Final = 10_000
# So many are read for one that shows anything.
_PAGES: Final = 4


class BookingListRequest(Wire):
    """Which bookings, and the cursor of the page before; as "patient" staff get those that they made for themselves."""

    role: Literal["patient"] | None = Field(default=None, alias="as")
    view: Literal["upcoming", "past", "refundFailed"] = "upcoming"
    cursor: str | None = Field(default=None, max_length=300)


@dataclass(frozen=True, slots=True)
class BookingQueries:
    """Returns bookings to their patients and practitioners, and to administrators of their facility."""

    bookings: BookingRepository
    documents: BookingDocuments
    lifecycle: BookingLifecycle

    def get(self, principal: Principal, booking_id: str, now_ms: int) -> BookingDocument:
        """Return a booking, as the provider says of its money. Raises BookingNotFoundError, UnavailableError.

        Patients wait for this when they come back from paying. If the provider does not answer, it is as last seen.
        """
        booking = self.visible(principal, booking_id)
        if _may_have_changed(booking, now_ms):
            with suppress(UnavailableError):
                booking = self.lifecycle.advance(booking_id, now_ms)
        return self.documents.describe(principal, booking, now_ms)

    def calendar_file(self, principal: Principal, booking_id: str, origin: str, languages: str, now_ms: int) -> str:
        """Return a booking as a file for the caller's calendar, in the first of `languages` (Accept-Language) we speak.

        Its links lead to pages at `origin`. Raises BookingNotFoundError, UnavailableError.
        """
        document = self.get(principal, booking_id, now_ms)
        party: Party = "patient" if principal.user_id == document["patientId"] else "practitioner"
        return booking_calendar(document, party, origin, languages, now_ms)

    def list_bookings(self, principal: Principal, request: BookingListRequest, now_ms: int) -> BookingListDocument:
        """Return up to 25 bookings: those to come in chronological order, or those before in reverse.

        What never came to be is left out after a day, but for administrators. So a page may be short.

        An administrator gets their facility's, a clinician those that others made with them, a patient their own, and
        whoever asks as a patient too; an administrator also all whose refund has failed. Raises ForbiddenError,
        InvalidRequestError, UnavailableError.
        """
        if request.view == "refundFailed":
            if not is_facility_admin(principal):
                raise ForbiddenError("Only administrators of the facility see what it owes.")
            owed = self.bookings.list_failed_refunds(principal.facility_id or "")
            return {"bookings": self.documents.describe_all(principal, owed, now_ms), "cursor": None}
        border, cursor = now_ms - _GOING_ON_MS, BY_START.read(request.cursor)
        # The border moves on between two pages, and DynamoDB rejects a start key outside of the queried range.
        place = int(cursor["startsAt"]) if cursor else border
        since, until = (min(border, place), None) if request.view == "upcoming" else (None, max(border, place + 1))
        whose, owner = _list_of(principal, request)
        shown: list[Booking] = []
        for _ in range(_PAGES):
            found, cursor = self.bookings.list_by(whose, owner, since=since, until=until, cursor=cursor)
            shown = [one for one in found if whose == "facility" or not one.is_forgotten(now_ms)]
            if shown or cursor is None:
                break
        documents = self.documents.describe_all(principal, shown, now_ms)
        return {"bookings": documents, "cursor": BY_START.write(cursor) if cursor else None}

    def visible(self, principal: Principal, booking_id: str) -> Booking:
        """Return a booking that the principal may see. Raises BookingNotFoundError, UnavailableError."""
        booking = self.bookings.find(booking_id)
        if booking is not None and (principal.user_id == booking.patient_id or is_practice(principal, booking)):
            return booking
        raise BookingNotFoundError("There is no such booking.")


def _list_of(principal: Principal, request: BookingListRequest) -> tuple[Whose, str]:
    """Return whose bookings the principal gets, and the key of that list."""
    if request.role is None and is_facility_admin(principal):
        return "facility", principal.facility_id or ""
    if request.role is None and principal.verified_clinician and principal.facility_id:
        return "practitioner", practitioner_key(principal.facility_id, principal.user_id)
    return "patient", principal.user_id


def _may_have_changed(booking: Booking, now_ms: int) -> bool:
    """Return whether a look may find more than was stored: money that was just paid, or a deadline that has passed."""
    overdue = booking.due_at is not None and booking.due_at <= now_ms
    paying = booking.state == "held" and now_ms - max(booking.looked_at, booking.created_at) >= _LOOK_EVERY_MS
    return overdue or paying
