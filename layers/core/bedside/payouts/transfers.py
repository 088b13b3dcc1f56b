"""Transfers of practitioners' shares: each share follows its booking's money, and is sent once it is approved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.payouts.account_repository import AccountRepository
from bedside.payouts.ledger import Money
from bedside.payouts.part import part_of
from bedside.payouts.share import Share, TakeBack, booked, next_act, observed
from bedside.payouts.share_repository import ShareRepository
from bedside.ports.payments import Payment, PaymentProvider
from bedside.ports.payouts import PayoutProvider, TransferRequest

# Seen, approved, sent, taken back; others may write in between.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Transfers:
    """Takes shares where their money leads; idempotent, and safe to be killed between any two steps.

    `payments` and `payouts` return the payment provider, None without keys; `fee_percent` a facility's fee, which a
    share keeps that was made under it.
    """

    shares: ShareRepository
    accounts: AccountRepository
    bookings: BookingRepository
    payments: Callable[[], PaymentProvider | None]
    payouts: Callable[[], PayoutProvider | None]
    fee_percent: Callable[[str], int]

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
            # Otherwise somebody else has changed it meanwhile: look again.
            with suppress(ChangedMeanwhileError):
                if share != known or postpone:
                    share, postpone = self.shares.save(booked(share, now_ms), now_ms), False
                settled = self._act(share, booking, now_ms)
                if settled:
                    return settled
        raise UnavailableError("The transfer is being changed by others.", cause="Changed")

    def sweep(self, booking_id: str, now_ms: int) -> None:
        """Look at a share that nothing was heard of. Raises UnavailableError."""
        self.follow(booking_id, now_ms, postpone=True)

    def _payment(self, booking: Booking | None) -> Payment | None:
        """Return the payment that has arrived for a booking, or for the pack whose visit it took."""
        provider = self.payments()
        if provider is None or booking is None or booking.payment_id is None or not (booking.paid or booking.pack_id):
            return None
        payment = provider.find_payment(booking.payment_id)
        return payment if payment and payment.status == "succeeded" and payment.charge_id else None

    def _new(self, booking: Booking, payment: Payment, now_ms: int) -> Share:
        return Share(
            booking.booking_id,
            booking.facility_id,
            booking.practitioner_id,
            payment.currency,
            self.fee_percent(booking.facility_id),
            # A pack was paid before it was used.
            booking.created_at if booking.pack_id else now_ms,
            Money(part_of(booking, payment).paid, 0),
        )

    def _observed(self, share: Share, booking: Booking, payment: Payment) -> Share:
        """Return a share with what the provider says of its money, and the booking of its visit."""
        provider = self._provider()
        disputes = provider.list_disputes(payment.payment_id) if payment.disputed else []
        # Also after a hold: a transfer that was approved before it may have been on its way.
        asked = share.approval or share.hold or share.tries or share.money.sent
        made = provider.list_transfers(share.booking_id, booking.pack_id or "") if asked else []
        return observed(share, booking, payment, disputes, made)

    def _act(self, share: Share, booking: Booking, now_ms: int) -> Share | None:
        """Do what has to happen to a share; return it if nothing is left to do now, None to look again."""
        act = next_act(share, now_ms)
        if act is None:
            return share
        if isinstance(act, TakeBack):
            return self._take_back(share, act, now_ms)
        provider = self._provider()
        account_id = self.accounts.get(share.practitioner_id).account_id
        account = provider.find_account(account_id) if account_id else None
        if account is None or not account.ready:
            return share  # it stays approved, and is tried again
        wanted = TransferRequest(
            share.booking_id, account_id, share.charge_id, act.amount, share.currency, booking.pack_id or ""
        )
        try:
            provider.create_transfer(wanted, f"{share.booking_id}:transfer:{act.number}")
        except PaymentRefusedError as problem:
            refused = replace(share, approval=None, refusal=problem.code, tries=share.tries + 1)
            self.shares.save(refused, now_ms)
        return None

    def _take_back(self, share: Share, act: TakeBack, now_ms: int) -> Share | None:
        number = f"{share.money.taken_back}:{share.tries}" if share.tries else str(share.money.taken_back)
        try:
            self._provider().reverse_transfer(act.transfer_id, act.amount, f"{share.booking_id}:reversal:{number}")
        except PaymentRefusedError as problem:
            # The next look tries again: there may have been too little in the practitioner's account.
            return self.shares.save(replace(share, refusal=problem.code, tries=share.tries + 1), now_ms)
        return None

    def _provider(self) -> PayoutProvider:
        provider = self.payouts()
        if provider is None:
            raise UnavailableError("The secret payment-keys is missing.")
        return provider
