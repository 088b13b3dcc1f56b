"""Web push: encryption as its standards' example has it, our keys, and what becomes of a push service's answers."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import http_ece  # type: ignore[import-untyped]  # it has no types
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from pywebpush import WebPusher  # type: ignore[import-untyped]  # it has no types

from bedside.adapters.webpush.encoding import decoded, encoded
from bedside.adapters.webpush.encryption import CURVE, MOST_BYTES, encoded_point, encrypt
from bedside.adapters.webpush.sender import WebPush, payload, topic
from bedside.adapters.webpush.vapid import VapidKeys
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.ports.channels import Channel, Delivery, DeliveryUnknownError, Message, PushSubscription
from local.push.faults import Faults
from tests.examples import examples
from tests.fakes.hostile import Behaviour, hostile, refused, resetting, saying, silent
from tests.fakes.invocation import Invocation
from tests.fakes.push_service import PushService, push_service

SECRETS = {"2026-01": b"o" * 32, "2026-11": b"n" * 32}
CONTACT = "mailto:push@bedside.example"
MESSAGE = Message("Bedside", "You have an appointment tomorrow at 10:00.", "https://x/visit", False, "n-1", ttl_s=600)  # noqa: FBT003  # as the port has it
DEFAULT_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)


@pytest.fixture(scope="module")
def running() -> Iterator[PushService]:
    with push_service() as found:
        yield found


@pytest.fixture
def push(running: PushService) -> PushService:
    running.service.received.clear()
    running.service.faults = Faults()
    return running


def keys(**changes: bytes) -> VapidKeys:
    return VapidKeys({**SECRETS, **changes}, CONTACT, lambda: time.time_ns() // 1_000_000)


def channel(*hosts: str) -> Channel:
    return WebPush(keys(), hosts)


def test_the_standards_example_is_encrypted_as_there() -> None:
    """RFC 8291, appendix A."""
    ours = ec.derive_private_key(int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), CURVE)
    theirs = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        decoded(theirs),
        decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        ours,
        decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(plain=st.binary(max_size=MOST_BYTES), salt=st.binary(min_size=16, max_size=16))
@settings(max_examples=examples(20), deadline=None)
def test_others_decrypt_what_is_encrypted(plain: bytes, salt: bytes) -> None:
    """The library under pywebpush reads it, and it is as long as what pywebpush makes of the same; never too long."""
    theirs, auth = ec.generate_private_key(CURVE), b"a" * 16
    point = encoded_point(theirs.public_key())
    body = encrypt(plain, point, auth, ec.generate_private_key(CURVE), salt)
    assert http_ece.decrypt(body, private_key=theirs, auth_secret=auth, version="aes128gcm") == plain
    assert len(body) <= 4096
    peer = WebPusher({"endpoint": "https://x", "keys": {"p256dh": encoded(point), "auth": encoded(auth)}})
    assert not plain or len(peer.encode(plain, "aes128gcm")["body"]) == len(body)


@pytest.mark.parametrize(
    ("point", "auth", "plain"),
    [
        (b"\x04" + bytes(64), b"a" * 16, b""),
        (b"", b"a" * 16, b""),
        (b"\x02" + bytes(32), b"a" * 16, b""),
        (None, b"a" * 15, b""),
        (None, b"a" * 16, b"x" * (MOST_BYTES + 1)),
    ],
    ids=["off the curve", "no key", "compressed", "short secret", "long message"],
)
def test_what_no_browser_has_is_refused(point: bytes | None, auth: bytes, plain: bytes) -> None:
    """A key that is none, a secret of another length, a message that no push service takes."""
    ours = ec.generate_private_key(CURVE)
    with pytest.raises(ValueError, match=r".*"):
        encrypt(plain, encoded_point(ours.public_key()) if point is None else point, auth, ours, bytes(16))


def test_our_keys_are_proved_for_one_service_and_half_a_day() -> None:
    """The token is for the service's origin alone, names a contact, and is used again within the hour."""
    now = 1_800_000_000
    ours = VapidKeys(SECRETS, CONTACT, lambda: now * 1000)
    header = ours.authorization("", "https://web.push.apple.com")
    assert header
    scheme, _, rest = header.partition(" ")
    token, _, key = rest.partition(", k=")
    assert (scheme, key) == ("vapid", ours.public_key("2026-11"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    claims = jwt.decode(
        token.removeprefix("t="),
        public,
        ["ES256"],
        audience="https://web.push.apple.com",
        options={"verify_exp": False},
    )
    assert claims == {"aud": "https://web.push.apple.com", "exp": now + 12 * 3600, "sub": CONTACT}
    now += 3599
    assert ours.authorization("2026-11", "https://web.push.apple.com") == header
    now += 1
    assert ours.authorization("", "https://web.push.apple.com") != header
    assert "fcm" not in (ours.authorization("", "https://fcm.googleapis.com") or "")


def test_a_replaced_key_serves_those_who_subscribed_with_it() -> None:
    """Browsers get the newest; a removed one is known no more, and no secret is too large to be a key."""
    ours = keys()
    assert ours.newest == "2026-11"
    old = ours.public_key("2026-01")
    assert ours.find_id(old) == ours.find_id(f"{old}=") == "2026-01"
    assert ours.find_id("") is ours.find_id(keys(other=b"\xff" * 32).public_key("other")) is None
    assert old in (ours.authorization("2026-01", "https://x") or "")
    assert ours.authorization("2025", "https://x") is None


def test_a_message_arrives(push: PushService) -> None:
    """Encrypted for this browser, and with what the push service needs to know."""
    ours = keys()
    to = push.subscribe(ours.public_key("2026-01"), "2026-01")
    assert WebPush(ours, [push.origin]).send(to, MESSAGE) == Delivery("sent")
    [received] = push.service.received
    assert received.content == {
        "title": "Bedside",
        "text": "You have an appointment tomorrow at 10:00.",
        "link": "https://x/visit",
        "critical": False,
        "messageId": "n-1",
    }
    assert (received.ttl_s, received.urgency, received.topic) == (600, "normal", topic("n-1"))
    assert len(received.topic) <= 32


def test_a_second_one_replaces_the_first(push: PushService) -> None:
    """A message that is sent again has the same topic, another message another one; a critical one is urgent."""
    to, web_push = push.subscribe(), channel(push.origin)
    for each in (MESSAGE, replace(MESSAGE, critical=True), replace(MESSAGE, message_id="n-2")):
        assert web_push.send(to, each).state == "sent"
    first, again, other = push.service.received
    assert first.topic == again.topic != other.topic
    assert again.urgency == "high"


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        (404, 0, Delivery("gone")),
        (410, 0, Delivery("gone")),
        (429, 7, Delivery("throttled", retry_after_ms=7000)),
        (429, 0, Delivery("throttled")),
        (429, 86_400, Delivery("throttled", retry_after_ms=3_600_000)),
        (503, 2, Delivery("throttled", retry_after_ms=2000)),
        (400, 0, Delivery("refused")),
        (403, 0, Delivery("refused")),
        (413, 0, Delivery("refused")),
        (500, 0, None),
        (503, 0, None),
    ],
)
def test_answers_are_told_apart(push: PushService, status: int, retry_after: int, expected: Delivery | None) -> None:
    """Who is gone, who wants us to wait, who refuses; after an error of the service nobody knows."""
    push.service.faults = Faults(answer=status, retry_after_s=retry_after)
    if expected:
        assert channel(push.origin).send(push.subscribe(), MESSAGE) == expected
    else:
        with pytest.raises(DeliveryUnknownError):
            channel(push.origin).send(push.subscribe(), MESSAGE)


def test_a_withdrawn_subscription_is_gone(push: PushService) -> None:
    """So is one of a key that was removed, and one that the service never knew."""
    to, web_push = push.subscribe(), channel(push.origin)
    assert web_push.send(replace(to, key_id="2025"), MESSAGE) == Delivery("gone")
    assert web_push.send(replace(to, endpoint=f"{to.endpoint}x"), MESSAGE) == Delivery("gone")
    push.service.expire(to.endpoint)
    assert web_push.send(to, MESSAGE) == Delivery("gone")
    assert push.contents() == []


@pytest.mark.parametrize(
    ("behaviour", "limit_s"),
    [(silent, 0.3), (resetting, 5), (saying(b"nonsense\r\n\r\n"), 5)],
    ids=["silent", "reset", "x"],
)
def test_no_answer_leaves_open_what_was_done(
    behaviour: Behaviour, limit_s: float, monkeypatch: pytest.MonkeyPatch, push: PushService
) -> None:
    """The message may have been taken; the error does not say where it was going."""
    monkeypatch.setattr("bedside.adapters.webpush.sender._DEADLINE_S", limit_s)
    with hostile(behaviour) as origin:
        to = replace(push.subscribe(), endpoint=f"{origin}/secret-part")
        with pytest.raises(DeliveryUnknownError) as caught:
            channel(origin).send(to, MESSAGE)
    assert "secret-part" not in f"{caught.value!r}{caught.value.detail}{caught.value.cause}"
    assert caught.value.__cause__ is None


def test_nobody_there_means_that_nothing_was_sent(push: PushService) -> None:
    """Nor is anything begun for which the invocation has no time left."""
    origin = refused()
    with pytest.raises(UnavailableError) as caught:
        channel(origin).send(replace(push.subscribe(), endpoint=f"{origin}/x"), MESSAGE)
    assert not isinstance(caught.value, DeliveryUnknownError)
    invocation.begin(Invocation(remaining_ms=10_000))
    try:
        with pytest.raises(UnavailableError, match="no time left"):
            channel(push.origin).send(push.subscribe(), MESSAGE)
    finally:
        invocation.begin(Invocation(remaining_ms=900_000))
    assert push.contents() == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com.evil.example/x",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://me@fcm.googleapis.com/x",
        "https://169.254.169.254/latest",
        "https://push.apple.com/x",
        "https://[fcm",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_push_services_are_asked(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address comes from the person who subscribed, and could be any."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("asked for an address"))
    theirs = ec.generate_private_key(CURVE)
    to = PushSubscription(endpoint, encoded(encoded_point(theirs.public_key())), encoded(b"a" * 16))
    assert channel(*DEFAULT_HOSTS).send(to, MESSAGE) == Delivery("refused")
    assert channel(*DEFAULT_HOSTS).send("+64215550111", MESSAGE) == Delivery("refused")


def test_a_push_service_must_have_a_public_address(monkeypatch: pytest.MonkeyPatch, push: PushService) -> None:
    """Its name may have been pointed into our own network, and no proxy may look it up instead."""
    monkeypatch.setenv("HTTPS_PROXY", push.origin)
    found: Any = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    to = replace(push.subscribe(), endpoint="https://web.push.apple.com/x")
    with pytest.raises(UnavailableError) as caught:
        channel(*DEFAULT_HOSTS).send(to, MESSAGE)
    assert not isinstance(caught.value, DeliveryUnknownError)


@pytest.mark.parametrize("text", ["", "short", "word " * 2000, "ä€😀" * 3000, '"\\\n' * 3000])
def test_a_long_text_is_shortened_until_it_fits(text: str) -> None:
    """The rest is on the page that it opens; nothing is cut inside a character."""
    content = payload(replace(MESSAGE, text=text))
    assert len(content) <= MOST_BYTES
    sent = json.loads(content)["text"]
    assert sent == text if len(text) < 10 else sent.endswith("…")
    assert text.startswith(sent.removesuffix("…"))
    assert len(text) < 10 or len(content) > MOST_BYTES * 0.7


def test_base64url_is_read_with_or_without_padding() -> None:
    """And nothing else is: keys come from callers."""
    assert decoded(base64.urlsafe_b64encode(b"\xff\xfe").decode()) == decoded(encoded(b"\xff\xfe")) == b"\xff\xfe"
    for text in ("a+b/", "ä", "a b", "a"):
        with pytest.raises(ValueError, match=r".*"):
            decoded(text)
