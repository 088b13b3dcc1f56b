"""SMS pumping: codes that go to one range of numbers and are never used are paid for; a breaker stops them."""

import json

import pytest

from tests.functions.clinic import Answer, Clinic, event_of, refusal

NOW = 1_795_228_312_345
HOUR = 3_600_000
CDN_SECRET = "of-cloudfront"


@pytest.fixture(autouse=True)
def allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow three unused codes in an hour to one prefix, and eight for one address."""
    monkeypatch.setenv("BEDSIDE_SMS_PREFIX_ALLOWANCE", "3")
    monkeypatch.setenv("BEDSIDE_SMS_ADDRESS_ALLOWANCE", "8")
    monkeypatch.setenv("BEDSIDE_CDN_SECRET", CDN_SECRET)


@pytest.fixture(autouse=True)
def exhausted(allowance: None, clinic: Clinic) -> None:  # noqa: ARG001  # it is set before
    """Let three codes go out that nobody uses."""
    clinic.wiring.stopped_ms = NOW
    for number in range(3):
        clinic.send(f"+6421555010{number}")


def ask(clinic: Clinic, phone: str) -> Answer:
    return clinic.call("otp_send", {"phone": phone})


def test_the_breaker_opens(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """429 until the next hour, a metric that raises an alarm, nothing sent, nothing written of the number."""
    answer = ask(clinic, "+64215550199")
    refusal(answer, 429, "too-many-codes")
    wait = 3600 - NOW % HOUR // 1000
    assert answer.headers["retry-after"] == str(wait)
    assert answer.headers["ratelimit-policy"] == '"otp-unused";q=3;w=3600'
    assert answer.headers["ratelimit"] == f'"otp-unused";r=0;t={wait}'
    assert len(clinic.wiring.identity.sms.messages) == 3
    assert clinic.person("+64215550199") is None
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    assert [line["SmsBreakerOpen"] for line in metrics if "SmsBreakerOpen" in line] == [[1.0]]


def test_known_numbers_are_refused_alike(clinic: Clinic) -> None:
    """Or the breaker would tell who is a user; those who hold a code can use it."""
    clinic.member("FAC001", ("clinician",), phone="+64215550198")
    known, unknown = ask(clinic, "+64215550198"), ask(clinic, "+64215550199")
    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert clinic.verify("+64215550101", clinic.wiring.identity.sms.code_for("+64215550101")).status == 200


def test_another_prefix_goes_on(clinic: Clinic) -> None:
    """Only the range that is pumped is stopped."""
    refusal(ask(clinic, "+64215550199"), 429, "too-many-codes")
    assert ask(clinic, "+64225550199").status == 202
    assert ask(clinic, "+14155552671").status == 202


def test_codes_that_are_used_open_it_again(clinic: Clinic) -> None:
    """Each lets five others be sent."""
    assert clinic.verify("+64215550101", clinic.wiring.identity.sms.code_for("+64215550101")).status == 200
    assert [ask(clinic, f"+6421555020{number}").status for number in range(6)] == [202] * 5 + [429]


def test_an_address_has_its_own_breaker(clinic: Clinic) -> None:
    """Whoever asks for codes all over the country is stopped too, wherever they go; another address goes on."""
    numbers = ("+64225550100", "+64225550101", "+64275550100", "+64285550100", "+61412345678", "+14155552671")
    assert [ask(clinic, phone).status for phone in numbers] == [202] * 5 + [429]
    answer = ask(clinic, "+14155552671")
    refusal(answer, 429, "too-many-codes")
    assert answer.headers["ratelimit-policy"] == '"otp-unused";q=8;w=3600'
    event = event_of("otp_send")
    event["requestContext"]["http"]["sourceIp"] = "203.0.113.8"
    event["headers"]["x-forwarded-for"] = "203.0.113.7"
    event["body"] = json.dumps({"phone": "+14155552671"})
    assert clinic.invoke("otp_send", event)["statusCode"] == 202
    assert "203.0.113" not in json.dumps(clinic.people())


def test_behind_cloudfront_callers_are_told_apart(clinic: Clinic) -> None:
    """By the address that CloudFront tells, which nobody else is believed."""
    numbers = ("+64225550100", "+64225550101", "+64275550100", "+64285550100", "+61412345678", "+14155552671")
    assert [ask(clinic, phone).status for phone in numbers] == [202] * 5 + [429]
    event = event_of("otp_send")
    event["body"] = json.dumps({"phone": "+14155552671"})
    event["headers"] |= {"x-bedside-caller": "203.0.113.8", "x-bedside-cdn": "a guess"}
    assert clinic.invoke("otp_send", event)["statusCode"] == 429
    event["headers"]["x-bedside-cdn"] = CDN_SECRET
    assert clinic.invoke("otp_send", event)["statusCode"] == 202


def test_wrong_codes_do_not(clinic: Clinic) -> None:
    """Nor does a code that is used twice."""
    code = clinic.wiring.identity.sms.code_for("+64215550101")
    refusal(clinic.verify("+64215550101", f"{(int(code) + 1) % 10**6:06d}"), 401, "otp-invalid")
    refusal(ask(clinic, "+64215550199"), 429, "too-many-codes")
    assert clinic.verify("+64215550101", code).status == 200
    refusal(clinic.verify("+64215550101", code), 401, "otp-invalid")
    assert [ask(clinic, f"+6421555020{number}").status for number in range(6)] == [202] * 5 + [429]


def test_the_next_hour_is_free(clinic: Clinic) -> None:
    """It begins with the allowance."""
    clinic.wiring.ahead_ms = HOUR - NOW % HOUR - 1
    refusal(ask(clinic, "+64215550199"), 429, "too-many-codes")
    clinic.wiring.ahead_ms += 1
    assert [ask(clinic, f"+6421555020{number}").status for number in range(4)] == [202] * 3 + [429]


def test_a_refused_send_is_not_counted(clinic: Clinic) -> None:
    """Nor are the cool-down's."""
    assert ask(clinic, "+64215550100").status == 202
    clinic.wiring.ahead_ms = 60_000
    refusal(ask(clinic, "+64215550100"), 429, "too-many-codes")
    person = clinic.person("+64215550100")
    assert person
    assert person["sends"] == [NOW]
