"""Payments that patients start: a free time of a service with a price is held while they pay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.dynamodb import Change
from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.checkout_pages import HOLD_MS, first_checkout
from bedside.bookings.checkouts import Checkouts
from bedside.bookings.decision import POLL_INTERVAL_MS
from bedside.bookings.errors import BookingNotFoundError, PaymentsNotReadyError, SlotBookedError, SlotHeldError
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.limits import FREE_BOOKINGS, PAYMENT_STARTS, PAYMENT_STARTS_A_DAY, PAYMENT_STARTS_OF_ADDRESS
from bedside.bookings.purchase import Entry
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.kernel.instants import iso
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.platform.limits.limiter import Limiter
from bedside.visits.errors import ClashError, Hold, PatientClashError

# For those who wait for a time whose hold should be over: the provider may yet have to say so.
_RETRY_MS: Final = 60_000
_TAKEN: Final = "Somebody else was faster. Choose another time."


@dataclass(frozen=True, slots=True)
class Start:
    """Who starts a payment, from which address, and at which origin they see our pages."""

    principal: Principal
    address: str
    origin: str


@dataclass(frozen=True, slots=True)
class PaymentStarts:
    """Holds times and opens their Checkouts; `ready` tells whether this stage has a payment provider."""

    limiter: Limiter
    bookings: BookingRepository
    reservations: BookedTime
    checkouts: Checkouts
    lifecycle: BookingLifecycle
    ready: Callable[[], bool]

    def count(self, start: Start, now_ms: int) -> None:
        """Count a start against the limits. Raises PaymentsNotReadyError, LimitReachedError."""
        if not self.ready():
            raise PaymentsNotReadyError("Services with a price cannot be booked online yet.")
        # What one patient is refused does not count for those who share the address, as in a waiting room.
        self.limiter.check(PAYMENT_STARTS, start.principal.user_id, now_ms)
        self.limiter.check(PAYMENT_STARTS_A_DAY, start.principal.user_id, now_ms)
        self.limiter.check(PAYMENT_STARTS_OF_ADDRESS, start.address, now_ms)

    def count_free(self, principal: Principal, now_ms: int) -> None:
        """Count a booking that costs nothing, or only a visit of a pack. Raises LimitReachedError."""
        self.limiter.check(FREE_BOOKINGS, principal.user_id, now_ms)

    def hold(self, booking: Booking, start: Start, also: Sequence[Change], now_ms: int) -> Booking:
        """Hold the time of a new booking, and return the booking with its Checkout.

        Returns the booking that the patient holds the same time with, if there is one. Raises ChangedMeanwhileError if
        a change in `also` cannot be made or a hold has just ended, SlotHeldError, SlotBookedError, PatientClashError,
        PaymentsNotReadyError, UnavailableError.
        """
        held = replace(
            booking,
            state="held",
            history=(Entry(now_ms, "held", booking.patient_id),),
            hold_ends_at=now_ms + HOLD_MS,
            checkout=first_checkout(now_ms),
            due_at=now_ms + POLL_INTERVAL_MS,
        )
        try:
            self.reservations.hold(held, now_ms + HOLD_MS, now_ms, also)
        except ChangedMeanwhileError:
            # The same request may just have made it.
            known = self.bookings.find(booking.booking_id)
            if known is None:
                raise
            held = known
        except ClashError as error:
            own = self._own(booking, error.hold)
            if own is None:
                raise self.refusal(error, now_ms) from error
            held = own
        return self.checkouts.ensure(held, start.origin, now_ms)

    def refusal(self, error: ClashError, now_ms: int) -> Exception:
        """Return what tells patients that a time is taken or held.

        A hold that should be over is looked at, and if it is over, ChangedMeanwhileError asks to try again.
        """
        hold = error.hold
        if isinstance(error, PatientClashError):
            return error
        if hold is None:
            return SlotBookedError(_TAKEN)
        if hold.until <= now_ms and self._has_ended(hold, now_ms):
            return ChangedMeanwhileError("The booking has been changed.")
        retry_at = max(hold.until, now_ms + _RETRY_MS)
        return SlotHeldError("Somebody is paying for this time. It may be free again later.", iso(retry_at))

    def _own(self, booking: Booking, hold: Hold | None) -> Booking | None:
        """Return the booking with which the same patient holds the same time, such as one that they left unpaid."""
        found = self.bookings.find(hold.owner) if hold else None
        same = found and (found.patient_id, found.service_id, found.starts_at, found.price) == (
            booking.patient_id,
            booking.service_id,
            booking.starts_at,
            booking.price,
        )
        return found if same else None

    def _has_ended(self, hold: Hold, now_ms: int) -> bool:
        try:
            booking = self.lifecycle.advance(hold.owner, now_ms)
        except (BookingNotFoundError, UnavailableError):
            return False
        return booking.state not in {"held", "awaitingPayment"}
