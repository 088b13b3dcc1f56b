"""Webhooks are whose they say, or refused: forged, stale, tampered with, and without the right secret."""

import base64
import hashlib
import hmac
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.webhooks.errors import ForgedWebhookError
from bedside.webhooks.verification import TOLERANCE_S, Delivery, HeaderSecrets, StandardSignature, StripeSignature

NOW_S = 1_795_228_312
NOW = NOW_S * 1000 + 999
BODY = '{"id":"evt_1","naïve":"💉"}'.encode()
OLD, NEW = "whsec_" + base64.b64encode(b"o" * 24).decode(), "whsec_" + base64.b64encode(b"n" * 24).decode()

type Sign = Callable[..., Delivery]


def stripe(secret: str = NEW, at: int = NOW_S, body: bytes = BODY, sent: bytes = BODY) -> Delivery:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return Delivery({"stripe-signature": f"t={at},v1={digest}"}, sent)


def standard(secret: str = NEW, at: int = NOW_S, body: bytes = BODY, sent: bytes = BODY) -> Delivery:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.digest(key, f"msg_1.{at}.".encode() + body, "sha256")).decode()
    return Delivery({"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,{digest}"}, sent)


def check(delivery: Delivery, now: int = NOW) -> None:
    """Verify with both secrets, in whichever way the delivery was signed."""
    way = StripeSignature if "stripe-signature" in delivery.headers else StandardSignature
    way([OLD, NEW]).verify(delivery, now)


both = pytest.mark.parametrize("sign", [stripe, standard])


@both
@pytest.mark.parametrize("secret", [OLD, NEW])
def test_any_of_the_secrets_will_do(sign: Sign, secret: str) -> None:
    """So that a secret can be replaced without losing what is on its way."""
    check(sign(secret))


@both
def test_another_secret_will_not(sign: Sign) -> None:
    """Nor none at all."""
    with pytest.raises(ForgedWebhookError):
        check(sign("whsec_" + base64.b64encode(b"x" * 24).decode()))
    with pytest.raises(ForgedWebhookError):
        (StripeSignature if sign is stripe else StandardSignature)([]).verify(sign(), NOW)


@both
def test_what_was_tampered_with_is_refused(sign: Sign) -> None:
    """One byte of the body is enough, and so is a space that means nothing in JSON."""
    for sent in (BODY + b" ", BODY.replace(b"1", b"2"), b""):
        with pytest.raises(ForgedWebhookError):
            check(sign(sent=sent))


@both
@pytest.mark.parametrize("off", [-1, 1])
def test_what_is_stale_is_refused(sign: Sign, off: int) -> None:
    """After five minutes, and as long before, since clocks differ."""
    check(sign(at=NOW_S + off * TOLERANCE_S))
    with pytest.raises(ForgedWebhookError, match="old"):
        check(sign(at=NOW_S + off * (TOLERANCE_S + 1)))


@both
@pytest.mark.parametrize("stamp", ["", "x", "-1", "+1", "1 1", "1_0", "1.5", "१७९५२२८३१२", "9" * 5000])
def test_a_time_that_is_none_is_refused(sign: Sign, stamp: str) -> None:
    """Whatever Python would take for a number."""
    headers = {name: value.replace(str(NOW_S), stamp) for name, value in sign().headers.items()}
    with pytest.raises(ForgedWebhookError):
        check(Delivery(headers, BODY))


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=a", f"t={NOW_S}", f"t={NOW_S},v0=a", f"t={NOW_S},t={NOW_S},v1=a", ",,,", "="]
)
def test_half_a_stripe_signature_is_refused(header: str) -> None:
    """It has one time and at least one signature of the first version."""
    with pytest.raises(ForgedWebhookError):
        check(Delivery({"stripe-signature": header}, BODY))


def test_one_of_several_signatures_will_do() -> None:
    """Both services send one for each secret while they roll them; other versions are not looked at."""
    header = stripe().headers["stripe-signature"].replace("v1=", "v0=zz,v1=aa,v1=")
    check(Delivery({"stripe-signature": header}, BODY))
    headers = dict(standard().headers)
    headers["webhook-signature"] = f"v1a,abc nocomma v1,AAAA {headers['webhook-signature']}"
    check(Delivery(headers, BODY))


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_half_a_standard_webhook_is_refused(missing: str) -> None:
    """All three headers are needed, and all are signed."""
    headers = {name: value for name, value in standard().headers.items() if name != missing}
    with pytest.raises(ForgedWebhookError):
        StandardSignature([NEW]).verify(Delivery(headers, BODY), NOW)
    with pytest.raises(ForgedWebhookError):
        StandardSignature([NEW]).verify(Delivery({**standard().headers, "webhook-id": "msg_2"}, BODY), NOW)


def test_the_reference_librarys_signature_passes() -> None:
    """As the reference library signs it (https://github.com/standard-webhooks/standard-webhooks)."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    StandardSignature([secret]).verify(Delivery(headers, b'{"test": 2432232314}'), 1_614_265_330_000)


@both
@pytest.mark.parametrize("bad", ["", "whsec_", "whsec_AAAA", "whsec_!!", "short"])
def test_a_secret_that_is_none_lets_nobody_in_and_nobody_out(sign: Sign, bad: str) -> None:
    """Nobody gets in by it, and beside a good one it is as if it were not there; neither is shown."""
    way = StripeSignature if sign is stripe else StandardSignature
    way([bad, NEW]).verify(sign(NEW), NOW)
    with pytest.raises(ForgedWebhookError) as caught:
        way([bad]).verify(stripe(bad) if sign is stripe else standard("whsec_"), NOW)
    assert caught.value.__cause__ is None
    assert NEW not in repr(way([bad, NEW]))


FIRST, SECOND, THIRD = "the old secret of 100ms", "the new secret of 100ms", "another header's secret"
HMS = HeaderSecrets({"X-Bedside-Key": (FIRST, SECOND), "X-Other": (THIRD,)})


@pytest.mark.parametrize("key", [FIRST, SECOND])
def test_secret_headers_must_all_be_right(key: str) -> None:
    """By any of the secrets of each; names in any case."""
    HMS.verify(Delivery({"x-bedside-key": key, "x-other": THIRD}, BODY))
    for headers in ({}, {"x-bedside-key": key}, {"x-other": THIRD}, {"x-bedside-key": key, "x-other": THIRD.upper()}):
        with pytest.raises(ForgedWebhookError):
            HMS.verify(Delivery(headers, BODY))


def test_a_source_without_secrets_lets_nobody_in() -> None:
    """Nor one whose secrets are empty."""
    with pytest.raises(ForgedWebhookError):
        HeaderSecrets({}).verify(Delivery({}, BODY))
    with pytest.raises(ForgedWebhookError):
        HeaderSecrets({"x-key": ()}).verify(Delivery({"x-key": ""}, BODY))
    for headers in ({}, {"x-key": ""}):
        with pytest.raises(ForgedWebhookError):
            HeaderSecrets({"x-key": ("",)}).verify(Delivery(headers, BODY))
        with pytest.raises(ForgedWebhookError):
            HeaderSecrets({}, "x-key", (b"",)).verify(Delivery(headers, BODY))
    with pytest.raises(ForgedWebhookError):
        HeaderSecrets({}, "x-key", (b"",)).verify(
            Delivery({"x-key": hmac.new(b"", BODY, hashlib.sha256).hexdigest()}, BODY)
        )


def test_older_integrations_sign_the_body() -> None:
    """With HMAC-SHA256 in hex, besides or instead of secret headers."""
    way = HeaderSecrets({}, "X-Hms-Signature", (b"o" * 16, b"n" * 16))
    digest = hmac.new(b"n" * 16, BODY, hashlib.sha256).hexdigest()
    way.verify(Delivery({"x-hms-signature": digest}, BODY))
    way.verify(Delivery({"x-hms-signature": digest.upper()}, BODY))
    for headers, body in (({"x-hms-signature": digest}, BODY + b" "), ({}, BODY), ({"x-hms-signature": ""}, BODY)):
        with pytest.raises(ForgedWebhookError):
            way.verify(Delivery(headers, body))


@given(
    st.dictionaries(
        st.sampled_from(["stripe-signature", "webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()
    )
)
def test_nonsense_is_refused_and_breaks_nothing(headers: dict[str, str]) -> None:
    """Whatever stands in the headers, the answer is no."""
    for way in (StripeSignature([NEW]), StandardSignature([NEW])):
        with pytest.raises(ForgedWebhookError):
            way.verify(Delivery(headers, BODY), NOW)
