"""Sends push messages to browsers, through the push service that each browser chose."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from bedside.adapters.allowed_hosts import AddressError, AllowedHosts
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.adapters.retry_after import retry_after_ms
from bedside.adapters.webpush.encoding import decoded, encoded
from bedside.adapters.webpush.encryption import CURVE, MOST_BYTES, SALT_BYTES, encrypt
from bedside.adapters.webpush.vapid import VapidKeys
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.ports.channels import Address, Delivery, DeliveryUnknownError, Message, PushSubscription

# For one message as a whole.
_DEADLINE_S: Final = 5.0
# One message, plus the five seconds that DynamoDB needs afterwards.
_NEEDED_S: Final = 11.0
# There are four push services in use; somebody could subscribe with more addresses of theirs.
_MOST_CLIENTS: Final = 8
_GONE: Final = frozenset({404, 410})
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_ELLIPSIS: Final = "…"


class WebPush:
    """A channel to subscribed browsers.

    The service worker receives a JSON object: `title`, `text`, `link` (a URL or null), `critical`, and `messageId`, the
    same when a message comes again. Push services see only when something is sent to which browser. `hosts` are
    patterns of AllowedHosts, because a subscription's address comes from the caller who subscribed.
    """

    def __init__(
        self, keys: VapidKeys, hosts: Collection[str], randomness: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._keys = keys
        self._hosts = AllowedHosts(hosts)
        self._randomness = randomness
        self._clients: dict[str, RestClient] = {}

    def send(self, to: Address, message: Message) -> Delivery:
        """Send a message, within 5 seconds.

        A subscription that its service does not know any more is "gone", as is one whose key was removed. Raises
        DeliveryUnknownError, UnavailableError.
        """
        if not isinstance(to, PushSubscription):
            return Delivery("refused")
        try:
            parts = self._hosts.parse(to.endpoint)
            browser_key, auth = decoded(to.p256dh), decoded(to.auth)
            body = encrypt(
                payload(message),
                browser_key,
                auth,
                ec.generate_private_key(CURVE),
                self._randomness(SALT_BYTES),
            )
        except (AddressError, ValueError):
            return Delivery("refused")
        origin = f"{parts.scheme}://{parts.netloc}"
        authorization = self._keys.authorization(to.key_id, origin)
        if authorization is None:
            return Delivery("gone")
        headers = {
            "Authorization": authorization,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl_s),
            "Urgency": "high" if message.critical else "normal",
            "Topic": topic(message.message_id),
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _delivery(self._post(origin, path, headers, body))

    def _post(self, origin: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to send a push message.", "OutOfTime")
        try:
            # A message with the same topic replaces the one that the service still holds, so a second one is harmless.
            return self._client(origin).request("POST", path, headers, body, deadline_s=_DEADLINE_S, idempotent=True)
        # Not chained: the path is what admits to the subscription.
        except RestError as error:
            if error.sent:
                raise DeliveryUnknownError("The push service does not answer.", str(error)) from None
            raise UnavailableError("The push service does not answer.", str(error)) from None

    def _client(self, origin: str) -> RestClient:
        if origin not in self._clients:
            if len(self._clients) >= _MOST_CLIENTS:
                for client in self._clients.values():
                    client.close()
                self._clients.clear()
            self._clients[origin] = RestClient(origin, public_only=True)
        return self._clients[origin]


def payload(message: Message) -> bytes:
    """Return the JSON object for the service worker, its text shortened until it fits into one push message."""
    text = message.text
    while True:
        document = {
            "title": message.title,
            "text": text,
            "link": message.link,
            "critical": message.critical,
            "messageId": message.message_id,
        }
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        surplus = len(content) - MOST_BYTES
        if surplus <= 0 or not text:
            return content
        # A character may take several bytes, so this may shorten it more than once, and never too little.
        text = text[: max(0, len(text) - max(1, surplus // 4) - 1)].rstrip(_ELLIPSIS).rstrip()
        text = text + _ELLIPSIS if text else ""


def topic(message_id: str) -> str:
    """Return the name under which a push service replaces a waiting message: at most 32 characters of base64url."""
    return encoded(hashlib.sha256(message_id.encode()).digest()[:18])


def _delivery(answer: Answer) -> Delivery:
    retry_ms = retry_after_ms(answer.headers.get("retry-after", ""), time.time_ns() // 1_000_000)
    if 200 <= answer.status < 300:  # noqa: PLR2004  # HTTP's successes
        return Delivery("sent")
    if answer.status in _GONE:
        return Delivery("gone")
    if answer.status == _TOO_MANY or (answer.status == _UNAVAILABLE and retry_ms is not None):
        return Delivery("throttled", retry_after_ms=retry_ms)
    if answer.status >= 500:  # noqa: PLR2004  # server errors
        raise DeliveryUnknownError("The push service does not answer as expected.", f"HTTP {answer.status}")
    return Delivery("refused")
