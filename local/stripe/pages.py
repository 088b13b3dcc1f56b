"""The pages to which people are sent: to pay, to see a voucher, to be asked for what is due, to show a document."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from local.stripe.errors import RefusedError
from local.stripe.provider import Provider
from local.stripe.store import Object

_NO_FRACTION = frozenset({"jpy"})


class Pages:
    """Pages of plain forms; each form posts what its person does."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def routes(self) -> list[Route]:
        """Return the pages."""
        pages: list[tuple[str, Callable[[Request], Any]]] = [
            ("/stripe/pay/{id}", self._pay),
            ("/stripe/voucher/{id}", self._voucher),
            ("/stripe/onboarding/{id}", self._onboarding),
            ("/stripe/identity/{id}", self._identity),
        ]
        return [Route(path, page, methods=["GET", "POST"]) for path, page in pages]

    async def _pay(self, request: Request) -> Response:
        payments, session = self._provider.payments, self._found("checkout.session", request)
        if session is None:
            return _page("Not found", "<p>There is no such page.</p>", 404)
        done = {"pay": payments.pay, "decline": payments.decline, "voucher": payments.take_voucher}
        if request.method == "POST":
            wanted = await _pressed(request)
            try:
                done[wanted](session)
            except (RefusedError, LookupError):
                return _page("This cannot be paid any more", _back(session["cancel_url"]), 409)
            if wanted == "pay":
                return _see(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
            if wanted == "voucher":
                return _see(f"/stripe/voucher/{session['payment_intent']}")
        if session["status"] != "open":
            over = "This is paid" if session["status"] == "complete" else "This page has expired"
            return _page(over, _back(session["cancel_url"]))
        declined = bool(session["payment_intent"])
        voucher = "multibanco" in session["payment_method_types"]
        actions = {"pay": "Pay by card", "decline": "Pay by a card that is declined"}
        content = (
            f"<p class=what>{escape(payments.name(session))}</p>"
            f"<p class=amount>{_money(session['amount_total'], session['currency'])}</p>"
            + ("<p class=bad role=alert>Your card was declined. Try another one.</p>" if declined else "")
            + _form(actions | ({"voucher": "Pay later with Multibanco"} if voucher else {}))
            + _back(session["cancel_url"])
        )
        return _page("Pay", content)

    async def _voucher(self, request: Request) -> Response:
        payments, intent = self._provider.payments, self._found("payment_intent", request)
        if intent is None:
            return _page("Not found", "<p>There is no such page.</p>", 404)
        if request.method == "POST":
            done = {"pay": payments.pay_voucher, "expire": payments.expire_voucher}.get(await _pressed(request))
            if done:
                done(intent)
        back = _back(payments.session_of(intent)["success_url"])
        amount = _money(intent["amount"], intent["currency"])
        if intent["status"] == "succeeded":
            return _page("This voucher is paid", back)
        if intent["status"] != "requires_action":
            late = _form({"pay": "Its money arrives after all"})
            return _page("This voucher has expired", f"<p class=amount>{amount}</p>{late}{back}")
        details = intent["next_action"]["multibanco_display_details"]
        content = (
            f"<p class=amount>{amount}</p>"
            f"<dl><dt>Entity</dt><dd>{details['entity']}</dd><dt>Reference</dt><dd>{details['reference']}</dd></dl>"
            f"{_form({'pay': 'Pay the voucher now', 'expire': 'Let it expire'})}{back}"
        )
        return _page("Multibanco voucher", content)

    async def _onboarding(self, request: Request) -> Response:
        connect, token = self._provider.connect, str(request.path_params["id"])
        link = connect.link_of(token)
        if link is None:
            return _page("Not found", "<p>There is no such page.</p>", 404)
        if request.method == "POST":
            wanted = await _pressed(request)
            account = self._provider.store.get("account", link["account"])
            if wanted in {"all", "partly"}:
                connect.answer(account, bank=wanted == "all")
            return _see(link["return_url"])
        followed = connect.follow(token)
        if followed is None:
            return _see(link["refresh_url"])
        account, return_url = followed
        asked = "".join(f"<li>{escape(each)}</li>" for each in account["requirements"]["currently_due"])
        actions = {"all": "Answer everything", "partly": "Answer all but the bank account"}
        content = (
            f"<p>We need to know:</p><ul>{asked or '<li>nothing more</li>'}</ul>{_form(actions)}{_back(return_url)}"
        )
        return _page("Get paid", content)

    async def _identity(self, request: Request) -> Response:
        identity, session = self._provider.identity, self._found("identity.verification_session", request)
        if session is None:
            return _page("Not found", "<p>There is no such page.</p>", 404)
        back = identity.return_url(session)
        if request.method == "POST":
            problems = {"good": "", "expired": "document_expired", "other": "selfie_face_mismatch"}
            problem = problems.get(await _pressed(request))
            if problem is not None:
                identity.finish(session, problem)
            return _see(back)
        actions = {"good": "Show a good document", "expired": "Show an expired one", "other": "Show somebody else's"}
        return _page("Verify your identity", _form(actions) + _back(back))

    def _found(self, kind: str, request: Request) -> Object | None:
        try:
            return self._provider.store.get(kind, request.path_params["id"])
        except RefusedError:
            return None


async def _pressed(request: Request) -> str:
    return (await request.body()).decode("latin-1").removeprefix("do=")


def _money(amount: int, currency: str) -> str:
    shown = str(amount) if currency in _NO_FRACTION else f"{amount / 100:.2f}"
    return f"{escape(currency.upper())} {shown}"


def _form(actions: Mapping[str, str]) -> str:
    buttons = "".join(f"<button name=do value={name}>{escape(text)}</button>" for name, text in actions.items())
    return f"<form method=post>{buttons}</form>"


def _back(url: str | None) -> str:
    """Return a link back to the product."""
    safe = url if url and url.startswith(("http://", "https://")) else "/"
    return f'<p><a href="{escape(safe)}">Back to Bedside</a></p>'


def _see(url: str) -> Response:
    return RedirectResponse(url if url.startswith(("http://", "https://", "/")) else "/", 303)


def _page(title: str, content: str, status: int = 200) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Payment provider</title>"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/stripe/boards/stripe.css">'
        '<link rel="stylesheet" href="/stripe/boards/board.css"></head><body><main>'
        f"<header><h1>{escape(title)}</h1><p>A stand-in for Stripe: no money moves.</p></header>"
        f"<section>{content}</section></main></body></html>"
    )
    return HTMLResponse(html, status)
