"""Practitioners' accounts at the payment provider in DynamoDB: one item each."""

from dataclasses import dataclass, replace

from bedside.adapters.aws.dynamodb import Table
from bedside.payouts.payout_account import PayoutAccount, account_from_record, account_record


@dataclass(frozen=True, slots=True)
class AccountRepository:
    """Accounts by their practitioners. Methods raise UnavailableError."""

    table: Table

    def get(self, practitioner_id: str) -> PayoutAccount:
        """Return what is known of a practitioner, which may be nothing."""
        item = self.table.get(_key(practitioner_id))
        return account_from_record(item) if item else PayoutAccount(practitioner_id)

    def save(self, account: PayoutAccount) -> PayoutAccount:
        """Store an account as the version after the one that was read, and return it.

        Raises ConditionFailedError if that is not current.
        """
        after = replace(account, version=account.version + 1)
        condition = "#version = :seen" if account.version else "attribute_not_exists(#pk)"
        values = {"seen": account.version} if account.version else {}
        self.table.put(
            {"pk": _key(account.practitioner_id), **account_record(after)}, condition=condition, values=values
        )
        return after


def _key(practitioner_id: str) -> str:
    return f"account#{practitioner_id}"
