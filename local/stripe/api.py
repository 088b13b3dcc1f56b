"""The REST API: those of Stripe's calls that Bedside makes, behind its secret key, and idempotent under a key."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.stripe.connect import ACCOUNT
from local.stripe.errors import RefusedError
from local.stripe.forms import parse, whole
from local.stripe.provider import Provider
from local.stripe.store import Object

_PAGE, _LONGEST_PAGE = 10, 100
_KEY_LENGTH = 255

# What a call gets: the request's fields, and the id in its path.
type Call = Callable[[Object, str], Object]


class Api:
    """Answers under {prefix}/v1."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        # What was answered under each idempotency key, and to which request.
        self._answers: dict[str, tuple[bytes, int, bytes]] = {}

    def routes(self, prefix: str) -> list[Route]:
        """Return the calls."""
        it, get = self._provider, self._provider.store.get
        calls: list[tuple[str, str, Call]] = [
            ("POST", "/checkout/sessions", lambda form, _: it.payments.open(form)),
            ("GET", "/checkout/sessions/{id}", lambda _, name: get("checkout.session", name)),
            ("POST", "/checkout/sessions/{id}/expire", lambda _, n: it.payments.expire(get("checkout.session", n))),
            ("GET", "/payment_intents/{id}", lambda _, name: get("payment_intent", name)),
            ("GET", "/charges/{id}", lambda _, name: get("charge", name)),
            ("POST", "/refunds", lambda form, _: it.refunds.add(form)),
            ("GET", "/refunds", self._list("refund", "payment_intent")),
            ("GET", "/refunds/{id}", lambda _, name: get("refund", name)),
            ("POST", "/customers", lambda form, _: it.store.add("cus", "customer", metadata=form.get("metadata", {}))),
            ("GET", "/disputes", self._list("dispute", "payment_intent")),
            ("POST", "/accounts", lambda form, _: it.connect.open(form)),
            ("GET", "/accounts/{id}", lambda _, name: get("account", name)),
            ("POST", "/account_links", lambda form, _: it.connect.link(form)),
            ("GET", "/payouts", lambda form, _: it.connect.payouts(form)),
            ("POST", "/transfers", lambda form, _: it.connect.transfer(form)),
            ("GET", "/transfers", self._list("transfer", "transfer_group")),
            ("POST", "/transfers/{id}/reversals", lambda form, n: it.connect.reverse(get("transfer", n), form)),
            ("POST", "/identity/verification_sessions", lambda form, _: it.identity.open(form)),
            ("GET", "/identity/verification_sessions/{id}", lambda _, n: get("identity.verification_session", n)),
        ]
        return [Route(f"{prefix}/v1{path}", self._answering(verb, call), methods=[verb]) for verb, path, call in calls]

    def _list(self, kind: str, by: str) -> Call:
        def listed(form: Object, _name: str) -> Object:
            limit = min(_LONGEST_PAGE, whole(form.get("limit", str(_PAGE)), "limit"))
            wanted = {by: form[by]} if by in form else {}
            return self._provider.store.listed(self._provider.store.all(kind, **wanted), f"/v1/{kind}s", limit)

        return listed

    def _answering(self, verb: str, call: Call) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            body = await request.body()
            status, content = self._answer(request, verb, call, body)
            return Response(content, status, media_type="application/json")

        return answer

    def _answer(self, request: Request, verb: str, call: Call, body: bytes) -> tuple[int, bytes]:
        key, given = request.headers.get("idempotency-key", ""), request.headers.get("authorization", "")
        if self._provider.now_ms() < self._provider.faults.api_down:
            return _said(503, {"error": {"type": "api_error", "message": "switched off"}})
        if not hmac.compare_digest(given.encode(), f"Bearer {self._provider.secret_key}".encode()):
            return _said(401, RefusedError("Invalid API Key provided").shown())
        if verb != "POST" or not key:
            return self._done(request, verb, call, body)
        return self._once(key, request, call, body)

    def _once(self, key: str, request: Request, call: Call, body: bytes) -> tuple[int, bytes]:
        """Return what the first request with this key got, if it was the same."""
        asked = hashlib.sha256(f"{request.url.path}\n".encode() + body).digest()
        if key not in self._answers and len(key) <= _KEY_LENGTH:
            self._answers[key] = (asked, *self._done(request, "POST", call, body))
        before, status, content = self._answers.get(key, (b"", 0, b""))
        if before != asked:
            message = "Keys for idempotent requests can only be used with the parameters they were first used with."
            return _said(400, RefusedError(message, kind="idempotency_error").shown())
        return status, content

    def _done(self, request: Request, verb: str, call: Call, body: bytes) -> tuple[int, bytes]:
        try:
            form = parse(body.decode() if verb == "POST" else request.url.query)
            expand = form.pop("expand", [])
            form[ACCOUNT] = request.headers.get(ACCOUNT)
            found = call(form, request.path_params.get("id", ""))
            if found["object"] in {"list", "account_link"}:
                return _said(200, found)
            return _said(200, self._provider.store.shown(found, expand))
        except RefusedError as problem:
            return _said(problem.status, problem.shown())
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            return _said(400, RefusedError(f"Invalid request: {problem}", code="parameter_invalid").shown())


def _said(status: int, document: Object) -> tuple[int, bytes]:
    return status, json.dumps(document).encode()
