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


def sent(clinic: Clinic, *phones: str) -> list[bool]:
    """Ask for a code for each; tells to which one was sent."""
    found = []
    for phone in phones:
        before = len(clinic.wiring.identity.sms.messages)
        assert ask(clinic, phone).status == 202
        found.append(len(clinic.wiring.identity.sms.messages) > before)
    return found


def test_the_breaker_opens(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """A metric that raises an alarm, and nothing is sent; the answer is that of a number that goes on."""
    assert ask(clinic, "+64215550199").json == {"phone": "+64215550199", "expiresIn": 300, "resendAfter": 30}
    assert len(clinic.wiring.identity.sms.messages) == 3
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    assert [line["SmsBreakerOpen"] for line in metrics if "SmsBreakerOpen" in line] == [[1.0]]


def test_numbers_that_signed_in_before_go_on(clinic: Clinic) -> None:
    """Whoever exhausts the prefix keeps nobody of it away; and at no step can they tell who goes on."""
    known, unknown = "+64215550101", "+64215550199"
    assert clinic.sign_in(known)["user"]["phone"] == known
    assert sent(clinic, *(f"+6421555020{number}" for number in range(6))) == [True] * 5 + [False]
    messages = clinic.wiring.identity.sms.messages
    clinic.wiring.ahead_ms = 60_000
    before, found = len(messages), []
    for phone in (known, unknown):
        answers = [ask(clinic, phone), ask(clinic, phone)]
        answers += [clinic.verify(phone, "000000") for _ in range(6)]
        clinic.wiring.ahead_ms += 30_000
        answers += [ask(clinic, phone)]
        clinic.wiring.ahead_ms -= 30_000
        found.append(
            [(answer.status, answer.headers.get("retry-after"), answer.text.replace(phone, "")) for answer in answers]
        )
    for one, other in zip(*found, strict=True):
        assert one == other
    assert [phone for phone, _ in messages[before:]] == [known, known]
    assert clinic.verify(known, clinic.wiring.identity.sms.code_for(known)).status == 200


def test_another_prefix_goes_on(clinic: Clinic) -> None:
    """Only the range that is pumped is stopped."""
    assert sent(clinic, "+64215550199", "+64225550199", "+14155552671") == [False, True, True]


def test_codes_that_are_used_open_it_again(clinic: Clinic) -> None:
    """Each lets five others be sent."""
    assert clinic.verify("+64215550101", clinic.wiring.identity.sms.code_for("+64215550101")).status == 200
    assert sent(clinic, *(f"+6421555020{number}" for number in range(6))) == [True] * 5 + [False]


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
    assert sent(clinic, "+64215550199") == [False]
    assert clinic.verify("+64215550101", code).status == 200
    refusal(clinic.verify("+64215550101", code), 401, "otp-invalid")
    assert sent(clinic, *(f"+6421555020{number}" for number in range(6))) == [True] * 5 + [False]


def test_the_next_hour_is_free(clinic: Clinic) -> None:
    """It begins with the allowance."""
    clinic.wiring.ahead_ms = HOUR - NOW % HOUR - 1
    assert sent(clinic, "+64215550199") == [False]
    clinic.wiring.ahead_ms += 1
    assert sent(clinic, *(f"+6421555020{number}" for number in range(4))) == [True] * 3 + [False]


def test_a_dropped_send_is_counted_like_any(clinic: Clinic) -> None:
    """Or the sixth within an hour would tell that nothing was sent; the cool-down's are not."""
    assert sent(clinic, "+64215550100") == [False]
    clinic.wiring.ahead_ms = 60_000
    assert sent(clinic, "+64215550100") == [False]
    person = clinic.person("+64215550100")
    assert person
    assert person["sends"] == [NOW, NOW + 60_000]
