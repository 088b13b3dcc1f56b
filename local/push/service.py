"""The push service: subscriptions, and what was sent to them."""

import asyncio
import base64
import json
import os
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import http_ece  # type: ignore[import-untyped]  # it has no types
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.push.faults import Faults

_KEPT = 1000
_MOST_BYTES = 4096
_LONGEST_LIFE_S = 24 * 3600
_SKEW_S = 60
_LONGEST_TOPIC = 32
_URGENCIES = frozenset({"very-low", "low", "normal", "high"})


@dataclass
class Browser:
    """A browser with one subscription; `server_key` is the only one that may send to it, "" any."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    auth: bytes = field(repr=False)
    server_key: str
    is_gone: bool = False

    def subscription(self, root: str) -> dict[str, Any]:
        """Return what a browser's PushSubscription is as JSON."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _text(point), "auth": _text(self.auth)}
        return {"endpoint": f"{root}/push/send/{self.name}", "expirationTime": None, "keys": keys}


@dataclass(frozen=True)
class Received:
    """A message as the browser sees it, decrypted, with what the service saw of it."""

    browser: str
    content: Any
    ttl_s: int
    urgency: str
    topic: str
    at_ms: int


@dataclass(frozen=True)
class Answer:
    """What a sender gets."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """Everything that the stand-in knows. `root` is the origin of the endpoints that it makes."""

    root: str
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    chance: Callable[[], float] = random.random
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    faults: Faults = field(default_factory=Faults)
    browsers: dict[str, Browser] = field(default_factory=dict)
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def subscribe(self, server_key: str = "") -> dict[str, Any]:
        """Make a browser that subscribes, and return its subscription."""
        browser = Browser(
            _text(os.urandom(24)), ec.generate_private_key(ec.SECP256R1()), os.urandom(16), server_key.rstrip("=")
        )
        self.browsers[browser.name] = browser
        return browser.subscription(self.root)

    def expire(self, endpoint: str) -> None:
        """End a subscription, as a browser does whose user withdraws the permission. Raises KeyError."""
        self.browsers[endpoint.rpartition("/")[2]].is_gone = True

    async def send(self, name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Take a message; `headers` have lower-case names."""
        faults = self.faults
        await self.pause(faults.delay_ms / 1000)
        if self.now_ms() < faults.api_down:
            return Answer(503)
        if faults.answer:
            retry = {"Retry-After": str(faults.retry_after_s)} if faults.retry_after_s else {}
            return Answer(faults.answer, "switched on", retry)
        browser = self.browsers.get(name)
        if browser is None or browser.is_gone:
            return Answer(404 if browser is None else 410, "no such subscription")
        refusal = self._refusal(browser, headers, body)
        if refusal:
            return refusal
        try:
            plain = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
        except Exception as problem:  # noqa: BLE001 (the library raises many kinds)
            return Answer(400, f"cannot be decrypted: {type(problem).__name__}")
        if not faults.drops("", self.chance):
            self._deliver(browser, headers, plain)
        return Answer(201, headers={"Location": f"{self.root}/push/message/{_text(os.urandom(9))}"})

    def _deliver(self, browser: Browser, headers: Mapping[str, str], plain: bytes) -> None:
        try:
            content = json.loads(plain)
        except ValueError:
            content = plain.decode(errors="replace")
        topic = headers.get("topic", "")
        urgency = headers.get("urgency", "normal")
        self.received.append(Received(browser.name, content, int(headers["ttl"]), urgency, topic, self.now_ms()))

    def _refusal(self, browser: Browser, headers: Mapping[str, str], body: bytes) -> Answer | None:
        if len(body) > _MOST_BYTES:
            return Answer(413, "longer than 4096 bytes")
        if not headers.get("ttl", "").isdigit():
            return Answer(400, "no TTL")
        if headers.get("content-encoding") != "aes128gcm":
            return Answer(400, "not aes128gcm")
        if headers.get("urgency", "normal") not in _URGENCIES or len(headers.get("topic", "")) > _LONGEST_TOPIC:
            return Answer(400, "no such urgency, or too long a topic")
        try:
            self._verify(browser, headers.get("authorization", ""))
        except (ValueError, jwt.PyJWTError) as problem:
            return Answer(403, str(problem))
        return None

    def _verify(self, browser: Browser, authorization: str) -> None:
        """Raise ValueError or PyJWTError unless the sender proves a key that may send to this browser."""
        scheme, _, parameters = authorization.partition(" ")
        given = dict(part.strip().partition("=")[::2] for part in parameters.split(","))
        if scheme.lower() != "vapid" or not given.get("t") or not given.get("k"):
            raise ValueError("no VAPID credentials")
        if browser.server_key and given["k"].rstrip("=") != browser.server_key:
            raise ValueError("another key than the one that subscribed")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(given["k"]))
        claims = jwt.decode(
            given["t"],
            key,
            algorithms=["ES256"],
            audience=_origin(self.root),
            options={"require": ["aud", "exp", "sub"]},
            leeway=_SKEW_S,
        )
        if claims["exp"] > self.now_ms() // 1000 + _LONGEST_LIFE_S:
            raise ValueError("exp is more than 24 hours ahead")
        contact = urlsplit(claims["sub"])
        if contact.scheme not in {"mailto", "https", "http"} or any(sign in claims["sub"] for sign in " <>"):
            raise ValueError("sub is neither mailto: nor https:")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
