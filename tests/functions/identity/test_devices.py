"""Browsers that signed in before: whoever guesses, floods or locks a number elsewhere does not keep its owner out."""

from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.limits import OTP_SEND, OTP_VERIFY
from bedside.platform.limits.policies import Policy
from tests.conftest import IDENTITY
from tests.fakes.aws_calls import listen
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.identity.test_otp import ADDRESS, wrong
from tests.functions.identity.test_otp_limits import DAY, HOUR, MINUTE, NOW, fail_so_often

PHONE, OTHER = "+64215550111", "+64215550112"


@pytest.fixture(autouse=True)
def stopped_clock(clinic: Clinic) -> None:
    """Let a test say what time it is."""
    clinic.wiring.stopped_ms = NOW


def send(clinic: Clinic, *tokens: str, phone: str = PHONE) -> Answer:
    return clinic.call("otp_send", {"phone": phone, "deviceTokens": tokens})


def verify(clinic: Clinic, otp: str, *tokens: str, phone: str = PHONE) -> Answer:
    return clinic.call("otp_verify", {"phone": phone, "otp": otp, "deviceTokens": tokens})


def sign_in(clinic: Clinic, *tokens: str) -> Any:
    """Sign in from a browser that holds these tokens; gives the answer."""
    assert send(clinic, *tokens).status == 202
    answer = verify(clinic, clinic.wiring.identity.sms.code_for(PHONE), *tokens)
    assert answer.status == 200, answer
    return answer.json


@pytest.fixture
def token(clinic: Clinic) -> str:
    """The token of a browser in which the owner has signed in."""
    return str(sign_in(clinic)["deviceToken"])


def attack(clinic: Clinic) -> None:
    """Use up all that attempts from elsewhere may do in a day."""
    for number in range(10):
        clinic.wiring.ahead_ms = MINUTE + number * HOUR
        code = clinic.send(PHONE)
        for _ in range(5):
            refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
        refusal(clinic.verify(PHONE, code), 429, "too-many-attempts")
    clinic.wiring.ahead_ms += 30_000
    refusal(send(clinic), 429, "too-many-codes")


def test_guesses_from_elsewhere_block_nobody_who_signed_in_before(clinic: Clinic, token: str) -> None:
    """Their right code is right, whoever sent it, and they get a new one, after five rounds and after ten."""
    attack(clinic)
    newest = clinic.wiring.identity.sms.code_for(PHONE)
    refusal(verify(clinic, newest), 429, "too-many-attempts")
    assert verify(clinic, newest, token).status == 200
    token = sign_in(clinic, token)["deviceToken"]
    refusal(send(clinic), 429, "too-many-codes")
    assert sign_in(clinic, token)["user"]["phone"] == PHONE


def test_a_locked_number_is_open_to_a_browser_that_signed_in_before(clinic: Clinic, token: str) -> None:
    """And stays locked to others: their count is theirs."""
    fail_so_often(clinic, 100)
    refusal(send(clinic), 429, "too-many-attempts")
    found = sign_in(clinic, token)
    assert (found["user"]["locked"], found["user"]["lockedUntil"]) == (True, "2026-12-21T02:31:52.345Z")
    refusal(send(clinic), 429, "too-many-attempts")
    assert sign_in(clinic, found["deviceToken"])["deviceToken"][:16] == token[:16]


def test_a_browser_that_signed_in_before_needs_no_quota(clinic: Clinic, token: str) -> None:
    """Neither its prefix's, nor that of an address that a whole hospital and its visitors share."""
    allowance = clinic.wiring.identity.settings.sms_address_allowance
    for number in range(allowance + 10):
        if send(clinic, phone=f"+6421556{number:04d}").status == 429:
            break
    refusal(send(clinic, phone="+64225550111"), 429, "too-many-codes")
    refusal(send(clinic), 429, "too-many-codes")
    assert sign_in(clinic, token)["user"]["phone"] == PHONE


@pytest.mark.parametrize("policy", [OTP_SEND, OTP_VERIFY], ids=lambda policy: policy.name)
def test_a_shared_address_does_not_keep_a_browser_out(clinic: Clinic, token: str, policy: Policy) -> None:
    """Visitors behind the address of a hospital use up its limit: others are refused there, and staff go on."""
    for _ in range(policy.limit.quota - 1):  # the first sign-in was one
        clinic.wiring.platform.limiter.check(policy, ADDRESS, NOW)
    refusal(send(clinic) if policy is OTP_SEND else verify(clinic, "123456"), 429, "too-many-requests")
    assert sign_in(clinic, token)["user"]["phone"] == PHONE


def test_a_browser_has_limits_too(clinic: Clinic, token: str) -> None:
    """Five codes an hour, five tries each; others are not blocked by them."""
    for number in range(5):
        clinic.wiring.ahead_ms = MINUTE + number * 30_000
        assert send(clinic, token).json == {"phone": PHONE, "expiresIn": 300, "resendAfter": 30}
        assert send(clinic, token).json == {"phone": PHONE, "expiresIn": 300, "resendAfter": 30}
    code = clinic.wiring.identity.sms.code_for(PHONE)
    clinic.wiring.ahead_ms += 30_000
    answer = send(clinic, token)
    refusal(answer, 429, "too-many-codes")
    assert answer.headers["ratelimit-policy"] == '"otp-send";q=5;w=3600'
    for _ in range(5):
        refusal(verify(clinic, wrong(code), token), 401, "otp-invalid")
    answer = verify(clinic, code, token)
    refusal(answer, 429, "too-many-attempts")
    assert answer.headers["retry-after"] == str(3600 - 150)
    assert clinic.sign_in(PHONE)["user"]["phone"] == PHONE


def test_a_browser_that_guesses_is_trusted_no_more(clinic: Clinic, token: str) -> None:
    """After twenty wrong codes in a row it counts with all others, for a month."""
    for number in range(4):
        clinic.wiring.ahead_ms = MINUTE + number * 30_000
        assert send(clinic, token).status == 202
        for _ in range(5):
            refusal(verify(clinic, "000000", token), 401, "otp-invalid")
    person = clinic.person(PHONE)
    assert person
    assert (person["failures"], person["sends"]) == (0, [])
    clinic.wiring.ahead_ms += 30_000
    assert send(clinic, token).status == 202
    refusal(verify(clinic, "000000", token), 401, "otp-invalid")
    person = clinic.person(PHONE)
    assert person
    assert (person["failures"], len(person["sends"])) == (1, 1)


@pytest.mark.parametrize("other", ["another's", "invented", "of another key", "none"])
def test_no_other_token_opens_anything(clinic: Clinic, token: str, other: str) -> None:
    """Another number's, a changed one, and one before the kill switch: as if there were none."""
    fail_so_often(clinic, 100)
    tokens = {
        "another's": [clinic.sign_in(OTHER)["deviceToken"]],
        "invented": [f"{token[:16]}{NOW + 1:011x}{token[27:]}", "x", "💉", ""],
        "of another key": [token[:-1] + ("A" if token[-1] != "A" else "B")],
        "none": [],
    }[other]
    refusal(send(clinic, *tokens), 429, "too-many-attempts")
    refusal(verify(clinic, "123456", *tokens), 429, "too-many-attempts")
    assert send(clinic, *tokens, token).status == 202


def test_the_kill_switch_ends_the_trust(clinic: Clinic, token: str) -> None:
    """Of every browser, as a lost one may be among them; the next sign-in begins it anew."""
    pair = sign_in(clinic, token)
    clinic.wiring.ahead_ms = MINUTE
    assert clinic.call("auth_kill_switch", {}, token=pair["accessToken"]).status == 204
    fail_so_often(clinic, 100)
    for dead in (token, pair["deviceToken"]):
        refusal(send(clinic, dead), 429, "too-many-attempts")
        refusal(verify(clinic, "123456", dead), 429, "too-many-attempts")


def test_all_browsers_of_a_number_share_its_day(clinic: Clinic) -> None:
    """A sign-in without a token makes another device, but not another fifty codes; those elsewhere count apart."""
    tokens = [str(sign_in(clinic)["deviceToken"]) for _ in range(3)]
    for number in range(50):
        clinic.wiring.ahead_ms = number * MINUTE
        tokens[number % 3] = sign_in(clinic, tokens[number % 3])["deviceToken"]
    for token in tokens:
        answer = send(clinic, token)
        refusal(answer, 429, "too-many-codes")
        assert answer.headers["ratelimit-policy"] == '"otp-send-total";q=50;w=86400'
        assert answer.headers["retry-after"] == str(86_400 - 49 * 60)
    assert send(clinic).status == 202
    clinic.wiring.ahead_ms = DAY
    assert send(clinic, tokens[0]).status == 202


def test_twenty_browsers_are_trusted(clinic: Clinic) -> None:
    """One more ends the trust in the one that signed in longest ago; signing in again makes none of a known one."""
    tokens = [str(sign_in(clinic)["deviceToken"]) for _ in range(20)]
    tokens[0] = str(sign_in(clinic, tokens[0])["deviceToken"])
    person = clinic.person(PHONE)
    assert person
    assert person["devices"] == [token[:16] for token in (*tokens[1:], tokens[0])]
    tokens.append(str(sign_in(clinic)["deviceToken"]))
    fail_so_often(clinic, 100)
    refusal(send(clinic, tokens[1]), 429, "too-many-attempts")
    refusal(verify(clinic, "123456", tokens[1]), 429, "too-many-attempts")
    for token in (tokens[0], tokens[2], tokens[20]):
        assert send(clinic, token).status == 202


def test_a_revoked_token_does_not_lock_its_own_browser_out(clinic: Clinic, token: str) -> None:
    """It is as good as none: the device's budget, which no send resets from then on, is asked no more."""
    pair = sign_in(clinic, token)
    assert send(clinic, token).status == 202
    for _ in range(5):
        refusal(verify(clinic, "000000", token), 401, "otp-invalid")
    clinic.wiring.ahead_ms = MINUTE
    assert clinic.call("auth_kill_switch", {}, token=pair["accessToken"]).status == 204
    assert send(clinic, pair["deviceToken"]).status == 202
    for _ in range(4):
        refusal(verify(clinic, "000000", pair["deviceToken"]), 401, "otp-invalid")
    answer = verify(clinic, clinic.wiring.identity.sms.code_for(PHONE), pair["deviceToken"])
    assert answer.status == 200, answer
    assert answer.json["deviceToken"][:16] != token[:16]


def test_a_repeated_attempt_uses_up_no_try(clinic: Clinic, token: str) -> None:
    """However often the answer is lost: it is the same sign-in, and the next code has all its tries."""
    assert send(clinic, token).status == 202
    code = clinic.wiring.identity.sms.code_for(PHONE)
    body = {"phone": PHONE, "otp": code, "deviceTokens": [token], "attemptId": "a" * 22}
    answers = [clinic.call("otp_verify", body) for _ in range(30)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["refreshToken"] for answer in answers}) == 1
    device = Table(IDENTITY).get(f"device#{clinic.user_id(PHONE)}#{token[:16]}")
    assert device
    assert (device["checks"], device["failures"]) == (0, 0)


def test_a_device_token_is_no_sign_in(clinic: Clinic, token: str) -> None:
    """It opens no call, renews nothing, and signs nobody in without a code."""
    refusal(clinic.call("auth_me", token=token), 401, "unauthorized")
    refusal(clinic.call("auth_refresh", {"refreshToken": token}), 401, "unauthorized")
    refusal(verify(clinic, "123456", token), 401, "otp-invalid")
    assert clinic.user_id(PHONE) not in token


def test_what_a_browser_that_signed_in_before_costs(
    clinic: Clinic, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reading more than others to send, and one to sign in."""
    calls = listen(monkeypatch)
    assert send(clinic, token).status == 202
    assert calls.made == ["GetItem", "GetItem", "TransactWriteItems"]
    calls.mend()
    code = clinic.wiring.identity.sms.code_for(PHONE)
    refusal(verify(clinic, wrong(code), token), 401, "otp-invalid")
    assert calls.made == ["GetItem", "UpdateItem"]
    calls.mend()
    assert verify(clinic, code, token).status == 200
    assert calls.made == ["GetItem", "UpdateItem", "TransactWriteItems"]


def test_a_code_works_once_wherever_it_is_used(clinic: Clinic, token: str) -> None:
    """Asked for in a browser that signed in before, used in another, or the other way round."""
    for sender, user in (((token,), ()), ((), (token,))):
        clinic.wiring.ahead_ms += DAY
        assert send(clinic, *sender).status == 202
        code = clinic.wiring.identity.sms.code_for(PHONE)
        assert verify(clinic, code, *user).status == 200
        for tokens in ((), (token,)):
            refusal(verify(clinic, code, *tokens), 401, "otp-invalid")


@pytest.mark.parametrize("tokens", ["x", None, [7], ["x" * 101], ["x"] * 51, {}])
def test_what_is_no_list_of_tokens_is_refused(clinic: Clinic, tokens: object) -> None:
    """422 that names the field, before anything is sent or counted."""
    for call, body in (("otp_send", {}), ("otp_verify", {"otp": "123456"})):
        answer = clinic.call(call, {"phone": PHONE, "deviceTokens": tokens, **body})
        refusal(answer, 422, "invalid-request")
        assert {fault["field"].split(".")[0] for fault in answer.json["errors"]} == {"deviceTokens"}
    assert clinic.people() == [[], []]
