"""Shares as stored in DynamoDB. No I/O."""

from collections.abc import Mapping
from typing import Any

from bedside.payouts.ledger import Dispute, Money, posting_from_record, posting_record
from bedside.payouts.share import Decision, Share


def share_record(share: Share) -> dict[str, Any]:
    """Return a share as stored in DynamoDB, but for its key and its place in indexes."""
    return {
        "bookingId": share.booking_id,
        "facilityId": share.facility_id,
        "practitionerId": share.practitioner_id,
        "currency": share.currency,
        "feePercent": share.fee_percent,
        "paidAt": share.paid_at,
        "paid": share.money.paid,
        "returned": share.money.returned,
        "dispute": share.money.dispute,
        "sent": share.money.sent,
        "takenBack": share.money.taken_back,
        "byHand": share.money.by_hand,
        "chargeId": share.charge_id,
        "endsAt": share.ends_at,
        "transfers": share.transfers,
        "transferId": share.transfer_id,
        "transferLeft": share.transfer_left,
        "approval": _decision_record(share.approval),
        "hold": _decision_record(share.hold),
        "refusal": share.refusal,
        "tries": share.tries,
        "postings": [posting_record(one) for one in share.postings],
        "version": share.version,
    }


def share_from_record(item: Mapping[str, Any]) -> Share:
    """Return the share stored in a DynamoDB item; those of earlier releases know one transfer at most."""
    dispute: Dispute = item["dispute"]
    ends_at, sent, taken_back = item["endsAt"], int(item["sent"]), int(item["takenBack"])
    by_hand = int(item.get("byHand", 0))
    return Share(
        item["bookingId"],
        item["facilityId"],
        item["practitionerId"],
        item["currency"],
        int(item["feePercent"]),
        int(item["paidAt"]),
        Money(int(item["paid"]), int(item["returned"]), dispute, sent, taken_back, by_hand),
        item["chargeId"],
        None if ends_at is None else int(ends_at),
        int(item.get("transfers", 1 if sent else 0)),
        item["transferId"],
        int(item.get("transferLeft", sent - taken_back)),
        _decision(item["approval"]),
        _decision(item["hold"]),
        item["refusal"],
        int(item["tries"]),
        tuple(posting_from_record(one) for one in item["postings"]),
        int(item["version"]),
    )


def _decision_record(one: Decision | None) -> dict[str, Any] | None:
    return {"at": one.at, "by": one.by, "reason": one.reason} if one else None


def _decision(item: Mapping[str, Any] | None) -> Decision | None:
    return Decision(int(item["at"]), item["by"], item["reason"]) if item else None
