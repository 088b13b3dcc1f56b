"""The stand-in for Stripe: in Stripe's shapes, by Stripe's rules, with events about everything."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import stripe

from bedside.adapters.stripe.client import VERSION
from bedside.adapters.stripe.payments import StripePayments
from bedside.adapters.stripe.payouts import StripePayouts
from bedside.kernel.errors import PaymentRefusedError
from bedside.ports.payments import Checkout, CheckoutRequest, Payment
from bedside.ports.payouts import TransferRequest
from local.stripe.faults import Faults
from tests.fakes.payment_provider import KEYS, PaymentProvider, payment_provider
from tests.local.stripe_shapes import differences
from tests.waiting import until

TYPES: dict[str, type] = {
    "account": stripe.Account,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "identity.verification_session": stripe.identity.VerificationSession,
    "payment_intent": stripe.PaymentIntent,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "transfer": stripe.Transfer,
}


@pytest.fixture(scope="module")
def running() -> Iterator[PaymentProvider]:
    with payment_provider() as found:
        yield found


@pytest.fixture
def payments(running: PaymentProvider) -> Iterator[StripePayments]:
    yield StripePayments(running.client())
    running.provider.faults = Faults()


def wanted(running: PaymentProvider, **changes: Any) -> CheckoutRequest:
    ends_at = running.provider.now_ms() + 31 * 60_000
    back = f"{running.origin}/stripe/boards/stripe.css"
    return replace(CheckoutRequest("b1", "Booking", 6000, "EUR", back, f"{back}?x", ends_at, None, "auto"), **changes)


def opened(payments: StripePayments, running: PaymentProvider, key: str, **changes: Any) -> str:
    return payments.create_checkout(wanted(running, **changes), key).checkout_id


def current(payments: StripePayments, checkout_id: str) -> tuple[Checkout, Payment]:
    checkout = payments.find_checkout(checkout_id)
    assert checkout
    assert checkout.payment
    return checkout, checkout.payment


def pressed(running: PaymentProvider, path: str, do: str) -> httpx.Response:
    """Press a button of a page, as a browser does."""
    page = running.http.get(path)
    assert f"value={do}>" in page.text
    return running.http.post(path, data={"do": do}, headers={"Origin": running.origin})


def test_a_patient_pays_by_the_second_card(running: PaymentProvider, payments: StripePayments) -> None:
    """On the page; then it leads back, cannot expire, and its events have come."""
    customer = payments.create_customer("u1", "u1:customer")
    checkout_id = opened(payments, running, "one", customer_id=customer)
    path = f"/stripe/pay/{checkout_id}"
    assert "Your card was declined" in pressed(running, path, "decline").text
    declined = current(payments, checkout_id)[1]
    assert (declined.status, declined.charge_id) == ("requires_payment_method", None)
    assert pressed(running, path, "pay").headers["location"] == wanted(running).return_url
    assert "This is paid" in running.http.get(path).text
    assert running.http.post(path, data={"do": "pay"}).status_code == 409
    assert payments.expire_checkout(checkout_id).status == "complete"
    checkout, payment = current(payments, checkout_id)
    assert (checkout.payment_status, payment.status, payment.amount, payment.currency) == (
        "paid",
        "succeeded",
        6000,
        "EUR",
    )
    assert payments.find_payment(payment.payment_id) == payment
    running.wait_for("checkout.session.completed", checkout_id)
    running.wait_for_all(
        payment.payment_id,
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
    )


def test_a_patient_walks_away(running: PaymentProvider, payments: StripePayments) -> None:
    """The session is expired when asked, once."""
    checkout_id = opened(payments, running, "two")
    for _ in range(2):
        assert payments.expire_checkout(checkout_id).status == "expired"
    assert "has expired" in running.http.get(f"/stripe/pay/{checkout_id}").text
    running.wait_for("checkout.session.expired", checkout_id)


def test_a_session_expires_by_itself() -> None:
    """In the stand-in's time."""
    with payment_provider(time_scale=100_000) as quick:
        provider = StripePayments(quick.client())
        checkout_id = opened(provider, quick, "k")
        quick.wait_for("checkout.session.expired", checkout_id)
        found = provider.find_checkout(checkout_id)
        assert found
        assert found.status == "expired"


def test_a_voucher_is_paid_late(running: PaymentProvider, payments: StripePayments) -> None:
    """Complete is not paid; what expired can still arrive."""
    checkout_id = opened(payments, running, "three")
    voucher_page = pressed(running, f"/stripe/pay/{checkout_id}", "voucher").headers["location"]
    checkout, payment = current(payments, checkout_id)
    assert (checkout.status, checkout.payment_status, payment.status) == ("complete", "unpaid", "requires_action")
    assert payment.voucher
    assert payment.voucher.entity in running.http.get(voucher_page).text
    assert payment.voucher.url.endswith(voucher_page)
    assert "has expired" in pressed(running, voucher_page, "expire").text
    assert current(payments, checkout_id)[1].voucher is None
    assert "is paid" in pressed(running, voucher_page, "pay").text
    checkout, payment = current(payments, checkout_id)
    assert (checkout.payment_status, payment.status) == ("paid", "succeeded")
    running.wait_for_all(
        checkout_id,
        "checkout.session.completed",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
    )


def test_there_are_no_vouchers_in_dollars(running: PaymentProvider, payments: StripePayments) -> None:
    """Nor is one offered."""
    checkout_id = opened(payments, running, "four", currency="NZD")
    path = f"/stripe/pay/{checkout_id}"
    assert "Multibanco" not in running.http.get(path).text
    assert running.http.post(path, data={"do": "voucher"}).status_code == 409


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lasts_half_an_hour_to_a_day(
    running: PaymentProvider, payments: StripePayments, minutes: int
) -> None:
    """Anything else is refused."""
    ends_at = running.provider.now_ms() + minutes * 60_000
    with pytest.raises(PaymentRefusedError):
        opened(payments, running, f"lasting {minutes}".replace(" ", "-"), expires_at=ends_at)


def test_a_key_does_one_thing_once(running: PaymentProvider, payments: StripePayments) -> None:
    """Repeated, it gives the same; with other arguments it is refused, and so is a stranger."""
    asked = wanted(running)
    assert payments.create_checkout(asked, "five") == payments.create_checkout(asked, "five")
    with pytest.raises(PaymentRefusedError) as refused:
        payments.create_checkout(replace(asked, amount=7000), "five")
    assert refused.value.code == "idempotency_error"
    assert payments.find_checkout("cs_test_none") is None
    stranger = running.http.get("/stripe/api/v1/refunds", headers={"Authorization": f"Bearer {KEYS.secret_key}x"})
    assert stranger.status_code == 401


def test_refunds_succeed_or_fail(running: PaymentProvider, payments: StripePayments) -> None:
    """Never more than was paid; a failed one is with us again, and another key tries again."""
    checkout_id = opened(payments, running, "six")
    running.do("pay", checkout_id)
    payment_id = current(payments, checkout_id)[1].payment_id
    assert payments.create_refund(payment_id, 1000, "b1:refund").status == "succeeded"
    with pytest.raises(PaymentRefusedError):
        payments.create_refund(payment_id, 5001, "b1:refund:2")
    running.provider.faults = Faults(fail_refunds=True)
    failing = payments.create_refund(payment_id, 5000, "b1:refund:3")
    assert failing.status == "pending"
    running.wait_for("refund.failed", failing.refund_id)
    assert [refund.status for refund in payments.list_refunds(payment_id)] == ["failed", "succeeded"]
    assert current(payments, checkout_id)[1].refunded == 1000
    running.provider.faults = Faults()
    late = payments.create_refund(payment_id, 5000, "b1:refund:4")
    assert current(payments, checkout_id)[1].refunded == 6000
    running.do("failRefund", late.refund_id)
    assert current(payments, checkout_id)[1].refunded == 1000


def test_what_went_wrong_is_chosen_on_the_board(running: PaymentProvider, payments: StripePayments) -> None:
    """Switches are checked; a lost event can be sent again; an API that is off answers nothing."""
    assert "Payment provider" in running.http.get("/stripe").text
    assert running.http.post("/stripe/faults", json={"drop": ["payment_intent.sent"]}).status_code == 422
    assert running.http.post("/stripe/do", json={"do": "rob", "id": "x"}).status_code == 422
    assert running.http.post("/stripe/faults", json={"drop": ["checkout.session.expired"]}).status_code == 200
    checkout_id = opened(payments, running, "seven")
    running.do("lapse", checkout_id)
    [lost] = [each for each in running.http.get("/stripe/state").json()["webhooks"] if each["about"] == checkout_id]
    assert (lost["outcome"], running.kinds(checkout_id)) == ("dropped", [])
    running.do("resend", lost["id"])
    running.wait_for("checkout.session.expired", checkout_id)
    running.http.post("/stripe/faults", json={"apiDown": 60})
    assert running.http.get("/stripe/api/v1/refunds").status_code == 503
    assert running.http.delete("/stripe/faults").json()["apiDown"] == 0


def test_practitioners_are_paid(running: PaymentProvider, payments: StripePayments) -> None:
    """Once all is answered; never more than the charge, which a reversal gives back."""
    payouts = StripePayouts(running.client())
    account = payouts.create_account("u2", "PT", "u2:account")
    assert (account.ready, account.submitted, account.practitioner_id) == (False, False, "u2")
    assert "external_account" in account.due
    page = payouts.create_onboarding_link(account.account_id, "https://x/back", "https://x/again")
    path = page.removeprefix(running.origin)
    assert pressed(running, path, "partly").headers["location"] == "https://x/back"
    assert running.http.get(path).headers["location"] == "https://x/again"
    found = payouts.find_account(account.account_id)
    assert found
    assert (found.ready, found.submitted, found.due) == (False, True, ("external_account",))
    checkout_id = opened(payments, running, "nine", booking_id="b9")
    running.do("pay", checkout_id)
    charge_id = current(payments, checkout_id)[1].charge_id
    assert charge_id
    wanted = TransferRequest("b9", account.account_id, charge_id, 5100, "EUR")
    with pytest.raises(PaymentRefusedError) as refused:
        payouts.create_transfer(wanted, "b9:transfer")
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    running.do("onboard", account.account_id)
    running.wait_for("account.updated", account.account_id)
    assert payouts.find_last_payout(account.account_id) is None
    transfer = payouts.create_transfer(wanted, "b9:transfer:2")
    assert (transfer.amount, transfer.account_id, transfer.booking_id) == (5100, account.account_id, "b9")
    with pytest.raises(PaymentRefusedError):
        payouts.create_transfer(replace(wanted, amount=901), "b9:transfer:3")
    payouts.reverse_transfer(transfer.transfer_id, 100, "b9:reversal")
    payouts.reverse_transfer(transfer.transfer_id, 100, "b9:reversal")
    assert payouts.list_transfers("b9") == [replace(transfer, taken_back=100)]
    # What people take back on the provider's pages is told from that.
    running.client().post(f"/v1/transfers/{transfer.transfer_id}/reversals", {"amount": 50})
    assert payouts.list_transfers("b9") == [replace(transfer, taken_back=150, by_hand=50)]
    with pytest.raises(PaymentRefusedError):
        payouts.reverse_transfer(transfer.transfer_id, 5001, "b9:reversal:2")
    running.wait_for("transfer.reversed", transfer.transfer_id)
    until(lambda: any(each["type"] == "payout.paid" for each in running.received), "no payout")
    last = payouts.find_last_payout(account.account_id)
    assert last
    assert (last.status, last.amount, last.currency, last.problem) == ("paid", 5100, "EUR", None)
    running.do("restrict", account.account_id)
    found = payouts.find_account(account.account_id)
    assert found
    assert not found.ready
    assert payouts.find_account("acct_none") is None


def test_a_charge_is_disputed(running: PaymentProvider, payments: StripePayments) -> None:
    """Then nothing is refunded, whoever wins."""
    payouts = StripePayouts(running.client())
    checkout_id = opened(payments, running, "ten")
    running.do("pay", checkout_id)
    payment = current(payments, checkout_id)[1]
    assert payment.charge_id
    running.do("dispute", payment.charge_id)
    [dispute] = payouts.list_disputes(payment.payment_id)
    assert (dispute.status, dispute.amount, dispute.payment_id) == ("needs_response", 6000, payment.payment_id)
    assert current(payments, checkout_id)[1].disputed
    with pytest.raises(PaymentRefusedError) as refused:
        payments.create_refund(payment.payment_id, 6000, "b10:refund")
    assert refused.value.code == "charge_disputed"
    running.do("winDispute", dispute.dispute_id)
    assert payouts.list_disputes(payment.payment_id) == [replace(dispute, status="won")]
    running.wait_for("charge.dispute.closed", dispute.dispute_id)


def test_an_identity_is_verified(running: PaymentProvider) -> None:
    """By the second document."""
    payouts = StripePayouts(running.client())
    started = payouts.create_verification("u3", "https://x/back", "u3:verification:1")
    assert started.url
    path = started.url.removeprefix(running.origin)
    assert pressed(running, path, "expired").headers["location"] == "https://x/back"
    assert payouts.find_verification(started.verification_id) == replace(started, problem="document_expired")
    pressed(running, path, "good")
    assert payouts.find_verification(started.verification_id) == replace(started, status="verified", url=None)
    running.wait_for("identity.verification_session.verified", started.verification_id)
    assert payouts.find_verification("vs_none") is None


def test_everything_has_the_shape_that_the_package_declares(running: PaymentProvider, payments: StripePayments) -> None:
    """Each object in each state, and each event, by the types of the package `stripe`."""
    payouts = StripePayouts(running.client())
    for number, steps in enumerate((("decline", "lapse"), ("takeVoucher",), ("decline", "pay"))):
        checkout_id = opened(payments, running, f"shape-{number}")
        for step in steps:
            running.do(step, checkout_id)
    payment = current(payments, checkout_id)[1]
    assert payment.charge_id
    payments.create_customer("u1", "shape:customer")
    running.do("failRefund", payments.create_refund(payment.payment_id, 100, "shape:refund").refund_id)
    account_id = payouts.create_account("u1", "PT", "shape:account").account_id
    running.do("onboard", account_id)
    wanted = TransferRequest("b1", account_id, payment.charge_id, 5100, "EUR")
    payouts.reverse_transfer(payouts.create_transfer(wanted, "shape:transfer").transfer_id, 100, "shape:reversal")
    running.do("dispute", payment.charge_id)
    running.do("verify", payouts.create_verification("u1", "https://x", "shape:verification").verification_id)
    until(lambda: any(each["type"] == "payout.paid" for each in running.received), "no payout")
    shown = running.http.get("/stripe/state").json()["objects"]
    path, fields = f"/v1/checkout/sessions/{checkout_id}", {"expand": ["payment_intent.latest_charge.refunds"]}
    found = [running.client().get(path, fields), *(each for objects in shown.values() for each in objects)]
    found += [event["data"]["object"] for event in running.received]
    assert {each["object"] for each in found} == set(TYPES)
    assert [problem for each in found for problem in differences(each, TYPES[each["object"]], each["object"])] == []
    assert {event["api_version"] for event in running.received} == {VERSION, stripe.api_version}
    events = [event | {"data": {"object": {}}} for event in running.received]
    assert [problem for each in events for problem in differences(each, stripe.Event, each["type"])] == []


def test_a_wrong_shape_is_seen() -> None:
    """Unknown and missing fields, other types and unknown states: the comparison is no empty one."""
    good: dict[str, Any] = {
        "id": "re_1",
        "object": "refund",
        "amount": 1,
        "created": 1,
        "currency": "eur",
        "metadata": {},
        "status": "failed",
    }
    assert list(differences(good, stripe.Refund)) == []
    bad: list[dict[str, Any]] = [
        {"amount": "1"},
        {"amount": True},
        {"object": "refunds"},
        {"new": 1},
        {"reason": "because"},
        {"charge": 7},
    ]
    assert [len(list(differences(good | each, stripe.Refund))) for each in bad] == [1] * len(bad)
    del good["currency"]
    assert list(differences(good, stripe.Refund)) == [".currency is missing"]
