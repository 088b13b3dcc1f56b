"""Shapes of the answers about accounts and transfers."""

from typing import TypedDict

from bedside.kernel.instants import iso
from bedside.payouts.payout_account import AccountState, IdentityState, PayoutAccount, Topic
from bedside.payouts.share import Decision, Share, ShareState
from bedside.ports.payouts import Payout, PayoutStatus


class IdentityDocument(TypedDict):
    """The provider's check of somebody's identity, which has been in its state since `at`.

    `problem` is the provider's word for why the last try failed.
    """

    state: IdentityState
    problem: str | None
    at: str | None


class PayoutDocument(TypedDict):
    """What arrives at a practitioner's bank, in the currency's minor unit; `problem` is why it failed, if it did."""

    state: PayoutStatus
    amount: int
    currency: str
    arrivesAt: str
    problem: str | None


class PayoutAccountDocument(TypedDict):
    """How a practitioner is paid: `due` is what the provider still wants to know."""

    state: AccountState
    due: list[Topic]
    identity: IdentityDocument
    lastPayout: PayoutDocument | None


class PayoutPageDocument(PayoutAccountDocument):
    """As above, with the address of the provider's page; "" if there is nothing to do on it."""

    url: str


class TransferDecisionDocument(TypedDict):
    """Who decided on a transfer, when, and why."""

    at: str
    by: str
    reason: str


class TransferDocument(TypedDict):
    """A practitioner's share of a booking's payment; amounts in the currency's minor unit, the fee is the facility's.

    `owed` is still to be transferred, `excess` to be taken back. `providerTransferId` is the provider's of what it has
    made, `refusal` its word for why it did not do either.
    """

    transferId: str
    state: ShareState
    facilityId: str
    practitionerId: str
    practitionerName: str | None
    currency: str
    paid: int
    refunded: int
    fee: int
    amount: int
    sent: int
    takenBack: int
    owed: int
    excess: int
    paidAt: str
    dueAt: str | None
    providerTransferId: str | None
    refusal: str | None
    approval: TransferDecisionDocument | None
    hold: TransferDecisionDocument | None


class TransferListDocument(TypedDict):
    """A page of transfers, those that are due first."""

    transfers: list[TransferDocument]
    cursor: str | None


def account_document(account: PayoutAccount) -> PayoutAccountDocument:
    """Return an account without the provider's ids."""
    problem = account.identity_problem or None
    at = iso(account.identity_at) if account.identity_at else None
    identity: IdentityDocument = {"state": account.identity, "problem": problem, "at": at}
    payout = _payout(account.last_payout) if account.last_payout else None
    return {"state": account.state, "due": list(account.due), "identity": identity, "lastPayout": payout}


def _payout(payout: Payout) -> PayoutDocument:
    return {
        "state": payout.status,
        "amount": payout.amount,
        "currency": payout.currency,
        "arrivesAt": iso(payout.arrives_at),
        "problem": payout.problem,
    }


def account_page(account: PayoutAccount, url: str) -> PayoutPageDocument:
    """Return an account with the address of a page of the provider's."""
    return {**account_document(account), "url": url}


def transfer_document(share: Share, name: str | None, now_ms: int) -> TransferDocument:
    """Return a share as administrators see it."""
    money = share.money
    return {
        "transferId": share.booking_id,
        "state": share.state(now_ms),
        "facilityId": share.facility_id,
        "practitionerId": share.practitioner_id,
        "practitionerName": name,
        "currency": share.currency,
        "paid": money.paid,
        "refunded": money.returned,
        "fee": money.kept - share.amount,
        "amount": share.amount,
        "sent": money.sent,
        "takenBack": money.taken_back,
        "owed": share.owed,
        "excess": share.excess,
        "paidAt": iso(share.paid_at),
        "dueAt": iso(share.due_at) if share.due_at is not None else None,
        "providerTransferId": share.transfer_id or None,
        "refusal": share.refusal or None,
        "approval": _decision(share.approval),
        "hold": _decision(share.hold),
    }


def _decision(decision: Decision | None) -> TransferDecisionDocument | None:
    return {"at": iso(decision.at), "by": decision.by, "reason": decision.reason} if decision else None
