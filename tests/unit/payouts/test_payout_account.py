"""What is known of a practitioner at the payment provider."""

from dataclasses import replace

import pytest

from bedside.payouts.payout_account import PayoutAccount, account_from_record, account_record, topics
from bedside.ports.payouts import Payout

ACCOUNT = PayoutAccount("p1", "acct_1")
PAYOUT = Payout("po_1", "failed", 5100, "EUR", 1_800_000_000_000, "account_closed")


def test_what_is_due_is_told_in_topics() -> None:
    """Each once, in the same order, whatever the provider calls them."""
    asked = [
        "individual.verification.document",
        "individual.dob.day",
        "person_1abc.first_name",
        "external_account",
        "tos_acceptance.date",
        "business_profile.mcc",
        "something.new",
    ]
    assert topics(asked) == ("bankAccount", "identity", "person", "business", "terms", "other")
    assert topics(reversed(asked)) == topics(asked)
    assert topics([]) == ()


@pytest.mark.parametrize(
    ("account", "state"),
    [
        (PayoutAccount("p1"), "none"),
        (ACCOUNT, "incomplete"),
        (replace(ACCOUNT, submitted=True, due=("bankAccount",)), "incomplete"),
        (replace(ACCOUNT, submitted=True), "reviewing"),
        (replace(ACCOUNT, submitted=True, ready=True, last_payout=PAYOUT, identity_at=2), "ready"),
        (replace(ACCOUNT, submitted=True, ready=True, due=("person",)), "ready"),
    ],
)
def test_an_account_has_one_state(account: PayoutAccount, state: str) -> None:
    """And survives its record."""
    assert account.state == state
    assert account_from_record(account_record(account)) == account
