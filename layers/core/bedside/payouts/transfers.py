"""Transfers of practitioners' shares: each share follows its booking's money, and is sent once it is approved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.payouts.account_repository import AccountRepository
from bedside.payouts.ledger import Dispute, Money
from bedside.payouts.part import part_of
from bedside.payouts.share import Send, Share, booked, next_act
from bedside.payouts.share_repository import ShareRepository
from bedside.ports.payments import Payment, PaymentProvider
from bedside.ports.payouts import PayoutProvider, TransferRequest

_MINUTE_MS: Final = 60_000
# Seen, approved, sent, taken back; others may write in between.
_TRIES: Final = 8
# The states of a dispute that the facility has not lost.
_OPEN: Final = frozenset({"needs_response", "under_review"})


@dataclass(frozen=True, slots=True)
class Transfers:
    """Takes shares where their money leads; idempotent, and safe to be killed between any two steps.

    `payments` and `payouts` return the payment provider, None without keys; `fee_percent` goes to the facility.
    """

    shares: ShareRepository
    accounts: AccountRepository
    bookings: BookingRepository
    payments: Callable[[], PaymentProvider | None]
    payouts: Callable[[], PayoutProvider | None]
    fee_percent: int

    def follow(self, booking_id: str, now_ms: int, *, postpone: bool = False) -> Share | None:
        """Let a booking's share follow its money, and return it; None if there is none. Raises UnavailableError.

        With `postpone`, also note when to look again.
        """
        for _ in range(_TRIES):
            booking, known = self.bookings.find(booking_id), self.shares.find(booking_id)
            payment = self._payment(booking)
            if booking is None or payment is None:
                return known
            share = self._observed(known or self._new(booking, payment, now_ms), booking, payment)
            if share != known or postpone:
                saved = self.shares.save(booked(share, now_ms), now_ms)
                if saved is None:
                    continue
                share, postpone = saved, False
            if not self._act(share, booking, now_ms):
                return share
        raise UnavailableError("The transfer is being changed by others.", cause="Changed")

    def sweep(self, booking_id: str, now_ms: int) -> None:
        """Look at a share that nothing was heard of. Raises UnavailableError."""
        self.follow(booking_id, now_ms, postpone=True)

    def _payment(self, booking: Booking | None) -> Payment | None:
        """Return the payment that has arrived for a booking, or for the pack whose visit it took."""
        provider = self.payments()
        if provider is None or booking is None or booking.payment_id is None or not (booking.paid or booking.pack_id):
            return None
        payment = provider.payment(booking.payment_id)
        return payment if payment and payment.status == "succeeded" and payment.charge_id else None

    def _new(self, booking: Booking, payment: Payment, now_ms: int) -> Share:
        return Share(
            booking.booking_id,
            booking.facility_id,
            booking.practitioner_id,
            payment.currency,
            self.fee_percent,
            # A pack was paid before it was used.
            booking.created_at if booking.pack_id else now_ms,
            Money(part_of(booking, payment).paid, 0),
        )

    def _observed(self, share: Share, booking: Booking, payment: Payment) -> Share:
        """Return a share with what the provider says of its money, and the booking of its visit."""
        provider = self._provider()
        disputes = provider.disputes(payment.payment_id) if payment.disputed else []
        dispute: Dispute = "none"
        if any(each.status in _OPEN for each in disputes):
            dispute = "open"
        elif any(each.status == "lost" for each in disputes):
            dispute = "lost"
        # Also after a hold: a transfer that was approved before it may have been on its way.
        asked = share.approval or share.hold or share.tries or share.money.sent
        made = provider.transfers(share.booking_id, booking.pack_id or "") if asked else []
        part = part_of(booking, payment)
        sent, taken = sum(each.amount for each in made), sum(each.taken_back for each in made)
        # Also if the visit of a pack was used up by cancelling late.
        earned = booking.state == "confirmed" or booking.pack_id
        ends_at = booking.starts_at + booking.duration * _MINUTE_MS if earned else share.ends_at
        return replace(
            share,
            money=Money(part.paid, part.returned, dispute, sent, taken),
            charge_id=payment.charge_id or "",
            ends_at=ends_at,
            transfer_id=made[0].transfer_id if made else share.transfer_id,
        )

    def _act(self, share: Share, booking: Booking, now_ms: int) -> bool:
        """Do what has to happen to a share, and return whether something was done."""
        act = next_act(share, now_ms)
        if act is None:
            return False
        provider = self._provider()
        if not isinstance(act, Send):
            key = f"{share.booking_id}:reversal:{share.money.taken_back}"
            provider.take_back(share.transfer_id, act.amount, key)
            return True
        account_id = self.accounts.get(share.practitioner_id).account_id
        account = provider.account(account_id) if account_id else None
        if account is None or not account.ready:
            return False  # it stays approved, and is tried again
        wanted = TransferRequest(
            share.booking_id, account_id, share.charge_id, act.amount, share.currency, booking.pack_id or ""
        )
        try:
            provider.transfer(wanted, f"{share.booking_id}:transfer:{share.tries}")
        except PaymentRefusedError as problem:
            refused = replace(share, approval=None, refusal=problem.code, tries=share.tries + 1)
            self.shares.save(refused, now_ms)
        return True

    def _provider(self) -> PayoutProvider:
        provider = self.payouts()
        if provider is None:
            raise UnavailableError("The secret payment-keys is missing.")
        return provider
