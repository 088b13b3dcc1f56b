"""The ledger: double entries in minor units, derived from what is known of a booking's money. No I/O.

Debits are positive, credits negative, so every posting sums to zero. The provider's own charges are not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

# What the provider holds for us; what it withholds because of disputes; what we owe a practitioner, which is negative
# until it is transferred; and what the facility has earned, which is negative as income is.
LedgerAccount = Literal["cash", "disputed", "practitioner", "fees"]
ACCOUNTS: Final[tuple[LedgerAccount, ...]] = get_args(LedgerAccount)

type Dispute = Literal["none", "open", "lost"]


@dataclass(frozen=True, slots=True)
class Money:
    """A booking's money: `paid` by the patient and `returned` to them, `sent` to the practitioner and `taken_back`.

    People have taken `by_hand` of the latter back, on the provider's pages.
    """

    paid: int
    returned: int
    dispute: Dispute = "none"
    sent: int = 0
    taken_back: int = 0
    by_hand: int = 0

    @property
    def kept(self) -> int:
        """What of the payment stays with us, if an open dispute is won."""
        return 0 if self.dispute == "lost" else max(0, self.paid - self.returned)

    @property
    def with_practitioner(self) -> int:
        return self.sent - self.taken_back


@dataclass(frozen=True, slots=True)
class Posting:
    """Amounts by account that were booked together, at an instant (Unix ms); they sum to zero."""

    at: int
    amounts: Mapping[LedgerAccount, int]


def fee_of(amount: int, fee_percent: int) -> int:
    """Return the facility's fee, rounded down, in the currency's minor unit."""
    return amount * fee_percent // 100


def share_of(money: Money, fee_percent: int) -> int:
    """Return the practitioner's share of what stays of a payment."""
    return money.kept - fee_of(money.kept, fee_percent)


def balances(money: Money, fee_percent: int) -> dict[LedgerAccount, int]:
    """Return the balance of every account; they sum to zero."""
    left = max(0, money.paid - money.returned)
    gone = left if money.dispute != "none" else 0
    return {
        "cash": left - gone - money.with_practitioner,
        "disputed": gone if money.dispute == "open" else 0,
        "practitioner": money.with_practitioner - share_of(money, fee_percent),
        "fees": -fee_of(money.kept, fee_percent),
    }


def posting(postings: Sequence[Posting], money: Money, fee_percent: int, now_ms: int) -> Posting | None:
    """Return what to book so that all postings together give the balances of `money`; None if they do."""
    target = balances(money, fee_percent)
    amounts = {
        account: target[account] - sum(each.amounts.get(account, 0) for each in postings) for account in ACCOUNTS
    }
    changed = {account: amount for account, amount in amounts.items() if amount}
    return Posting(now_ms, changed) if changed else None


def posting_record(one: Posting) -> dict[str, Any]:
    """Return a posting as stored in DynamoDB."""
    return {"at": one.at, "amounts": dict(one.amounts)}


def posting_from_record(item: Mapping[str, Any]) -> Posting:
    """Return the posting stored in a DynamoDB item."""
    return Posting(int(item["at"]), {account: int(amount) for account, amount in item["amounts"].items()})
