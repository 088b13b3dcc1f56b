"""Who may use the emulator: the front, by this run's key, and whoever signs with credentials that the stack issued.

Bare, the emulator takes its administrator's word for it: any request that names the key `test`, or an account's
number, may do everything. Standard library only: it runs in the emulator's process.
"""

import hmac
import json
import time
from collections.abc import Callable

from local.guard import App, Message, Receive, Scope, Send, respond, values
from local.signature import Claim, claimed, is_genuine

FRONT_KEY = "x-bedside-front-key"
# The emulator's own switches, such as its reset and the messages that it keeps.
_SWITCHES = ("/_ministack/", "/_localstack/")

# Returns the secret of an access key with this session token, or None if the stack has not issued it.
type SecretOf = Callable[[str, str], str | None]


class Access:
    """An ASGI application that answers 403 to everybody else."""

    def __init__(self, app: App, front_key: str, secret_of: SecretOf, now_s: Callable[[], float] = time.time) -> None:
        self._app = app
        self._front_key = front_key.encode()
        self._secret_of = secret_of
        self._now_s = now_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        keys = values(scope, FRONT_KEY.encode())
        if keys:
            if len(keys) == 1 and hmac.compare_digest(keys[0].encode(), self._front_key):
                # Functions see the caller's headers; the key is none of their business.
                kept = [(name, value) for name, value in scope["headers"] if name.lower() != FRONT_KEY.encode()]
                await self._app({**scope, "headers": kept}, receive, send)
            else:
                await _refuse(scope, receive, send)
            return
        claim = claimed(scope) if scope["type"] == "http" and not scope["path"].startswith(_SWITCHES) else None
        secret = self._secret_of(claim.access_key, claim.token) if claim and _is_whole(claim, scope) else None
        if not claim or not secret:
            await _refuse(scope, receive, send)
            return
        # A presigned link does not sign the body, so that a large one need not be held here.
        if not claim.is_presigned:
            messages = await _read(receive)
            receive = _again(messages, receive)
            body = b"".join(message.get("body", b"") for message in messages)
        else:
            body = b""
        if is_genuine(claim, secret, scope, body, self._now_s()):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer so that AWS's SDKs recognize the error, whether they speak JSON or XML."""
    code, message = "UnrecognizedClientException", "The request is not signed with credentials of this stack."
    is_json = any("json" in kind for kind in values(scope, b"content-type"))
    body = (
        json.dumps({"__type": code, "message": message})
        if is_json
        else f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    )
    kind = b"application/json" if is_json else b"application/xml"
    await respond(scope, receive, send, 403, body.encode(), [(b"content-type", kind)])


def _is_whole(claim: Claim, scope: Scope) -> bool:
    """Return whether the signature covers every header that AWS acts on, and only S3 is used by link."""
    names = {name.lower().decode("latin-1") for name, _ in scope["headers"]}
    covered = all(name in claim.signed for name in names if name.startswith("x-amz-"))
    return covered and (not claim.is_presigned or claim.service == "s3")


async def _read(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """Return a `receive` that gives these messages first."""
    waiting = iter(messages)

    async def replay() -> Message:
        for message in waiting:
            return message
        return await receive()

    return replay
