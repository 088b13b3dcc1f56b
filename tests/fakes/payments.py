"""The payment provider in memory: a test pays, fails, takes vouchers, refunds and disputes, and counts the money."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.ports.payments import Checkout, CheckoutRequest, Dispute, Payment, Refund, RefundStatus, Voucher
from tests.fakes.idempotency import IdempotencyKeys

type Event = tuple[str, dict[str, Any]]


@dataclass
class FakePayments:
    """Does what bedside.ports.payments.PaymentProvider promises; `asked` is every call that reached it, in order.

    While `away` it fails as the provider does; with `forgetful` it does what is asked, and its answer is lost; with
    `other_account`, as with keys of another account, it knows no Checkout. What
    patients and banks do is a method each. `events` are what webhooks would tell, oldest first: a kind, and the event's
    `data`. New refunds have `refund_status`; `refusal`, if set, is the code for which refunds are refused.
    """

    away: bool = False
    forgetful: bool = False
    other_account: bool = False
    refusal: str = ""
    refund_status: RefundStatus = "succeeded"
    asked: list[tuple[str, ...]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    hook: Callable[[str], None] = lambda _call: None
    _checkouts: dict[str, Checkout] = field(default_factory=dict)
    _wanted: dict[str, CheckoutRequest] = field(default_factory=dict)
    _payments: dict[str, Payment] = field(default_factory=dict)
    _refunds: dict[str, Refund] = field(default_factory=dict)
    _disputes: dict[str, Dispute] = field(default_factory=dict)
    _customers: list[str] = field(default_factory=list)
    _gone: set[str] = field(default_factory=set)
    _charges: list[tuple[str, int]] = field(default_factory=list)
    _keys: IdempotencyKeys = field(default_factory=IdempotencyKeys)
    _number: int = 0

    def create_checkout(self, wanted: CheckoutRequest, key: str) -> Checkout:
        def opened() -> Checkout:
            if wanted.customer_id in self._gone:
                raise PaymentRefusedError("The payment provider refused.", "resource_missing")
            checkout_id = self._new("cs")
            self._wanted[checkout_id] = wanted
            url = f"https://checkout.example.org/{checkout_id}"
            made = Checkout(checkout_id, url, "open", "unpaid", None, wanted.expires_at, wanted.booking_id)
            self._checkouts[checkout_id] = made
            return made

        return self._once("create_checkout", key, wanted, opened)

    def find_checkout(self, checkout_id: str) -> Checkout | None:
        self._ask("find_checkout", checkout_id)
        self._answer()
        return self._current(checkout_id) if checkout_id in self._checkouts and not self.other_account else None

    def expire_checkout(self, checkout_id: str) -> Checkout:
        self._ask("expire_checkout", checkout_id)
        if self._checkouts[checkout_id].status == "open":
            self.lapse(checkout_id)
        self._answer()
        return self._current(checkout_id)

    def find_payment(self, payment_id: str) -> Payment | None:
        self._ask("find_payment", payment_id)
        self._answer()
        return self._payments.get(payment_id)

    def create_refund(self, payment_id: str, amount: int, key: str) -> Refund:
        def refunded() -> Refund:
            payment = self._payments[payment_id]
            if self.refusal:
                raise PaymentRefusedError("The payment provider refused.", self.refusal)
            if any(one.status not in {"won", "warning_closed"} for one in self._disputes_of(payment_id)):
                raise PaymentRefusedError("The payment provider refused.", "charge_disputed")
            if payment.status != "succeeded" or amount < 1 or payment.refunded + amount > payment.amount:
                raise PaymentRefusedError("The payment provider refused.", "charge_already_refunded")
            made = Refund(self._new("re"), self.refund_status, amount, payment_id)
            self._refunds[made.refund_id] = made
            self._count_refunds(payment_id)
            self._tell("refund.created", {"id": made.refund_id, "object": "refund", "payment_intent": payment_id})
            self._tell("charge.refunded", self._charge(payment_id))
            return made

        return self._once("create_refund", key, (payment_id, amount), refunded)

    def list_refunds(self, payment_id: str) -> list[Refund]:
        self._ask("list_refunds", payment_id)
        self._answer()
        return [refund for refund in reversed(self._refunds.values()) if refund.payment_id == payment_id]

    def list_disputes(self, payment_id: str) -> list[Dispute]:
        self._ask("list_disputes", payment_id)
        self._answer()
        return self._disputes_of(payment_id)

    def create_customer(self, user_id: str, key: str) -> str:
        def made() -> str:
            self._customers.append(self._new("cus"))
            return self._customers[-1]

        return self._once("create_customer", key, user_id, made)

    def forget_customers(self) -> None:
        """Let the account's owner delete all customers there are, as for an erasure."""
        self._gone.update(self._customers)

    # What patients do.

    def pay(self, checkout_id: str, *, metadata: bool = True) -> str:
        """Let a patient pay by card, and return the payment's id; without `metadata` it names no booking."""
        payment_id = self._intend(checkout_id)
        if not metadata:
            self._change(payment_id, booking_id="")
        self._complete(checkout_id, "paid")
        self._succeed(payment_id)
        self._tell_checkout("completed", checkout_id)
        return payment_id

    def fail(self, checkout_id: str) -> None:
        """Let a patient's card be declined; the checkout stays open."""
        payment_id = self._intend(checkout_id)
        self._change(payment_id, status="requires_payment_method")
        self._tell_payment("payment_failed", payment_id)

    def take_voucher(self, checkout_id: str, expires_at: int) -> str:
        """Let a patient take a voucher, and return the payment's id."""
        payment_id = self._intend(checkout_id)
        voucher = Voucher("11249", "123 456 789", expires_at, f"https://payments.example.org/voucher/{payment_id}")
        self._complete(checkout_id, "unpaid")
        self._change(payment_id, status="requires_action", voucher=voucher)
        self._tell_payment("requires_action", payment_id)
        self._tell_checkout("completed", checkout_id)
        return payment_id

    def start_voucher(self, checkout_id: str) -> None:
        """Let a patient pay a voucher whose money is still on its way."""
        payment_id = self.payment_of(checkout_id)
        self._change(payment_id, status="processing", voucher=None)
        self._tell_payment("processing", payment_id)

    def pay_voucher(self, checkout_id: str) -> None:
        """Let a voucher's money arrive, in time or late."""
        self._checkouts[checkout_id] = replace(self._checkouts[checkout_id], payment_status="paid")
        self._succeed(self.payment_of(checkout_id))
        self._tell_checkout("async_payment_succeeded", checkout_id)

    def expire_voucher(self, checkout_id: str) -> None:
        """Let a voucher expire unpaid."""
        payment_id = self.payment_of(checkout_id)
        self._change(payment_id, status="requires_payment_method", voucher=None)
        self._tell_payment("payment_failed", payment_id)
        self._tell_checkout("async_payment_failed", checkout_id)

    def lapse(self, checkout_id: str) -> None:
        """Let an open checkout expire, as when its patient walked away."""
        self._checkouts[checkout_id] = replace(self._open(checkout_id), status="expired", url=None)
        self._tell_checkout("expired", checkout_id)
        if payment := self._checkouts[checkout_id].payment:
            self._change(payment.payment_id, status="canceled")
            self._tell_payment("canceled", payment.payment_id)

    # What banks do.

    def settle_refund(self, refund_id: str, status: RefundStatus) -> None:
        """Let a refund succeed, or fail: then the money is back with us."""
        refund = self._refunds[refund_id] = replace(self._refunds[refund_id], status=status)
        self._count_refunds(refund.payment_id)
        told = {"id": refund_id, "object": "refund", "payment_intent": refund.payment_id}
        self._tell("refund.updated", told)
        if status == "failed":
            self._tell("refund.failed", told)

    def dispute(self, payment_id: str) -> None:
        """Let a card's owner dispute a payment."""
        self._change(payment_id, disputed=True)
        amount = self._payments[payment_id].amount
        self._disputes[payment_id] = Dispute(f"dp_{payment_id}", "needs_response", amount, payment_id)
        self._tell_dispute("created", payment_id)

    def close_dispute(self, payment_id: str, status: Literal["won", "lost"]) -> None:
        """Let a dispute end; the payment goes on saying that it has been disputed."""
        self._disputes[payment_id] = replace(self._disputes[payment_id], status=status)
        self._tell_dispute("closed", payment_id)

    # The money.

    def wanted(self, checkout_id: str) -> CheckoutRequest:
        """Return what a checkout was opened for."""
        return self._wanted[checkout_id]

    def charged(self, booking_id: str = "") -> int:
        """Return what was ever charged, of one booking or of all; also what was charged twice."""
        return sum(amount for paid, amount in self._charges if booking_id in {"", paid})

    def taken_by_banks(self, booking_id: str = "") -> int:
        """Return what banks have given back to patients who disputed their payments."""
        lost = [one for one in self._disputes.values() if one.status == "lost"]
        return sum(one.amount for one in lost if booking_id in {"", self._payments[one.payment_id].booking_id})

    def refunded(self, booking_id: str = "") -> int:
        """Return what was given back and has not come back."""
        payments = self._payments.values()
        return sum(payment.refunded for payment in payments if booking_id in {"", payment.booking_id})

    def _once[T](self, call: str, key: str, arguments: object, do: Callable[[], T]) -> T:
        """Return what `do` returned, or raised, when it was first called under this key."""
        self._ask(call, key)
        tell = self._keys.once(key, (call, arguments), do)
        self._answer()
        return tell()

    def _ask(self, *call: str) -> None:
        self.hook(call[0])
        if self.away:
            raise UnavailableError("The payment provider does not answer.")
        self.asked.append(call)

    def _answer(self) -> None:
        if self.forgetful:
            raise UnavailableError("The payment provider does not answer.")

    def _new(self, kind: str) -> str:
        self._number += 1
        return f"{kind}_{self._number}"

    def _open(self, checkout_id: str) -> Checkout:
        checkout = self._checkouts[checkout_id]
        assert checkout.status == "open", "a patient sees that this checkout is over"
        return checkout

    def _current(self, checkout_id: str) -> Checkout:
        checkout = self._checkouts[checkout_id]
        return replace(checkout, payment=self._payments[checkout.payment.payment_id]) if checkout.payment else checkout

    def payment_of(self, checkout_id: str) -> str:
        """Return the id of the payment that a patient has tried or made."""
        payment = self._checkouts[checkout_id].payment
        assert payment, "nobody has tried to pay"
        return payment.payment_id

    def _disputes_of(self, payment_id: str) -> list[Dispute]:
        return [one for one in self._disputes.values() if one.payment_id == payment_id]

    def _intend(self, checkout_id: str) -> str:
        checkout, wanted = self._open(checkout_id), self._wanted[checkout_id]
        if checkout.payment is None:
            made = Payment(
                self._new("pi"),
                "requires_payment_method",
                wanted.amount,
                wanted.currency,
                refunded=0,
                disputed=False,
                charge_id=None,
                voucher=None,
                booking_id=wanted.booking_id,
            )
            self._payments[made.payment_id] = made
            self._checkouts[checkout_id] = replace(checkout, payment=made)
        return self.payment_of(checkout_id)

    def _complete(self, checkout_id: str, status: Any) -> None:
        changed = replace(self._open(checkout_id), status="complete", payment_status=status, url=None)
        self._checkouts[checkout_id] = changed

    def _succeed(self, payment_id: str) -> None:
        payment = self._payments[payment_id]
        assert payment.status != "succeeded", "a payment is made once"
        self._change(payment_id, status="succeeded", charge_id=self._new("ch"), voucher=None)
        self._charges.append((payment.booking_id, payment.amount))
        self._tell_payment("succeeded", payment_id)

    def _change(self, payment_id: str, **changes: Any) -> None:
        self._payments[payment_id] = replace(self._payments[payment_id], **changes)

    def _count_refunds(self, payment_id: str) -> None:
        of_payment = [refund for refund in self._refunds.values() if refund.payment_id == payment_id]
        self._change(payment_id, refunded=sum(r.amount for r in of_payment if r.status not in {"failed", "canceled"}))

    def _charge(self, payment_id: str) -> dict[str, Any]:
        payment = self._payments[payment_id]
        about = {"payment_intent": payment_id, "metadata": {"bookingId": payment.booking_id}}
        return {"id": payment.charge_id, "object": "charge", **about}

    def _tell(self, kind: str, about: dict[str, Any]) -> None:
        self.events.append((kind, {"object": about}))

    def _tell_dispute(self, kind: str, payment_id: str) -> None:
        told = {"id": f"dp_{payment_id}", "object": "dispute", "payment_intent": payment_id}
        self._tell(f"charge.dispute.{kind}", told)

    def _tell_payment(self, kind: str, payment_id: str) -> None:
        booking_id = self._payments[payment_id].booking_id
        about = {"id": payment_id, "object": "payment_intent", "metadata": {"bookingId": booking_id}}
        self._tell(f"payment_intent.{kind}", about)

    def _tell_checkout(self, kind: str, checkout_id: str) -> None:
        checkout = self._current(checkout_id)
        about = {
            "id": checkout_id,
            "object": "checkout.session",
            "client_reference_id": checkout.booking_id,
            "payment_intent": checkout.payment.payment_id if checkout.payment else None,
            "payment_status": checkout.payment_status,
        }
        self._tell(f"checkout.session.{kind}", about)
