"""What the stand-in serves under /stripe: REST API, pages for those who pay or are paid, switches, and a board."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from local import guard
from local.stripe.api import Api
from local.stripe.errors import RefusedError
from local.stripe.pages import Pages
from local.stripe.provider import Provider
from local.stripe.store import Object
from local.switches import answer_switches, json_of
from local.webhooks import Webhook

_BOARDS = Path(__file__).parent.with_name("boards")
_SHOWN = 200
# No `no-referrer`: with it, browsers do not say where a form comes from, and the guard refuses it. A form may lead back
# to the product, which tests serve at another port.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self' http: https:; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


class Stripe:
    """The ASGI application around a provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.app = Starlette(
            routes=[
                Route("/stripe", self._board),
                Route("/stripe/state", self._state),
                Route("/stripe/faults", self._faults, methods=["GET", "POST", "DELETE"]),
                Route("/stripe/do", self._do, methods=["POST"]),
                Mount("/stripe/boards", StaticFiles(directory=_BOARDS)),
                *Pages(provider).routes(),
                *Api(provider).routes("/stripe/api"),
            ],
            middleware=[Middleware(_Headers)],
        )

    def for_functions(self) -> ASGIApp:
        """Return the part that the provider's customers call: the API, without pages and switches."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith("/stripe/api/"):
                await self.app(scope, receive, send)
            else:
                await guard.refuse(scope, receive, send, 404, "Not Found")

        return answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def _board(self, _request: Request) -> Response:
        return FileResponse(_BOARDS / "stripe.html")

    async def _state(self, request: Request) -> Response:
        limit = request.query_params.get("limit", "")
        most, store = int(limit) if limit.isdecimal() else _SHOWN, self.provider.store
        kinds = ("checkout.session", "payment_intent", "charge", "refund", "dispute", "account", "transfer")
        found = {kind: store.all(kind)[:most] for kind in (*kinds, "identity.verification_session", "customer")}
        events = [_sent(webhook) for webhook in self.provider.events.newest()[:most]]
        return JSONResponse({"objects": found, "webhooks": events})

    async def _faults(self, request: Request) -> Response:
        provider = self.provider
        provider.faults, answer = await answer_switches(request, provider.faults, provider.now_ms())
        return answer

    async def _do(self, request: Request) -> Response:
        """Do what a person or a bank does, to the object with an id."""
        try:
            wanted = await json_of(request)
            kind, do = self._actions()[wanted["do"]]
            if kind == "event":
                return JSONResponse({"done": self.provider.events.again(str(wanted["id"]))})
            do(self.provider.store.get(kind, wanted["id"]))
        except RefusedError as problem:
            return JSONResponse({"message": str(problem)}, 422)
        except (ValueError, LookupError, TypeError, RecursionError):
            names = ", ".join(self._actions())
            return JSONResponse({"message": f"expected: {{do: one of {names}, id: of what}}"}, 422)
        return JSONResponse({"done": True})

    def _actions(self) -> dict[str, tuple[str, Callable[[Object], Any]]]:
        it = self.provider
        return {
            "pay": ("checkout.session", it.payments.pay),
            "decline": ("checkout.session", it.payments.decline),
            "takeVoucher": ("checkout.session", it.payments.take_voucher),
            "lapse": ("checkout.session", it.payments.expire),
            "payVoucher": ("payment_intent", it.payments.pay_voucher),
            "expireVoucher": ("payment_intent", it.payments.expire_voucher),
            "settleRefund": ("refund", lambda refund: it.refunds.settle(refund, "succeeded")),
            "failRefund": ("refund", lambda refund: it.refunds.settle(refund, "failed")),
            "dispute": ("charge", it.refunds.dispute),
            "winDispute": ("dispute", lambda dispute: it.refunds.close(dispute, "won")),
            "loseDispute": ("dispute", lambda dispute: it.refunds.close(dispute, "lost")),
            "onboard": ("account", lambda account: it.connect.answer(account, bank=True)),
            "restrict": ("account", it.connect.restrict),
            "verify": ("identity.verification_session", lambda session: it.identity.finish(session, "")),
            "resend": ("event", lambda _event: None),
        }


class _Headers:
    """Adds to every answer what a browser may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with(message: Any) -> None:  # noqa: ANN401 (an ASGI message)
            if message["type"] == "http.response.start":
                headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        await self._app(scope, receive, send_with if scope["type"] == "http" else send)


def _sent(webhook: Webhook) -> dict[str, Any]:
    about = webhook.event["data"]["object"]
    return {
        "id": webhook.event["id"],
        "type": webhook.kind,
        "at": webhook.at_ms,
        "outcome": webhook.outcome,
        "attempts": webhook.attempts,
        "about": about["id"],
    }
