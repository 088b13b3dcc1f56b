"""The provider of payouts in memory does what its protocol says."""

from dataclasses import replace

import pytest

from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.ports.payouts import PayoutProvider, TransferRequest
from tests.fakes.payouts import FakePayouts


@pytest.fixture
def provider() -> FakePayouts:
    return FakePayouts()


def wanted(provider: PayoutProvider) -> TransferRequest:
    account = provider.create_account("u1", "PT", "u1:account")
    return TransferRequest("b1", account.account_id, "ch_1", 5100, "EUR")


def test_a_key_does_one_thing_once(provider: FakePayouts) -> None:
    """Repeated, it gives the same, also a refusal; for anything else it is refused."""
    checked: PayoutProvider = provider
    first = checked.create_account("u1", "PT", "k")
    assert first == checked.create_account("u1", "PT", "k") != checked.create_account("u2", "PT", "l")
    with pytest.raises(PaymentRefusedError) as refused:
        checked.create_verification("u1", "https://x", "k")
    assert refused.value.code == "idempotency_error"
    # The one who asked first still gets their answer.
    assert checked.create_account("u1", "PT", "k") == first
    with pytest.raises(PaymentRefusedError):
        checked.create_transfer(wanted(provider), "t")
    provider.answer(wanted(provider).account_id)
    with pytest.raises(PaymentRefusedError):
        checked.create_transfer(wanted(provider), "t")
    assert checked.create_transfer(wanted(provider), "t:1").amount == 5100


def test_an_account_is_ready_once_all_is_answered(provider: FakePayouts) -> None:
    account_id = wanted(provider).account_id
    assert provider.create_onboarding_link(account_id, "https://x/back", "https://x/again").endswith(account_id)
    for left, ready in ((("external_account",), False), ((), True)):
        provider.answer(account_id, *left)
        found = provider.find_account(account_id)
        assert found
        assert (found.submitted, found.due, found.ready) == (True, left, ready)
    assert provider.find_account("acct_none") is None
    assert [kind for kind, _ in provider.events] == ["account.updated"] * 2
    assert provider.find_last_payout(account_id) is None
    provider.pay_out(account_id, 5100, "account_closed")
    last = provider.find_last_payout(account_id)
    assert last
    assert (last.status, last.problem) == ("failed", "account_closed")


def test_no_more_is_taken_back_than_was_transferred(provider: FakePayouts) -> None:
    """By us under a key, and by people on the provider's pages."""
    request = wanted(provider)
    provider.answer(request.account_id)
    transfer = provider.create_transfer(request, "b1:transfer")
    for _ in "twice":
        provider.reverse_transfer(transfer.transfer_id, 100, "b1:reversal")
    assert provider.list_transfers("b1") == [replace(transfer, taken_back=100)]
    with pytest.raises(PaymentRefusedError) as refused:
        provider.reverse_transfer(transfer.transfer_id, 5001, "b1:reversal:2")
    assert refused.value.code == "amount_too_large"
    provider.reverse(transfer.transfer_id)
    assert provider.list_transfers("b1") == [replace(transfer, taken_back=5100, by_hand=5000)]
    assert (provider.transferred("b1"), provider.list_transfers("b2")) == (0, [])


def test_an_outage_changes_nothing_and_a_lost_answer_does(provider: FakePayouts) -> None:
    provider.away = True
    with pytest.raises(UnavailableError):
        provider.create_account("u1", "PT", "k")
    assert provider.asked == []
    provider.away, provider.forgetful = False, True
    with pytest.raises(UnavailableError):
        provider.create_account("u1", "PT", "k")
    provider.forgetful = False
    assert provider.create_account("u1", "PT", "k").account_id == "acct_0"


def test_a_document_is_good_or_has_a_problem(provider: FakePayouts) -> None:
    started = provider.create_verification("u1", "https://x/back", "k")
    provider.show(started.verification_id, "document_expired")
    assert provider.find_verification(started.verification_id) == replace(started, problem="document_expired")
    provider.show(started.verification_id)
    found = provider.find_verification(started.verification_id)
    assert found
    assert (found.status, found.url) == ("verified", None)
    assert provider.find_verification("vs_none") is None
