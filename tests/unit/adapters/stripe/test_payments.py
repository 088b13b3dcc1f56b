"""Payments through Stripe's REST API: what is asked, what is read of the answers, and servers that behave worse."""

import time
from dataclasses import replace
from typing import Any

import pytest

from bedside.adapters.stripe.client import VERSION, StripeClient
from bedside.adapters.stripe.payments import StripePayments
from bedside.kernel import invocation
from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.ports.payments import Checkout, CheckoutRequest, Dispute, Payment, Refund, Voucher
from tests.fakes.hostile import dripping, hostile, ok, refused, saying, silent
from tests.fakes.invocation import Invocation
from tests.unit.adapters.stripe.api import KEYS, Api

WANTED = CheckoutRequest(
    "b/1", "Booking & more", 6000, "EUR", "https://x/booking?id=b1", "https://x/", 1_800_000_000_999, None, "de"
)
CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "status": "succeeded",
    "amount_refunded": 5000,
    "disputed": False,
    "refunds": {
        "data": [
            {"amount": 2000, "status": "failed"},
            {"amount": 2000, "status": "pending"},
            {"amount": 1000, "status": "succeeded"},
        ],
        "has_more": False,
    },
}
INTENT = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "amount": 6000,
    "currency": "eur",
    "metadata": {"bookingId": "b1"},
    "latest_charge": CHARGE,
    "next_action": None,
}
SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "url": "https://checkout/cs_1",
    "status": "open",
    "payment_status": "unpaid",
    "payment_intent": None,
    "expires_at": 1_800_000_000,
    "client_reference_id": "b1",
}
ACTION = {
    "multibanco_display_details": {
        "entity": "11249",
        "reference": "123 456 789",
        "expires_at": 1_800_500_000,
        "hosted_voucher_url": "https://payments/v",
    }
}
REFUND = {"id": "re_1", "object": "refund", "status": "pending", "amount": 2000, "payment_intent": "pi_1"}


def test_a_checkout_is_asked_for_once_under_its_key(api: Api) -> None:
    """Form-encoded, in the pinned version, in seconds, and with nothing about the patient but the booking's id."""
    assert api.payments(SESSION).create_checkout(WANTED, "b1:checkout:1") == Checkout(
        "cs_1", "https://checkout/cs_1", "open", "unpaid", None, 1_800_000_000_000, "b1"
    )
    assert api.asked == [
        (
            "POST",
            "/v1/checkout/sessions",
            {
                "mode": "payment",
                "line_items[0][price_data][currency]": "eur",
                "line_items[0][price_data][unit_amount]": "6000",
                "line_items[0][price_data][product_data][name]": "Booking & more",
                "line_items[0][quantity]": "1",
                "allowed_payment_method_types[0]": "card",
                "allowed_payment_method_types[1]": "multibanco",
                "client_reference_id": "b/1",
                "metadata[bookingId]": "b/1",
                "payment_intent_data[metadata][bookingId]": "b/1",
                "payment_intent_data[transfer_group]": "b/1",
                "success_url": "https://x/booking?id=b1",
                "cancel_url": "https://x/",
                "expires_at": "1800000000",
                "locale": "de",
                "expand[0]": "payment_intent.latest_charge.refunds",
            },
        )
    ]
    [headers] = api.headers
    assert headers["Idempotency-Key"] == "b1:checkout:1"
    # What has to be paid before a voucher's time is over.
    api.payments(SESSION).create_checkout(replace(WANTED, vouchers=False), "b2:checkout:1")
    assert [name for name in api.asked[-1][2] if name.startswith("allowed")] == ["allowed_payment_method_types[0]"]
    assert headers["Authorization"] == f"Bearer {KEYS.secret_key}"
    assert headers["Stripe-Version"] == VERSION
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    with pytest.raises(ValueError, match="key"):
        api.payments().create_checkout(WANTED, "b1\r\nX: y")


def test_a_checkout_comes_with_its_payment(api: Api) -> None:
    """And its charge: refunds that failed do not count; an unknown one is None."""
    found = api.payments(
        {**SESSION, "status": "complete", "payment_status": "paid", "url": None, "payment_intent": INTENT}
    )
    checkout = found.find_checkout("cs/1")
    paid = Payment("pi_1", "succeeded", 6000, "EUR", 3000, False, "ch_1", None, "b1")  # noqa: FBT003  # as declared
    assert checkout == Checkout("cs_1", None, "complete", "paid", paid, 1_800_000_000_000, "b1")
    assert api.asked == [("GET", "/v1/checkout/sessions/cs%2F1", {"expand[0]": "payment_intent.latest_charge.refunds"})]
    assert api.payments({"error": {"code": "resource_missing"}}, status=404).find_checkout("cs_2") is None
    assert api.payments({}, status=404).find_payment("pi_2") is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"next_action": ACTION, "latest_charge": None, "status": "requires_action"},
            ("requires_action", 0, None, False),
        ),
        (
            {"next_action": {"type": "redirect_to_url"}, "status": "requires_action"},
            ("requires_action", 3000, "ch_1", False),
        ),
        (
            {"latest_charge": CHARGE | {"status": "failed", "refunds": None, "amount_refunded": 0}},
            ("succeeded", 0, None, False),
        ),
        ({"latest_charge": CHARGE | {"disputed": True}}, ("succeeded", 3000, "ch_1", True)),
        ({"latest_charge": CHARGE | {"refunds": {"data": [], "has_more": True}}}, ("succeeded", 5000, "ch_1", False)),
    ],
    ids=["voucher", "bank's page", "declined", "disputed", "many refunds"],
)
def test_a_payment_is_read_with_its_charge(api: Api, changes: dict[str, Any], expected: tuple[object, ...]) -> None:
    """Only a charge that succeeded has an id; a voucher has what its payer needs."""
    payment = api.payments(INTENT | changes).find_payment("pi_1")
    assert payment
    assert (payment.status, payment.refunded, payment.charge_id, payment.disputed) == expected
    voucher = Voucher("11249", "123 456 789", 1_800_500_000_000, "https://payments/v")
    assert payment.voucher == (voucher if changes.get("next_action") == ACTION else None)


def test_an_open_checkout_expires_and_another_stays_as_it_is(api: Api) -> None:
    """Stripe refuses to expire what is not open: then it is looked at."""
    assert api.payments(SESSION | {"status": "expired"}).expire_checkout("cs_1").status == "expired"
    assert [path for _, path, _ in api.asked] == ["/v1/checkout/sessions/cs_1/expire"]
    found = api.payments({"error": {"type": "invalid_request_error"}}, SESSION | {"status": "complete"})
    api.answers[0] = (400, api.answers[0][1])
    assert found.expire_checkout("cs_1").status == "complete"
    assert [method for method, _, _ in api.asked[1:]] == ["POST", "GET"]


def test_refunds_disputes_and_customers(api: Api) -> None:
    """A refund has an amount and a key; a customer is an id of ours."""
    expected = Refund("re_1", "pending", 2000, "pi_1")
    assert api.payments(REFUND).create_refund("pi_1", 2000, "b1:refund") == expected
    assert api.payments({"data": [REFUND], "has_more": False}).list_refunds("pi_1") == [expected]
    dispute = {"id": "dp_1", "status": "under_review", "amount": 6000, "payment_intent": "pi_1"}
    assert api.payments({"data": [dispute], "has_more": False}).list_disputes("pi_1") == [
        Dispute("dp_1", "under_review", 6000, "pi_1")
    ]
    assert api.payments({"id": "cus_1"}).create_customer("u1", "u1:customer") == "cus_1"
    assert [asked[1:] for asked in api.asked] == [
        ("/v1/refunds", {"payment_intent": "pi_1", "amount": "2000"}),
        ("/v1/refunds", {"payment_intent": "pi_1", "limit": "100"}),
        ("/v1/disputes", {"payment_intent": "pi_1", "limit": "100"}),
        ("/v1/customers", {"metadata[userId]": "u1"}),
    ]


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, {"type": "invalid_request_error", "code": "charge_disputed", "message": "secret"}, "charge_disputed"),
        (402, {"type": "card_error"}, "card_error"),
        (404, {"code": 7}, "HTTP 404"),
        (400, "nonsense", "HTTP 400"),
        (400, {"code": "Not one of \n theirs"}, "HTTP 400"),
    ],
)
def test_a_refusal_has_its_code(api: Api, status: int, error: object, code: str) -> None:
    """Never its message, which may quote what was sent."""
    with pytest.raises(PaymentRefusedError) as caught:
        api.payments({"error": error}, status=status).create_refund("pi_1", 1, "k")
    assert (caught.value.code, caught.value.cause) == (code, code)


@pytest.mark.parametrize("status", [302, 401, 403, 409, 429, 500, 503])
def test_any_other_status_is_unavailable(api: Api, status: int) -> None:
    """A repetition may succeed."""
    for call in ("find_checkout", "find_payment", "list_refunds", "expire_checkout"):
        with pytest.raises(UnavailableError) as caught:
            getattr(api.payments({}, status=status), call)("x")
        assert caught.value.cause == f"HTTP {status}"
        assert not isinstance(caught.value, PaymentRefusedError)


@pytest.mark.parametrize("behaviour", [silent, dripping, saying(b"nonsense")], ids=["silent", "dripping", "nonsense"])
def test_stripe_away_costs_its_deadline(monkeypatch: pytest.MonkeyPatch, behaviour: Any) -> None:
    """A call ends within its deadline, and says nothing of what was sent."""
    monkeypatch.setattr("bedside.adapters.stripe.client._DEADLINE_S", 0.3)
    with hostile(behaviour) as origin:
        started = time.monotonic()
        with pytest.raises(UnavailableError, match="does not answer") as caught:
            StripePayments(StripeClient(origin, KEYS)).find_payment("pi_1")
        assert time.monotonic() - started < 15
    assert caught.value.cause
    with pytest.raises(UnavailableError):
        StripePayments(StripeClient(refused(), KEYS)).create_customer("u", "k")


def test_nothing_is_asked_at_the_end(api: Api) -> None:
    """With less time left than one call and the record need, so that what was learned before is not lost."""
    invocation.begin(Invocation(remaining_ms=9_999))
    with pytest.raises(UnavailableError) as late:
        api.payments(INTENT).find_payment("pi_1")
    assert (late.value.cause, api.asked) == ("OutOfTime", [])
    invocation.begin(Invocation(remaining_ms=10_000))
    assert api.payments(INTENT).find_payment("pi_1")


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"{}", b'{"id": 7, "data": [7]}', b'{"data": {"a": 1}}', b"[" * 100_000]
)
def test_nonsense_is_unavailable(content: bytes) -> None:
    """A 200 that is not what it should be raises the same typed error."""
    with hostile(saying(ok(content))) as origin:
        provider = StripePayments(StripeClient(origin, KEYS))
        for call in (provider.find_checkout, provider.find_payment, provider.list_refunds):
            with pytest.raises(UnavailableError):
                call("x")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "paid"},
        {"payment_status": None},
        {"expires_at": None},
        {"payment_intent": "pi_1"},
        {"payment_intent": INTENT | {"status": "new"}},
        {"payment_intent": INTENT | {"latest_charge": "ch_1"}},
        {"payment_intent": INTENT | {"metadata": [1]}},
        {"payment_intent": INTENT | {"next_action": {"multibanco_display_details": {"entity": "1"}}}},
        {"client_reference_id": 7},
        {"id": ""},
    ],
    ids=str,
)
def test_an_odd_object_is_unavailable(api: Api, changes: dict[str, Any]) -> None:
    """Such as one with an unknown state: nobody guesses about money."""
    with pytest.raises(UnavailableError):
        api.payments(SESSION | changes).find_checkout("cs_1")
