"""Visits of packs, each of which a booking takes instead of a payment, and may give back."""

from contextlib import suppress
from dataclasses import dataclass, replace

from bedside.adapters.aws.dynamodb import Change, transact
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.errors import PackNotFoundError, PackNotUsableError
from bedside.bookings.pack import FREE, RETURNED, is_pack, with_visit
from bedside.bookings.pack_decision import visit_returned
from bedside.bookings.pack_lifecycle import PackLifecycle
from bedside.bookings.pack_repository import PackRepository
from bedside.bookings.service import Price
from bedside.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class PackVisits:
    """Takes visits from packs and returns them, each in one transaction with the booking."""

    bookings: BookingRepository
    packs: PackRepository
    lifecycle: PackLifecycle

    def take(self, pack_id: str, booking: Booking, now_ms: int) -> tuple[Booking, Change]:
        """Return a booking that takes a visit of its patient's pack, and the change that has to be made with it.

        The change fails if others have changed the pack since. Raises PackNotFoundError, PackNotUsableError,
        UnavailableError.
        """
        pack = self.packs.get(pack_id)
        if (pack.patient_id, pack.facility_id) != (booking.patient_id, booking.facility_id):
            raise PackNotFoundError("There is no such pack.")
        if pack.service_id != booking.service_id:
            raise PackNotUsableError("The pack is one of another service.")
        if not pack.is_usable(now_ms):
            raise PackNotUsableError("The pack has no visit that can be booked now.")
        after, share = with_visit(pack, booking.booking_id)
        taking = replace(booking, pack_id=pack_id, price=Price(share, pack.price.currency), payment_id=pack.payment_id)
        return taking, self.packs.update_change(pack, after)

    def paid_by(self, reference: str) -> list[str]:
        """Return the bookings that a pack has paid so far; of the id of a booking, itself. Raises UnavailableError."""
        if not is_pack(reference):
            return [reference]
        pack = self.packs.find(reference)
        return sorted({each for each in pack.places if each not in {FREE, RETURNED}}) if pack else []

    def give_back(self, before: Booking, after: Booking, now_ms: int, *, extends: bool) -> None:
        """Change a booking whose visit goes back to its pack, or becomes money if that was given up.

        Raises ChangedMeanwhileError if booking or pack have changed, and UnavailableError.
        """
        pack = self.packs.get(before.pack_id or "")
        changed = visit_returned(pack, before.booking_id, now_ms, extends=extends)
        transact(self.bookings.update_change(before, after), self.packs.update_change(pack, changed))
        if changed.state == "refunding":
            with suppress(UnavailableError):  # the sweeper returns the money
                self.lifecycle.advance(pack.pack_id, now_ms)
