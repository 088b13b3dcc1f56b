"""How many bookings a patient may have ahead of them."""

from dataclasses import dataclass
from typing import Final

from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.errors import TooManyBookingsError
from bedside.identity.principal import Principal

# Nobody needs more visits ahead at one facility, and one person cannot take all free times.
MOST_AHEAD: Final = 10
# Bookings that take time, and have no visit yet.
_UNPAID: Final = frozenset({"held", "awaitingPayment", "choiceDue"})


@dataclass(frozen=True, slots=True)
class BookingQuota:
    """Counts the bookings to come of a patient at a facility."""

    bookings: BookingRepository
    booked: BookedVisits

    def require(self, principal: Principal, facility_id: str, now_ms: int) -> None:
        """Raise TooManyBookingsError if the caller has as many bookings to come as anybody may have.

        Calls at the same moment may together pass the limit by a few.
        """
        ahead, cursor = 0, None
        while ahead < MOST_AHEAD:
            # Cancelled ones are listed too, and can fill a page.
            page, cursor = self.bookings.list_by("patient", principal.user_id, since=now_ms, until=None, cursor=cursor)
            found = [one for one in page if one.facility_id == facility_id]
            confirmed = [one.visit_id for one in found if one.state == "confirmed"]
            ahead += sum(one.state in _UNPAID for one in found)
            ahead += sum(visit.ongoing for visit in self.booked.get_all(confirmed, now_ms).values())
            if cursor is None and ahead < MOST_AHEAD:
                return
        raise TooManyBookingsError(f"You have {MOST_AHEAD} bookings to come already.")
