"""Practitioners' accounts at Stripe Connect, transfers to them, disputes, and checks of identity documents."""

from collections.abc import Mapping
from typing import Any, Final, get_args
from urllib.parse import quote

from bedside.adapters.stripe.client import StripeClient
from bedside.adapters.stripe.disputes import disputes_of
from bedside.adapters.stripe.fields import identifier, one_of, read, text
from bedside.ports.payments import Dispute
from bedside.ports.payouts import (
    Account,
    Payout,
    PayoutStatus,
    Transfer,
    TransferRequest,
    Verification,
    VerificationStatus,
)

# https://docs.stripe.com/connect/migrate-to-controller-properties: Stripe asks for what it has to know, and shows the
# account's owner what was paid out; we answer for negative balances, as separate charges and transfers require.
_CONTROLLER: Final = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "express"},
}
_MOST: Final = 100
# Marks the reversals that we make, so that they can be told from those that people make on Stripe's pages.
_OURS: Final = ("reversedBy", "bedside")


class StripePayouts:
    """The provider of bedside.ports.payouts, at Stripe."""

    def __init__(self, client: StripeClient) -> None:
        self._client = client

    def create_account(self, practitioner_id: str, country: str, key: str) -> Account:
        """Make an account that can get transfers; Stripe learns our id of its owner, and asks them for the rest."""
        account = {
            "country": country,
            "controller": _CONTROLLER,
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {"practitionerId": practitioner_id},
        }
        return read(_account, self._client.post("/v1/accounts", account, key))

    def find_account(self, account_id: str) -> Account | None:
        """Return an account, or None."""
        found = self._client.find(f"/v1/accounts/{quote(account_id, safe='')}")
        return read(_account, found) if found is not None else None

    def create_onboarding_link(self, account_id: str, return_url: str, refresh_url: str) -> str:
        """Return a page of Stripe's that asks for what is due."""
        link = {
            "account": account_id,
            "type": "account_onboarding",
            "return_url": return_url,
            "refresh_url": refresh_url,
        }
        return read(lambda found: _address(found["url"]), self._client.post("/v1/account_links", link))

    def find_last_payout(self, account_id: str) -> Payout | None:
        """Return the latest payout of an account, or None; Stripe lists the newest first."""
        found = self._client.list("/v1/payouts", {"limit": 1}, account_id=account_id)
        return read(_payout, found[0]) if found else None

    def create_transfer(self, wanted: TransferRequest, key: str) -> Transfer:
        """Transfer a share of a charge's money, in the group of that charge."""
        transfer = {
            "amount": wanted.amount,
            "currency": wanted.currency.lower(),
            "destination": wanted.account_id,
            "source_transaction": wanted.charge_id,
            "transfer_group": wanted.pack_id or wanted.booking_id,
            "metadata": {"bookingId": wanted.booking_id},
        }
        return read(_transfer, self._client.post("/v1/transfers", transfer, key))

    def list_transfers(self, booking_id: str, pack_id: str = "") -> list[Transfer]:
        """Return the transfers of a booking, of at most 100 in the group of its charge."""
        found = self._client.list("/v1/transfers", {"transfer_group": pack_id or booking_id, "limit": _MOST})
        return [each for each in (read(_transfer, one) for one in found) if each.booking_id == booking_id]

    def reverse_transfer(self, transfer_id: str, amount: int, key: str) -> None:
        """Reverse a part of a transfer, or all of it."""
        reversal = {"amount": amount, "metadata": dict([_OURS])}
        self._client.post(f"/v1/transfers/{quote(transfer_id, safe='')}/reversals", reversal, key)

    def list_disputes(self, payment_id: str) -> list[Dispute]:
        """Return the disputes of a payment, at most 100."""
        return disputes_of(self._client, payment_id)

    def create_verification(self, user_id: str, return_url: str, key: str) -> Verification:
        """Start a check of an identity document."""
        session = {"type": "document", "client_reference_id": user_id, "return_url": return_url}
        return read(_verification, self._client.post("/v1/identity/verification_sessions", session, key))

    def find_verification(self, verification_id: str) -> Verification | None:
        """Return a check, or None."""
        found = self._client.find(f"/v1/identity/verification_sessions/{quote(verification_id, safe='')}")
        return read(_verification, found) if found is not None else None


def _account(found: Mapping[str, Any]) -> Account:
    requirements = found.get("requirements") or {}
    due = [*(requirements.get("past_due") or []), *(requirements.get("currently_due") or [])]
    transfers = (found.get("capabilities") or {}).get("transfers")
    return Account(
        account_id=identifier(found),
        ready=transfers == "active" and found.get("payouts_enabled") is True,
        submitted=found.get("details_submitted") is True,
        due=tuple(sorted({text(each) for each in due})),
        practitioner_id=text((found.get("metadata") or {}).get("practitionerId")),
    )


def _transfer(found: Mapping[str, Any]) -> Transfer:
    # Stripe lists the latest ten: with more, the others count as made by hand, and are not transferred again.
    listed = (found.get("reversals") or {}).get("data") or []
    name, value = _OURS
    ours = sum(int(each["amount"]) for each in listed if (each.get("metadata") or {}).get(name) == value)
    return Transfer(
        transfer_id=identifier(found),
        account_id=text(found["destination"]),
        amount=int(found["amount"]),
        currency=text(found["currency"]).upper(),
        taken_back=int(found["amount_reversed"]),
        # Those of earlier releases have their booking as the group alone.
        booking_id=text((found.get("metadata") or {}).get("bookingId") or found.get("transfer_group")),
        by_hand=max(0, int(found["amount_reversed"]) - ours),
    )


def _payout(found: Mapping[str, Any]) -> Payout:
    return Payout(
        payout_id=identifier(found),
        status=one_of(found["status"], get_args(PayoutStatus)),
        amount=int(found["amount"]),
        currency=text(found["currency"]).upper(),
        arrives_at=int(found["arrival_date"]) * 1000,
        problem=text(found.get("failure_code")) or None,
    )


def _verification(found: Mapping[str, Any]) -> Verification:
    return Verification(
        verification_id=identifier(found),
        status=one_of(found["status"], get_args(VerificationStatus)),
        url=text(found.get("url")) or None,
        problem=text((found.get("last_error") or {}).get("code")) or None,
        user_id=text(found.get("client_reference_id")),
    )


def _address(value: object) -> str:
    """Return a URL to which people can be sent. Raises TypeError, ValueError."""
    url = text(value)
    if not url.startswith(("https://", "http://")):
        raise ValueError("no address")
    return url
