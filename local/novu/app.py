"""What the stand-in serves under /novu: the REST API, and for scripts what was triggered and the switches."""

import hmac
import random
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local import guard
from local.novu.events import RETRIES_S, Events
from local.novu.faults import FAILED, SENT, Faults
from local.switches import answer_switches
from local.webhooks import Receiver

_KEPT = 1000
_MOST_RECIPIENTS = 100
# The workflows that an operator has to make.
_WORKFLOWS = {"bedside-mail": "email", "bedside-sms": "sms"}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|\+[0-9]{7,15}")


@dataclass
class Provider:
    """An environment at Novu: what was triggered, in order, each transaction once."""

    secret_key: str
    webhook_secret: str
    receiver: Receiver
    retries_s: Sequence[float] = RETRIES_S
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    chance: Callable[[], float] = random.random
    faults: Faults = field(default_factory=Faults)
    triggered: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def __post_init__(self) -> None:
        self._transactions: set[str] = set()
        self.events = Events(
            self.receiver, self.webhook_secret, lambda: self.faults, self.now_ms, self.retries_s, self.chance
        )

    async def close(self) -> None:
        """Forget what is still to happen."""
        await self.events.close()

    def trigger(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a trigger, and return its outcome; a transaction that is known does nothing. Raises ValueError."""
        name, to = body.get("name"), body.get("to")
        recipients = to if isinstance(to, list) else [to]
        if not isinstance(name, str) or not name or not to or len(recipients) > _MOST_RECIPIENTS:
            raise ValueError("name and to must be given, and at most 100 recipients")
        transaction = str(body.get("transactionId") or secrets.token_hex(12))
        status = self.faults.status
        if name not in _WORKFLOWS:
            raise LookupError("workflow_not_found")
        if not all(isinstance(each, dict) and each.get("subscriberId") for each in recipients):
            status = "invalid_recipients"
        if status == "processed" and transaction not in self._transactions:
            self._transactions.add(transaction)
            self.triggered.append(body)
            for each in recipients:
                self._deliver(name, dict(each or {}), transaction)
        return {"acknowledged": True, "status": status, "transactionId": transaction}

    def _deliver(self, name: str, to: dict[str, Any], transaction: str) -> None:
        channel = _WORKFLOWS[name]
        address = str(to.get("email" if channel == "email" else "phone", ""))
        failed = self.faults.fail or not _ADDRESS.fullmatch(address)
        message = {
            "_id": secrets.token_hex(12),
            "transactionId": transaction,
            "channel": channel,
            "templateIdentifier": name,
            "subscriber": {"subscriberId": to["subscriberId"]},
            "providerId": "stand-in",
            "status": "error" if failed else "sent",
            "errorText": "the provider refused it" if failed else None,
        }
        error = {"error": {"message": "the provider refused it"}} if failed else {}
        self.events.send(FAILED if failed else SENT, {"object": message, **error})


class Novu:
    """The ASGI application around a provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.app = Starlette(
            routes=[
                Route("/novu/api/v1/events/trigger", self._trigger, methods=["POST"]),
                Route("/novu/state", self._state),
                Route("/novu/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            ]
        )

    def for_functions(self) -> ASGIApp:
        """Return the part that the provider's customers call."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith("/novu/api/"):
                await self.app(scope, receive, send)
            else:
                await guard.refuse(scope, receive, send, 404, "Not Found")

        return answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def _trigger(self, request: Request) -> Response:
        provider = self.provider
        given = request.headers.get("authorization", "")
        if provider.now_ms() < provider.faults.api_down:
            return JSONResponse({"statusCode": 503, "message": "Service Unavailable"}, 503)
        if not hmac.compare_digest(given.encode(), f"ApiKey {provider.secret_key}".encode()):
            return JSONResponse({"statusCode": 401, "message": "API Key not found"}, 401)
        if provider.faults.throttle:
            wait = provider.faults.retry_after_s
            headers = {"Retry-After": str(wait)} if wait else {}
            return JSONResponse({"statusCode": 429, "message": "API rate limit exceeded"}, 429, headers)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise ValueError("an object is expected")  # noqa: TRY004, TRY301 (it is the caller's JSON)
            return JSONResponse({"data": provider.trigger(body)}, 201)
        except LookupError as problem:
            return JSONResponse({"statusCode": 422, "message": str(problem)}, 422)
        except (ValueError, RecursionError) as problem:
            return JSONResponse({"statusCode": 400, "message": str(problem)}, 400)

    async def _state(self, _request: Request) -> Response:
        webhooks = [
            {"type": each.kind, "outcome": each.outcome, "attempts": each.attempts, "event": each.event}
            for each in self.provider.events.newest()
        ]
        return JSONResponse({"triggered": list(self.provider.triggered)[::-1], "webhooks": webhooks})

    async def _faults(self, request: Request) -> Response:
        provider = self.provider
        provider.faults, answer = await answer_switches(request, provider.faults, provider.now_ms())
        return answer
