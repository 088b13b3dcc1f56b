"""Accounts of practitioners at the payment provider, transfers of their share, and checks of their identity.

Amounts, instants, ids, keys and errors are those of bedside.ports.payments.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from bedside.ports.payments import Dispute

VerificationStatus = Literal["requires_input", "processing", "verified", "canceled"]
PayoutStatus = Literal["pending", "in_transit", "paid", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class Account:
    """A practitioner's account at the provider, `ready` once transfers to it are paid out.

    `due` names what the provider still wants to know, in its own terms; `submitted` tells whether the practitioner has
    been through its questions.
    """

    account_id: str
    ready: bool
    submitted: bool
    due: tuple[str, ...]
    practitioner_id: str


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """A practitioner's share of a booking's payment, to be taken from that charge's money and no other.

    `pack_id` is what the charge has paid, if that was a pack of visits and not the booking alone.
    """

    booking_id: str
    account_id: str
    charge_id: str
    amount: int
    currency: str
    pack_id: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer to an account; `taken_back` of its amount has been reversed, of which `by_hand` not by us.

    People can reverse transfers on the provider's own pages.
    """

    transfer_id: str
    account_id: str
    amount: int
    currency: str
    taken_back: int
    booking_id: str
    by_hand: int = 0

    @property
    def left(self) -> int:
        """What the account still has of it."""
        return self.amount - self.taken_back


@dataclass(frozen=True, slots=True)
class Payout:
    """What the provider pays out to the bank of an account's owner, where it arrives at an instant (Unix ms).

    `problem` is the provider's word for why it failed; also one that was paid may fail later.
    """

    payout_id: str
    status: PayoutStatus
    amount: int
    currency: str
    arrives_at: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """A check of somebody's identity document, done on the provider's page at `url` while that is required.

    `problem` is the provider's word for why the last try failed.
    """

    verification_id: str
    status: VerificationStatus
    url: str | None
    problem: str | None
    user_id: str


class PayoutProvider(Protocol):
    """Pays practitioners their share, and verifies who they are."""

    def create_account(self, practitioner_id: str, country: str, key: str) -> Account:
        """Make an account in a country (ISO 3166, two letters)."""
        ...

    def find_account(self, account_id: str) -> Account | None:
        """Return an account, or None."""
        ...

    def create_onboarding_link(self, account_id: str, return_url: str, refresh_url: str) -> str:
        """Return a page that asks for what is due, good for one visit within minutes.

        It leads to `return_url` in the end, and to `refresh_url` if it was used before.
        """
        ...

    def find_last_payout(self, account_id: str) -> Payout | None:
        """Return the latest payout of an account, or None."""
        ...

    def create_transfer(self, wanted: TransferRequest, key: str) -> Transfer:
        """Transfer a share to an account."""
        ...

    def list_transfers(self, booking_id: str, pack_id: str = "") -> list[Transfer]:
        """Return the transfers of a booking; `pack_id` is that of the requests."""
        ...

    def reverse_transfer(self, transfer_id: str, amount: int, key: str) -> None:
        """Reverse a part of a transfer, or all of it."""
        ...

    def list_disputes(self, payment_id: str) -> list[Dispute]:
        """Return the disputes of a payment."""
        ...

    def create_verification(self, user_id: str, return_url: str, key: str) -> Verification:
        """Start a check of a user's identity."""
        ...

    def find_verification(self, verification_id: str) -> Verification | None:
        """Return a check, or None."""
        ...
