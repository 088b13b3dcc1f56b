"""What is known of a practitioner at the payment provider."""

from dataclasses import replace

import pytest

from bedside.payouts.payout_account import PayoutAccount, account_from_record, account_record, topics

ACCOUNT = PayoutAccount("p1", "acct_1")


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
        (replace(ACCOUNT, submitted=True, ready=True), "ready"),
        (replace(ACCOUNT, submitted=True, ready=True, due=("person",)), "ready"),
    ],
)
def test_an_account_has_one_state(account: PayoutAccount, state: str) -> None:
    """And survives its record."""
    assert account.state == state
    assert account_from_record(account_record(account)) == account
