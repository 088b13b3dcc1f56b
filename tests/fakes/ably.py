"""Ably's REST API as https://ably.com/docs/api/rest-api and .../token-request-spec describe it.

Basic authentication, publishing with idempotent ids, channel history, and token requests: a request's mac is checked
over keyName, ttl, capability, clientId, timestamp and nonce, each with a newline after it, and its nonce taken once.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.fakes.serving import Handler, serving

KEY = "appid.keyid:key-secret"
_CLOCK_TOLERANCE_MS = 15 * 60 * 1000


@dataclass
class AblyApp:
    """What was published, by channel."""

    origin: str = ""
    key: str = KEY
    channels: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)

    def publish(self, channel: str, message: Any) -> tuple[int, dict[str, Any]]:
        known = isinstance(message, dict) and isinstance(message.get("name"), str) and "data" in message
        if not known:
            return _error(400, 40000, "Bad request")
        messages = self.channels.setdefault(channel, [])
        if message.get("id") is None or all(message["id"] != each.get("id") for each in messages):
            messages.append(message)
        return 201, {"channel": channel, "messageId": message.get("id")}

    def request_token(self, key_name: str, request: Any) -> tuple[int, dict[str, Any]]:
        name, secret = self.key.split(":", 1)
        if key_name != name or request.get("keyName") != name:
            return _error(401, 40400, "No application found with this key name")
        parts = [request[part] for part in ("keyName", "ttl", "capability")]
        parts += [request.get("clientId", ""), request["timestamp"], request["nonce"]]
        text = "".join(f"{part}\n" for part in parts)
        mac = base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)).decode()
        if not hmac.compare_digest(mac, request["mac"]):
            return _error(401, 40101, "mac does not match")
        if abs(time.time() * 1000 - request["timestamp"]) > _CLOCK_TOLERANCE_MS:
            return _error(401, 40104, "Timestamp not current")
        if len(request["nonce"]) < 16 or request["nonce"] in self.nonces:
            return _error(401, 40105, "Nonce value replayed")
        self.nonces.add(request["nonce"])
        issued = request["timestamp"]
        return 201, {
            "token": f"{name}.{request['nonce']}",
            "keyName": name,
            "issued": issued,
            "expires": issued + request["ttl"],
            "capability": request["capability"],
        }


@contextmanager
def ably() -> Iterator[AblyApp]:
    app = AblyApp()

    class Api(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            body, parts = self.body(), self.path.split("/")
            match parts:
                case ["", "channels", channel, "messages"]:
                    wanted = "Basic " + base64.b64encode(app.key.encode()).decode()
                    if not hmac.compare_digest(self.headers.get("Authorization", ""), wanted):
                        self._say(*_error(401, 40101, "Invalid credentials"))
                    elif self.headers.get("Content-Type") != "application/json":
                        self._say(*_error(415, 40000, "Unsupported media type"))
                    else:
                        self._say(*app.publish(unquote(channel), json.loads(body)))
                case ["", "keys", key_name, "requestToken"]:
                    self._say(*app.request_token(unquote(key_name), json.loads(body)))
                case _:
                    self._say(*_error(404, 40400, "Not found"))

        def _say(self, status: int, content: Any) -> None:
            self.answer(status, json.dumps(content).encode())

    with serving(Api) as origin:
        app.origin = origin
        yield app


def _error(status: int, code: int, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"statusCode": status, "code": code, "message": message}}
