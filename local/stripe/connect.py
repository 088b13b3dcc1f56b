"""Connected accounts with their onboarding, and transfers to them."""

import secrets
from collections.abc import Callable
from typing import Any

from local.stripe.errors import RefusedError
from local.stripe.faults import Faults
from local.stripe.forms import whole
from local.stripe.store import Object, Store

# The field that names the account of whom a request is made for, which is a header.
ACCOUNT = "Stripe-Account"
_LINK_S = 300
_PAID_OUT_AFTER_S = 2.0
# What Stripe asks of a person who gets money, shortened.
_ASKED = ("individual.first_name", "individual.dob.day", "individual.verification.document", "tos_acceptance.date")
_BANK = "external_account"


class Connect:
    """Accounts, and the transfers to and reversals from them; `later` calls something after so many seconds."""

    def __init__(
        self,
        store: Store,
        origin: str,
        faults: Callable[[], Faults],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._store = store
        self.origin = origin
        self._faults = faults
        self._later = later
        self._links: dict[str, Object] = {}
        # By their accounts, the newest first.
        self._payouts: dict[str, list[Object]] = {}

    def open(self, form: Object) -> Object:
        """Make an account, of which everything is still to be asked; raises RefusedError."""
        country = str(form.get("country", "US"))
        if "transfers" not in form.get("capabilities", {}) or len(country) != len("NZ"):
            raise RefusedError("An account needs a country, and the capability transfers is all that is imitated.")
        controller = form.get("controller", {})
        account = self._store.add(
            "acct",
            "account",
            capabilities={"transfers": "inactive"},
            charges_enabled=False,
            controller={"type": "application", "is_controller": True, **controller},
            country=country,
            default_currency=None,
            details_submitted=False,
            email=None,
            metadata=form.get("metadata", {}),
            payouts_enabled=False,
            requirements=_requirements([*_ASKED, _BANK]),
            type="none",
        )
        del account["livemode"]
        return account

    def link(self, form: Object) -> Object:
        """Make a link to the onboarding page, good for one visit; raises RefusedError, LookupError."""
        account = self._store.get("account", form.get("account"))
        token, now_s = secrets.token_hex(16), self._store.now_s()
        self._links[token] = {
            "account": account["id"],
            "return_url": form["return_url"],
            "refresh_url": form["refresh_url"],
            "expires_at": now_s + _LINK_S,
        }
        url = f"{self.origin}/stripe/onboarding/{token}"
        return {"object": "account_link", "created": now_s, "expires_at": now_s + _LINK_S, "url": url}

    def follow(self, token: str) -> tuple[Object, str] | None:
        """Return an account and where its page returns to, for a link that is used for the first time in time."""
        link = self._links.get(token)
        if link is None or link.get("used") or link["expires_at"] < self._store.now_s():
            return None
        link["used"] = True
        return self._store.get("account", link["account"]), link["return_url"]

    def link_of(self, token: str) -> Object | None:
        """Return a link that was made, also one that was used."""
        return self._links.get(token)

    def answer(self, account: Object, *, bank: bool) -> None:
        """Let a practitioner answer everything, with or without a bank account."""
        due = [] if bank else [_BANK]
        account |= {"details_submitted": True, "payouts_enabled": bank, "requirements": _requirements(due)}
        account["capabilities"] = {"transfers": "active" if bank else "inactive"}
        self._store.tell("account.updated", account, account["id"])

    def restrict(self, account: Object) -> None:
        """Let Stripe want to know something more before it pays out."""
        account |= {"payouts_enabled": False, "requirements": _requirements(["individual.verification.document"])}
        account["capabilities"] = {"transfers": "inactive"}
        self._store.tell("account.updated", account, account["id"])

    def transfer(self, form: Object) -> Object:
        """Transfer a part of a charge's money; raises RefusedError, ValueError, LookupError."""
        account = self._store.get("account", form.get("destination"))
        charge = self._store.get("charge", form.get("source_transaction"))
        amount = whole(form["amount"], "amount")
        taken = sum(
            each["amount"] - each["amount_reversed"]
            for each in self._store.all("transfer", source_transaction=charge["id"])
        )
        if account["capabilities"]["transfers"] != "active":
            why = "Your destination account needs to have at least one of the following capabilities enabled: transfers"
            raise RefusedError(why, code="insufficient_capabilities_for_transfer")
        if not charge["paid"] or form.get("currency") != charge["currency"]:
            raise RefusedError("The transfer does not fit its source_transaction.", param="source_transaction")
        if not 0 < amount <= charge["amount"] - taken:
            raise RefusedError("The source_transaction has not that much left.", code="balance_insufficient")
        made = self._store.add(
            "tr",
            "transfer",
            amount=amount,
            amount_reversed=0,
            balance_transaction=None,
            currency=charge["currency"],
            description=None,
            destination=account["id"],
            destination_payment=None,
            metadata=form.get("metadata", {}),
            reversed=False,
            source_transaction=charge["id"],
            source_type=charge["payment_method_details"]["type"],
            transfer_group=form.get("transfer_group") or charge["transfer_group"],
        )
        made["reversals"] = self._store.listed([], f"/v1/transfers/{made['id']}/reversals", 10)
        self._store.tell("transfer.created", made)
        self._later(_PAID_OUT_AFTER_S, lambda: self._pay_out(account, made))
        return made

    def reverse(self, transfer: Object, form: Object) -> Object:
        """Take back a part of a transfer, or all that is left; raises RefusedError, ValueError."""
        left = transfer["amount"] - transfer["amount_reversed"]
        amount = whole(form["amount"], "amount") if "amount" in form else left
        if not 0 < amount <= left:
            raise RefusedError("The transfer has not that much left to reverse.", param="amount")
        made = self._store.add(
            "trr",
            "transfer_reversal",
            amount=amount,
            balance_transaction=None,
            currency=transfer["currency"],
            destination_payment_refund=None,
            metadata=form.get("metadata", {}),
            source_refund=None,
            transfer=transfer["id"],
        )
        del made["livemode"]
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        transfer["reversals"]["data"].insert(0, made)
        self._store.tell("transfer.reversed", transfer)
        return made

    def payouts(self, form: Object) -> Object:
        """Return the payouts of the account that the request is made for; raises RefusedError, ValueError."""
        account = self._store.get("account", form.get(ACCOUNT))
        return self._store.listed(self._payouts.get(account["id"], []), "/v1/payouts", whole(form["limit"], "limit"))

    def _pay_out(self, account: Object, transfer: Object) -> None:
        fails = self._faults().fail_payouts
        payout = self._store.add(
            "po",
            "payout",
            amount=transfer["amount"],
            arrival_date=self._store.now_s(),
            automatic=True,
            currency=transfer["currency"],
            failure_code="account_closed" if fails else None,
            method="standard",
            reconciliation_status="in_progress",
            source_type="card",
            status="failed" if fails else "paid",
            type="bank_account",
        )
        self._payouts.setdefault(account["id"], []).insert(0, payout)
        self._store.tell("payout.failed" if fails else "payout.paid", payout, account["id"])


def _requirements(due: list[str]) -> dict[str, Any]:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }
