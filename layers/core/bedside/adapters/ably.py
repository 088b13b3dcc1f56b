"""Ably's REST API: publishing messages, and signing token requests that browsers redeem with Ably.

https://ably.com/docs/api/rest-api and https://ably.com/docs/api/token-request-spec
"""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Final
from urllib.parse import quote

from bedside.adapters.rest import RestClient, RestError

_DEADLINE_S: Final = 1.0
_TOKEN_LIFE_MS: Final = 60 * 60 * 1000


class AblyError(Exception):
    """Ably did not accept the message."""


class Ably:
    """One Ably app, identified by its API key `{keyName}:{secret}`."""

    def __init__(self, rest_url: str, key: str) -> None:
        self._rest = RestClient(rest_url)
        self._key = key

    def publish(self, channel: str, event: str, message_id: str, data: str) -> None:
        """Publish one message within a second; `message_id` makes the call idempotent. Raises AblyError."""
        headers = {
            "Authorization": f"Basic {base64.b64encode(self._key.encode()).decode()}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"id": message_id, "name": event, "data": data}).encode()
        path = f"/channels/{quote(channel, safe='')}/messages"
        try:
            answer = self._rest.request("POST", path, headers, body, deadline_s=_DEADLINE_S, idempotent=True)
        except RestError as error:
            raise AblyError(str(error)) from error
        if answer.status != 201:  # noqa: PLR2004  # documented by Ably for a publish
            raise AblyError(f"HTTP {answer.status}")

    def token_request(self, channel: str, now_ms: int) -> dict[str, str | int]:
        """Return a signed request for a token that may only subscribe to `channel`, for an hour."""
        name, secret = self._key.split(":", 1)
        capability = json.dumps({channel: ["subscribe"]}, separators=(",", ":"))
        nonce = secrets.token_hex(16)
        text = "\n".join([name, str(_TOKEN_LIFE_MS), capability, "", str(now_ms), nonce]) + "\n"
        mac = hmac.digest(secret.encode(), text.encode(), hashlib.sha256)
        return {
            "keyName": name,
            "ttl": _TOKEN_LIFE_MS,
            "capability": capability,
            "timestamp": now_ms,
            "nonce": nonce,
            "mac": base64.b64encode(mac).decode(),
        }
