"""Checkout sessions, and the payment intents and charges that come of them."""

from collections.abc import Callable

from local.stripe.errors import RefusedError
from local.stripe.forms import whole
from local.stripe.store import Object, Store

_SHORTEST_S, _LONGEST_S = 30 * 60, 24 * 3600
# https://docs.stripe.com/payments/multibanco
_MULTIBANCO_S = 7 * 24 * 3600
_MULTIBANCO = range(50, 9_999_901)
_LEAST = 50
_METHODS = ("card", "multibanco")


class Payments:
    """What patients do on the page, and what the API says of it.

    `origin` is where the pages are; `time_scale` divides how long sessions and vouchers last; `later` calls something
    after so many seconds.
    """

    def __init__(
        self, store: Store, origin: str, time_scale: float, later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        self._store = store
        self.origin = origin
        self._time_scale = time_scale
        self._later = later
        # Of each session what it does not show.
        self._wanted: dict[str, Object] = {}

    def open(self, form: Object) -> Object:
        """Open a session; raises RefusedError, ValueError, LookupError."""
        now_s, expires_at = self._store.now_s(), form.get("expires_at")
        ends_at = whole(expires_at, "expires_at") if expires_at else now_s + _LONGEST_S
        if not now_s + _SHORTEST_S <= ends_at <= now_s + _LONGEST_S:
            why = "must be at least 30 minutes and at most 24 hours after the Checkout Session's creation"
            raise RefusedError(f"The `expires_at` timestamp {why}.", param="expires_at")
        if form.get("mode") != "payment" or not form.get("success_url"):
            raise RefusedError("Only mode=payment with a success_url is imitated.", param="mode")
        [item] = form["line_items"]
        amount, currency = self._price(item)
        allowed = form.get("allowed_payment_method_types", list(_METHODS))
        methods = [method for method in _METHODS if method in allowed and _suits(method, amount, currency)]
        if "customer" in form:
            self._store.get("customer", form["customer"])
        session = self._store.add(
            "cs_test",
            "checkout.session",
            amount_subtotal=amount,
            amount_total=amount,
            automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
            cancel_url=form.get("cancel_url"),
            client_reference_id=form.get("client_reference_id"),
            currency=currency,
            custom_fields=[],
            custom_text=dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
            customer=form.get("customer"),
            customer_creation=None if "customer" in form else "if_required",
            customer_details=None,
            customer_email=None,
            expires_at=ends_at,
            locale=form.get("locale", "auto"),
            metadata=form.get("metadata", {}),
            mode="payment",
            payment_intent=None,
            payment_method_types=methods,
            payment_status="unpaid",
            shipping_options=[],
            status="open",
            success_url=form["success_url"],
            ui_mode="hosted_page",
        )
        session["url"] = f"{self.origin}/stripe/pay/{session['id']}"
        data = form.get("payment_intent_data", {})
        self._wanted[session["id"]] = {"name": item["price_data"]["product_data"]["name"], **data}
        self._later((ends_at - now_s) / self._time_scale, lambda: self._lapse(session))
        return session

    def name(self, session: Object) -> str:
        """Return what is paid for."""
        return str(self._wanted[session["id"]]["name"])

    def expire(self, session: Object) -> Object:
        """Expire an open session; raises RefusedError."""
        if session["status"] != "open":
            raise RefusedError('Only Checkout Sessions with a status in ["open"] can be expired.')
        self._lapse(session)
        return session

    def pay(self, session: Object) -> None:
        """Let a patient pay by card."""
        intent = self._intend(session, "card")
        self._charge(intent, "card")
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self._store.tell("checkout.session.completed", session)

    def decline(self, session: Object) -> None:
        """Let a patient's card be declined; the session stays open."""
        intent = self._intend(session, "card")
        error = {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}
        charge = self._add_charge(intent, "card", status="failed", paid=False, captured=False)
        charge |= {"amount_captured": 0, "failure_code": "card_declined", "failure_message": error["message"]}
        intent |= {"status": "requires_payment_method", "last_payment_error": error, "latest_charge": charge["id"]}
        self._store.tell("charge.failed", charge)
        self._store.tell("payment_intent.payment_failed", intent)

    def take_voucher(self, session: Object) -> None:
        """Let a patient choose to pay later; raises RefusedError where there are no vouchers."""
        if "multibanco" not in session["payment_method_types"]:
            raise RefusedError("There are no vouchers for this amount or currency.")
        intent = self._intend(session, "multibanco")
        details = {
            "entity": "11249",
            "reference": f"{self._store.now_s() % 10**9:09d}",
            "expires_at": self._store.now_s() + int(_MULTIBANCO_S / self._time_scale),
            "hosted_voucher_url": f"{self.origin}/stripe/voucher/{intent['id']}",
        }
        action = {"type": "multibanco_display_details", "multibanco_display_details": details}
        intent |= {"status": "requires_action", "next_action": action}
        session |= {"status": "complete", "url": None}
        self._store.tell("payment_intent.requires_action", intent)
        self._store.tell("checkout.session.completed", session)
        self._later(_MULTIBANCO_S / self._time_scale, lambda: self.expire_voucher(intent))

    def pay_voucher(self, intent: Object) -> None:
        """Let a voucher's money arrive, in time or late; once."""
        if intent["status"] == "succeeded":
            return
        self._charge(intent, "multibanco")
        session = self.session_of(intent)
        session["payment_status"] = "paid"
        self._store.tell("checkout.session.async_payment_succeeded", session)

    def expire_voucher(self, intent: Object) -> None:
        """Let a voucher expire, unless it is paid or has expired."""
        if intent["status"] == "requires_action":
            error = {"type": "invalid_request_error", "code": "payment_intent_payment_attempt_expired"}
            intent |= {"status": "requires_payment_method", "next_action": None, "last_payment_error": error}
            self._store.tell("payment_intent.payment_failed", intent)
            self._store.tell("checkout.session.async_payment_failed", self.session_of(intent))

    def session_of(self, intent: Object) -> Object:
        """Return the session of an intent."""
        return self._store.all("checkout.session", payment_intent=intent["id"])[0]

    def _price(self, item: Object) -> tuple[int, str]:
        price = item["price_data"]
        amount, currency = whole(price["unit_amount"], "unit_amount"), str(price["currency"])
        if item.get("quantity") != "1" or not price["product_data"]["name"]:
            raise RefusedError("One named product, once, is all that is imitated.", param="line_items")
        if amount < _LEAST or currency != currency.lower():
            raise RefusedError("The amount is too small, or the currency unknown.", code="amount_too_small")
        return amount, currency

    def _lapse(self, session: Object) -> None:
        if session["status"] != "open":
            return
        session |= {"status": "expired", "url": None}
        self._store.tell("checkout.session.expired", session)
        if session["payment_intent"]:
            intent = self._store.get("payment_intent", session["payment_intent"])
            now_s = self._store.now_s()
            intent |= {"status": "canceled", "canceled_at": now_s, "cancellation_reason": "automatic"}
            self._store.tell("payment_intent.canceled", intent)

    def _intend(self, session: Object, method: str) -> Object:
        """Return the session's intent, which its first attempt makes; raises RefusedError if it is not open."""
        if session["status"] != "open":
            raise RefusedError("This Checkout Session is not open.")
        if session["payment_intent"]:
            return self._store.get("payment_intent", session["payment_intent"])
        data = self._wanted[session["id"]]
        intent = self._store.add(
            "pi",
            "payment_intent",
            amount=session["amount_total"],
            amount_capturable=0,
            amount_received=0,
            canceled_at=None,
            cancellation_reason=None,
            capture_method="automatic_async",
            client_secret=None,
            confirmation_method="automatic",
            currency=session["currency"],
            customer=session["customer"],
            description=None,
            last_payment_error=None,
            latest_charge=None,
            metadata=data.get("metadata", {}),
            next_action=None,
            payment_method=None,
            payment_method_options={method: {}},
            payment_method_types=session["payment_method_types"],
            status="requires_payment_method",
            transfer_group=data.get("transfer_group"),
        )
        session["payment_intent"] = intent["id"]
        self._store.tell("payment_intent.created", intent)
        return intent

    def _charge(self, intent: Object, method: str) -> None:
        charge = self._add_charge(intent, method, status="succeeded", paid=True, captured=True)
        intent |= {"status": "succeeded", "next_action": None, "last_payment_error": None}
        intent |= {"amount_received": intent["amount"], "latest_charge": charge["id"]}
        self._store.tell("charge.succeeded", charge)
        self._store.tell("payment_intent.succeeded", intent)

    def _add_charge(self, intent: Object, method: str, **fields: object) -> Object:
        return self._store.add(
            "ch",
            "charge",
            amount=intent["amount"],
            amount_captured=intent["amount"],
            amount_refunded=0,
            balance_transaction=None,
            billing_details={
                "address": None,
                "email": "patient@example.org",
                "name": None,
                "phone": None,
                "tax_id": None,
            },
            currency=intent["currency"],
            customer=intent["customer"],
            disputed=False,
            failure_code=None,
            failure_message=None,
            metadata=intent["metadata"],
            payment_intent=intent["id"],
            payment_method_details={"type": method},
            refunded=False,
            transfer_group=intent["transfer_group"],
            **fields,
        )


def _suits(method: str, amount: int, currency: str) -> bool:
    return method != "multibanco" or (currency == "eur" and amount in _MULTIBANCO)
