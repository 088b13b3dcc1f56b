"""Payouts through Stripe's REST API: what is asked, and what is read of the answers."""

from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.ports.payments import Dispute
from bedside.ports.payouts import Account, Payout, Transfer, TransferRequest, Verification
from tests.unit.adapters.stripe.api import Api

ACCOUNT = {
    "id": "acct_1",
    "details_submitted": True,
    "payouts_enabled": True,
    "capabilities": {"transfers": "active"},
    "requirements": {"past_due": ["external_account"], "currently_due": ["external_account", "individual.dob.day"]},
    "metadata": {"practitionerId": "u1"},
}
TRANSFER = {
    "id": "tr_1",
    "destination": "acct_1",
    "amount": 5100,
    "currency": "eur",
    "amount_reversed": 0,
    "metadata": {"bookingId": "b1"},
    "transfer_group": "pack-1",
    "reversals": {"data": []},
}
VERIFICATION = {"id": "vs_1", "status": "requires_input", "url": "https://verify/vs_1", "client_reference_id": "u1"}
PAYOUT = {"id": "po_1", "status": "paid", "amount": 5100, "currency": "eur", "arrival_date": 1_800_000_000}


def listed(*found: object) -> dict[str, object]:
    return {"data": list(found), "has_more": False}


def test_an_account_is_asked_for_transfers_only(api: Api) -> None:
    """Stripe asks its owner for the rest, and we answer for negative balances."""
    made = api.payouts(ACCOUNT).create_account("u1", "PT", "u1:account")
    due = ("external_account", "individual.dob.day")
    assert made == Account("acct_1", ready=True, submitted=True, due=due, practitioner_id="u1")
    [(method, path, asked)] = api.asked
    assert (method, path) == ("POST", "/v1/accounts")
    assert asked == {
        "country": "PT",
        "controller[fees][payer]": "application",
        "controller[losses][payments]": "application",
        "controller[requirement_collection]": "stripe",
        "controller[stripe_dashboard][type]": "express",
        "capabilities[transfers][requested]": "true",
        "metadata[practitionerId]": "u1",
    }
    assert api.headers[0]["Idempotency-Key"] == "u1:account"


@pytest.mark.parametrize(
    ("changes", "ready"),
    [
        ({}, True),
        ({"payouts_enabled": False}, False),
        ({"capabilities": {"transfers": "pending"}}, False),
        ({"capabilities": None, "requirements": None}, False),
    ],
)
def test_an_account_is_ready_once_it_is_paid_out(api: Api, changes: dict[str, Any], ready: bool) -> None:  # noqa: FBT001  # parametrised
    found = api.payouts(ACCOUNT | changes).find_account("acct/1")
    assert found
    assert found.ready == ready
    assert api.asked[0][1] == "/v1/accounts/acct%2F1"
    assert api.payouts({"error": {}}, status=404).find_account("acct_2") is None


def test_a_transfer_takes_the_money_of_its_charge_and_no_other(api: Api) -> None:
    """In the group of the charge: that of the pack, if it has paid one."""
    wanted = TransferRequest("b1", "acct_1", "ch_1", 5100, "EUR", "pack-1")
    transfer = Transfer("tr_1", "acct_1", 5100, "EUR", 0, "b1")
    assert api.payouts(TRANSFER).create_transfer(wanted, "b1:transfer:0") == transfer
    assert api.asked == [
        (
            "POST",
            "/v1/transfers",
            {
                "amount": "5100",
                "currency": "eur",
                "destination": "acct_1",
                "source_transaction": "ch_1",
                "transfer_group": "pack-1",
                "metadata[bookingId]": "b1",
            },
        )
    ]
    assert api.headers[0]["Idempotency-Key"] == "b1:transfer:0"


def test_transfers_of_a_group_are_told_apart(api: Api) -> None:
    """By their booking; of what was taken back, what people did on Stripe's pages is told from what we did."""
    ours = {"amount": 100, "metadata": {"reversedBy": "bedside"}}
    reversed_twice = TRANSFER | {"amount_reversed": 150, "reversals": {"data": [ours, {"amount": 50, "metadata": {}}]}}
    other = TRANSFER | {"id": "tr_2", "metadata": {"bookingId": "b2"}}
    found = api.payouts(listed(reversed_twice, other)).list_transfers("b1", "pack-1")
    assert found == [Transfer("tr_1", "acct_1", 5100, "EUR", 150, "b1", by_hand=50)]
    # Those of earlier releases have their booking as the group alone.
    old = TRANSFER | {"metadata": {}, "transfer_group": "b1", "reversals": None}
    assert api.payouts(listed(old)).list_transfers("b1") == [Transfer("tr_1", "acct_1", 5100, "EUR", 0, "b1")]
    assert [asked["transfer_group"] for _, _, asked in api.asked] == ["pack-1", "b1"]
    api.payouts({"id": "trr_1"}).reverse_transfer("tr/1", 100, "b1:reversal:0")
    assert api.asked[-1] == (
        "POST",
        "/v1/transfers/tr%2F1/reversals",
        {"amount": "100", "metadata[reversedBy]": "bedside"},
    )


def test_payouts_disputes_and_checks_are_read(api: Api) -> None:
    """A payout is one of the connected account's."""
    failed = PAYOUT | {"status": "failed", "failure_code": "account_closed"}
    last = api.payouts(listed(failed)).find_last_payout("acct_1")
    assert last == Payout("po_1", "failed", 5100, "EUR", 1_800_000_000_000, "account_closed")
    assert (api.headers[-1]["Stripe-Account"], api.asked[-1][2]) == ("acct_1", {"limit": "1"})
    assert api.payouts(listed()).find_last_payout("acct_1") is None
    dispute = {"id": "dp_1", "status": "lost", "amount": 6000, "payment_intent": "pi_1"}
    assert api.payouts(listed(dispute)).list_disputes("pi_1") == [Dispute("dp_1", "lost", 6000, "pi_1")]
    started = Verification("vs_1", "requires_input", "https://verify/vs_1", None, "u1")
    assert api.payouts(VERIFICATION).create_verification("u1", "https://x/back", "u1:verification:1") == started
    assert api.asked[-1][2] == {"type": "document", "client_reference_id": "u1", "return_url": "https://x/back"}
    refused = VERIFICATION | {"url": None, "last_error": {"code": "document_expired"}}
    assert api.payouts(refused).find_verification("vs_1") == Verification(
        "vs_1", "requires_input", None, "document_expired", "u1"
    )
    assert api.payouts({"error": {}}, status=404).find_verification("vs_2") is None


@pytest.mark.parametrize("url", [None, 7, "", "javascript:alert(1)", "//connect"])
def test_people_are_sent_to_addresses_only(api: Api, url: object) -> None:
    assert api.payouts({"url": "https://connect/x"}).create_onboarding_link("acct_1", "https://b", "https://r") == (
        "https://connect/x"
    )
    assert api.asked[-1][2] == {
        "account": "acct_1",
        "type": "account_onboarding",
        "return_url": "https://b",
        "refresh_url": "https://r",
    }
    with pytest.raises(UnavailableError):
        api.payouts({"url": url}).create_onboarding_link("acct_1", "https://b", "https://r")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        {},
        {"id": 7},
        listed({}),
        listed(TRANSFER | {"amount": "much"}),
        {"data": {"a": 1}},
        listed(PAYOUT | {"status": "?"}),
    ],
)
def test_nonsense_is_unavailable(api: Api, answer: object) -> None:
    """A 200 that is not what it should be raises the same typed error."""
    for call in ("find_account", "find_last_payout", "list_transfers", "find_verification"):
        with pytest.raises(UnavailableError):
            getattr(api.payouts(answer), call)("x")
