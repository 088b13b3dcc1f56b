"""The payment provider in memory does what its protocol says."""

import pytest

from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.ports.payments import Checkout, CheckoutRequest, Payment, PaymentProvider
from tests.fakes.payments import FakePayments

BOOKING = CheckoutRequest("b1", "Booking b1", 6000, "EUR", "https://x/back", "https://x/", 1_000_000, None, "auto")


@pytest.fixture
def provider() -> FakePayments:
    return FakePayments()


def opened(provider: FakePayments, key: str = "b1:checkout:1") -> str:
    return provider.create_checkout(BOOKING, key).checkout_id


def kinds(provider: FakePayments) -> list[str]:
    return [kind for kind, _ in provider.events]


def current(provider: FakePayments, checkout_id: str) -> tuple[Checkout, Payment]:
    found = provider.find_checkout(checkout_id)
    assert found
    assert found.payment
    assert provider.find_payment(found.payment.payment_id) == found.payment
    return found, found.payment


def test_a_key_does_one_thing_once(provider: FakePayments) -> None:
    """Repeated, it gives the same; for anything else it is refused."""
    checked: PaymentProvider = provider
    first = checked.create_checkout(BOOKING, "k")
    assert first == checked.create_checkout(BOOKING, "k") != checked.create_checkout(BOOKING, "l")
    assert (first.status, first.payment_status, first.payment, first.booking_id) == ("open", "unpaid", None, "b1")
    assert checked.create_customer("u", "c") == checked.create_customer("u", "c") != checked.create_customer("u", "d")
    with pytest.raises(PaymentRefusedError) as refused:
        checked.create_customer("u", "k")
    assert refused.value.code == "idempotency_error"
    assert (checked.find_checkout("none"), checked.find_payment("none")) == (None, None)


def test_a_card_is_declined_then_accepted(provider: FakePayments) -> None:
    """The checkout stays open until it is paid; then it cannot expire."""
    checkout_id = opened(provider)
    provider.fail(checkout_id)
    checkout, payment = current(provider, checkout_id)
    assert (checkout.status, payment.status, payment.charge_id) == ("open", "requires_payment_method", None)
    assert provider.pay(checkout_id) == payment.payment_id
    assert provider.expire_checkout(checkout_id).status == "complete"
    checkout, payment = current(provider, checkout_id)
    assert (checkout.payment_status, payment.status, payment.amount) == ("paid", "succeeded", 6000)
    assert (checkout.url, payment.charge_id is None) == (None, False)
    assert (provider.charged(), provider.charged("b1"), provider.charged("b2")) == (6000, 6000, 0)
    assert kinds(provider) == [
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert provider.events[-1][1]["object"]["client_reference_id"] == "b1"


def test_a_patient_walks_away(provider: FakePayments) -> None:
    """The checkout expires by itself or when asked, takes no money any more, and says so once."""
    for expire in (provider.lapse, provider.expire_checkout):
        checkout_id = opened(provider, str(expire))
        provider.fail(checkout_id)
        expire(checkout_id)
        assert provider.expire_checkout(checkout_id).status == "expired"
        with pytest.raises(AssertionError):
            provider.pay(checkout_id)
        checkout, payment = current(provider, checkout_id)
        assert (checkout.url, payment.status) == (None, "canceled")
    assert kinds(provider).count("checkout.session.expired") == 2
    assert provider.charged() == 0


def test_a_voucher_is_paid_or_expires(provider: FakePayments) -> None:
    """Complete is not paid; a voucher that expired can still turn out to be paid."""
    checkout_id = opened(provider)
    provider.take_voucher(checkout_id, 2_000_000)
    checkout, payment = current(provider, checkout_id)
    assert (checkout.status, checkout.payment_status, payment.status) == ("complete", "unpaid", "requires_action")
    assert payment.voucher
    assert payment.voucher.expires_at == 2_000_000
    provider.expire_voucher(checkout_id)
    _, payment = current(provider, checkout_id)
    assert (payment.status, payment.voucher, provider.charged()) == ("requires_payment_method", None, 0)
    provider.start_voucher(checkout_id)
    assert current(provider, checkout_id)[1].status == "processing"
    provider.pay_voucher(checkout_id)
    checkout, payment = current(provider, checkout_id)
    assert (checkout.payment_status, payment.status, provider.charged()) == ("paid", "succeeded", 6000)
    assert [kind.removeprefix("checkout.session.") for kind in kinds(provider) if "session" in kind] == [
        "completed",
        "async_payment_failed",
        "async_payment_succeeded",
    ]


def test_money_given_back_is_counted(provider: FakePayments) -> None:
    """Never more than was paid; a failed refund is money with us again, and can be tried under another key."""
    payment_id = provider.pay(opened(provider))
    part = provider.create_refund(payment_id, 2000, "b1:refund")
    assert part == provider.create_refund(payment_id, 2000, "b1:refund")
    with pytest.raises(PaymentRefusedError):
        provider.create_refund(payment_id, 4001, "b1:refund:2")
    provider.refund_status = "pending"
    rest = provider.create_refund(payment_id, 4000, "b1:refund:3")
    assert provider.list_refunds(payment_id) == [rest, part]
    assert provider.refunded() == provider.charged() == 6000
    provider.settle_refund(rest.refund_id, "failed")
    assert provider.refunded("b1") == 2000
    assert kinds(provider)[-2:] == ["refund.updated", "refund.failed"]
    provider.settle_refund(provider.create_refund(payment_id, 4000, "b1:refund:4").refund_id, "succeeded")
    assert provider.refunded("b1") == 6000
    payment = provider.find_payment(payment_id)
    assert payment
    assert payment.refunded == 6000


def test_a_refund_can_be_refused(provider: FakePayments) -> None:
    """For a reason, such as a dispute: again and again under the same key."""
    payment_id = provider.pay(opened(provider))
    provider.dispute(payment_id)
    for _ in range(2):
        with pytest.raises(PaymentRefusedError) as refused:
            provider.create_refund(payment_id, 6000, "b1:refund")
        assert refused.value.code == "charge_disputed"
    payment = provider.find_payment(payment_id)
    assert payment
    assert (payment.disputed, payment.refunded) == (True, 0)
    assert kinds(provider)[-1] == "charge.dispute.created"
    provider.close_dispute(payment_id, "won")
    assert [one.status for one in provider.list_disputes(payment_id)] == ["won"]
    with pytest.raises(PaymentRefusedError):
        provider.create_refund(payment_id, 6000, "b1:refund")
    assert provider.create_refund(payment_id, 6000, "b1:refund:2").amount == 6000
    assert (provider.refunded(), provider.taken_by_banks()) == (6000, 0)


def test_a_provider_that_is_away_or_forgets_to_answer(provider: FakePayments) -> None:
    """Both fail alike; only the second has done what was asked."""
    provider.away = True
    with pytest.raises(UnavailableError):
        opened(provider)
    assert provider.asked == []
    provider.away, provider.forgetful = False, True
    with pytest.raises(UnavailableError):
        opened(provider)
    provider.forgetful = False
    assert opened(provider) == "cs_1"
