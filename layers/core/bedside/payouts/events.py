"""Webhook events of the payment provider: bookings follow their money, and then practitioners' shares follow it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bedside.payouts.account_updates import AccountUpdates
from bedside.payouts.transfers import Transfers

_ID_LENGTH: Final = 255
_OF_ACCOUNTS: Final = "account.updated"
_OF_IDENTITY: Final = "identity.verification_session."
_OF_TRANSFERS: Final = "transfer."
_OF_PAYOUTS: Final = "payout."


class PaymentListener(Protocol):
    """Handles events of payments, and returns the booking or pack that one was about, "" if none."""

    def handle(self, kind: str, data: Mapping[str, Any], now_ms: int) -> str: ...


@dataclass(frozen=True, slots=True)
class MoneyEvents:
    """Handles every event about money; tolerates repeated, late and reordered ones, as each is a reason to look.

    `paid_by` returns the bookings whose money came with that of a booking, which is itself, or of a pack.
    """

    bookings: PaymentListener
    paid_by: Callable[[str], Sequence[str]]
    transfers: Transfers
    accounts: AccountUpdates

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:  # noqa: ARG002  # arrival says nothing
        """Handle an event, and return whether it was relevant. Raises UnavailableError."""
        about = data.get("object")
        if not isinstance(about, Mapping):
            return False
        metadata = about.get("metadata")
        if kind == _OF_ACCOUNTS:
            practitioner_id = _text(metadata.get("practitionerId")) if isinstance(metadata, Mapping) else ""
            return self._refresh(practitioner_id, now_ms)
        if kind.startswith(_OF_IDENTITY):
            return self._refresh(_text(about.get("client_reference_id")), now_ms)
        if kind.startswith(_OF_PAYOUTS):
            return self._refresh(self._owner(_text(data.get("account"))), now_ms)
        paid = self.bookings.handle(kind, data, now_ms)
        named = paid or (_booking_of_transfer(about) if kind.startswith(_OF_TRANSFERS) else "")
        followed = [self.transfers.follow(booking_id, now_ms) for booking_id in self.paid_by(named)] if named else []
        return bool(paid) or any(followed)

    def _owner(self, account_id: str) -> str:
        """Return the practitioner whose account it is, "" for an unknown one."""
        provider = self.accounts.provider()
        account = provider.find_account(account_id) if provider and account_id else None
        return account.practitioner_id if account else ""

    def _refresh(self, practitioner_id: str, now_ms: int) -> bool:
        """Ask the provider about a practitioner whom it knows through us."""
        known = bool(practitioner_id) and self.accounts.repository.get(practitioner_id).version > 0
        if known:
            self.accounts.refresh(practitioner_id, now_ms)
        return known


def _booking_of_transfer(about: Mapping[str, Any]) -> str:
    metadata = about.get("metadata")
    named = metadata.get("bookingId") if isinstance(metadata, Mapping) else None
    return _text(named or about.get("transfer_group"))


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _ID_LENGTH else ""
