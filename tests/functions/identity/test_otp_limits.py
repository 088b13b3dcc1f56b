"""The limits of one-time codes, with Redis there, stopped, and silent: they stand in the record, and hold."""

from collections.abc import Iterator

import pytest

from tests.conftest import IDENTITY, Upstash, client
from tests.fakes.hostile import hostile, refused, silent
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.identity.test_otp import wrong

NOW = 1_795_228_312_345
PHONE, OTHER = "+64215550111", "+64215550112"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.fixture(params=["here", "stopped", "silent"])
def redis_url(request: pytest.FixtureRequest, upstash: Upstash) -> Iterator[str]:
    if request.param == "here":
        yield upstash.url
    elif request.param == "stopped":
        yield refused()
    else:
        with hostile(silent) as origin:
            yield origin


@pytest.fixture(autouse=True)
def stopped_clock(clinic: Clinic) -> None:
    """Let a test say what time it is."""
    clinic.wiring.stopped_ms = NOW


def at(clinic: Clinic, ms: int) -> Clinic:
    """Set the time to so much after the beginning."""
    clinic.wiring.ahead_ms = ms
    return clinic


def ask(clinic: Clinic, phone: str = PHONE) -> Answer:
    return clinic.call("otp_send", {"phone": phone})


def limited(answer: Answer, slug: str, name: str, quota: int, window: int, wait: int) -> None:
    """Check that this is the limit's answer, and that it says when it ends."""
    refusal(answer, 429, slug)
    assert answer.headers["retry-after"] == str(wait)
    assert answer.headers["ratelimit-policy"] == f'"{name}";q={quota};w={window}'
    assert answer.headers["ratelimit"] == f'"{name}";r=0;t={wait}'


def failures(clinic: Clinic, phone: str = PHONE) -> int:
    person = clinic.person(phone)
    assert person
    return int(person["failures"])


def fail_so_often(clinic: Clinic, count: int) -> None:
    """Write so many failures into the record."""
    client("dynamodb").update_item(
        TableName=IDENTITY,
        Key={"pk": {"S": clinic.user_id(PHONE)}},
        UpdateExpression="SET failures = :n, failedAt = :now",
        ExpressionAttributeValues={":n": {"N": str(count)}, ":now": {"N": str(clinic.wiring.now_ms())}},
    )


def test_within_the_cool_down_nothing_is_sent(clinic: Clinic) -> None:
    """The answer says what is left of both, rounded up; after it a new code is sent, and the old one is valid too."""
    first = clinic.send(PHONE)
    assert ask(at(clinic, 10_500)).json == {"phone": PHONE, "expiresIn": 290, "resendAfter": 20}
    assert ask(at(clinic, 29_999)).json == {"phone": PHONE, "expiresIn": 271, "resendAfter": 1}
    assert len(clinic.wiring.identity.sms.messages) == 1
    assert ask(at(clinic, 30_000)).json == {"phone": PHONE, "expiresIn": 300, "resendAfter": 30}
    assert len(clinic.wiring.identity.sms.messages) == 2
    assert clinic.verify(PHONE, first).status == 200
    refusal(clinic.verify(PHONE, clinic.wiring.identity.sms.code_for(PHONE)), 401, "otp-invalid")


def test_using_a_code_ends_the_cool_down(clinic: Clinic) -> None:
    """Whoever signs in on another device right after needs another."""
    clinic.sign_in(PHONE)
    assert ask(at(clinic, 1)).json == {"phone": PHONE, "expiresIn": 300, "resendAfter": 30}
    assert len(clinic.wiring.identity.sms.messages) == 2


def test_a_ward_signs_in_all_day(clinic: Clinic) -> None:
    """A sign-in gives its sends back: ten in an hour go, with a lost message each; fifty messages a day are enough."""
    for number in range(25):
        at(clinic, number * 6 * MINUTE).send(PHONE)
        at(clinic, number * 6 * MINUTE + MINUTE).sign_in(PHONE)
    wait = 24 * 3600 - 150 * 60
    limited(ask(at(clinic, 150 * MINUTE)), "too-many-codes", "otp-send-total", 50, 86_400, wait)
    assert len(clinic.wiring.identity.sms.messages) == 50
    assert ask(at(clinic, DAY)).status == 202


def test_every_code_is_valid_as_long_as_its_message_says(clinic: Clinic) -> None:
    """Whichever of five was read; using one kills the rest, and more codes are not more tries."""
    for chosen in range(5):
        at(clinic, chosen * HOUR)
        codes = []
        for _ in range(5):
            codes.append(clinic.send(PHONE))
            clinic.wiring.ahead_ms += 30_000
        for _ in range(4):
            refusal(clinic.verify(PHONE, wrong(max(codes))), 401, "otp-invalid")
        assert clinic.verify(PHONE, codes[chosen]).status == 200
        for code in codes:
            refusal(clinic.verify(PHONE, code), 401, "otp-invalid")


def test_five_codes_an_hour(clinic: Clinic) -> None:
    """The sixth is refused until the first is an hour old; another number is free."""
    for number in range(5):
        at(clinic, number * 31_000).send(PHONE)
    at(clinic, 155_000)
    limited(ask(clinic), "too-many-codes", "otp-send", 5, 3600, 3600 - 155)
    limited(ask(at(clinic, HOUR - 1)), "too-many-codes", "otp-send", 5, 3600, 1)
    assert len(clinic.wiring.identity.sms.messages) == 5
    assert ask(clinic, OTHER).status == 202
    assert ask(at(clinic, HOUR)).status == 202
    assert len(clinic.wiring.identity.sms.messages) == 7
    limited(ask(at(clinic, HOUR + 30_000)), "too-many-codes", "otp-send", 5, 3600, 1)
    assert ask(at(clinic, HOUR + 31_000)).status == 202


def test_ten_codes_a_day(clinic: Clinic) -> None:
    """The eleventh is refused until the first is a day old."""
    for number in range(10):
        at(clinic, number * HOUR).send(PHONE)
    limited(ask(at(clinic, 10 * HOUR)), "too-many-codes", "otp-send-daily", 10, 86_400, 14 * 3600)
    limited(ask(at(clinic, DAY - 1)), "too-many-codes", "otp-send-daily", 10, 86_400, 1)
    assert len(clinic.wiring.identity.sms.messages) == 10
    assert ask(at(clinic, DAY)).status == 202


def test_a_code_is_checked_five_times(clinic: Clinic) -> None:
    """Then even the right one is refused, until a new code may be asked for: that one has its own five."""
    code = clinic.send(PHONE)
    for _ in range(5):
        refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
    limited(clinic.verify(PHONE, code), "too-many-attempts", "otp-verify", 5, 600, 30)
    limited(at(clinic, 12_001).verify(PHONE, code), "too-many-attempts", "otp-verify", 5, 600, 18)
    limited(at(clinic, 90_000).verify(PHONE, code), "too-many-attempts", "otp-verify", 5, 600, 1)
    assert failures(clinic) == 5
    code = clinic.send(PHONE)
    assert failures(clinic) == 5
    for _ in range(4):
        refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
    assert failures(clinic) == 9
    assert clinic.verify(PHONE, code).status == 200
    assert failures(clinic) == 0


def test_the_wait_after_guesses_is_until_a_code_may_be_asked_for(clinic: Clinic) -> None:
    """Where five codes were sent in this hour, that is longer than the cool-down."""
    for number in range(5):
        code = at(clinic, number * MINUTE).send(PHONE)
    for _ in range(5):
        clinic.verify(PHONE, wrong(code))
    limited(clinic.verify(PHONE, code), "too-many-attempts", "otp-verify", 5, 600, 3600 - 240)


def test_guesses_at_a_dead_code_are_not_counted(clinic: Clinic) -> None:
    """There is nothing to be guessed."""
    code = clinic.send(PHONE)
    for _ in range(8):
        refusal(at(clinic, 300_000).verify(PHONE, code), 401, "otp-invalid")
    assert failures(clinic) == 0


def test_a_hundred_wrong_codes_in_a_row_lock_a_number(clinic: Clinic) -> None:
    """Over as many codes and days as it takes, for thirty days; the answer says so. An admin unlocks it sooner."""
    clinic.member("FAC001", ("clinician",), phone=PHONE)
    for number in range(20):
        code = at(clinic, number * 3 * HOUR).send(PHONE)
        for _ in range(5):
            refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
    assert failures(clinic) == 100
    began = (20 - 1) * 3 * HOUR
    locked = ("too-many-attempts", "otp-failures", 100, 2_592_000)
    limited(clinic.verify(PHONE, code), *locked, 2_592_000)
    limited(ask(at(clinic, 60 * HOUR)), *locked, 2_592_000 - 3 * 3600)
    limited(clinic.verify(PHONE, code), *locked, 2_592_000 - 3 * 3600)
    answer = ask(at(clinic, began + 30 * DAY - 1))
    limited(answer, *locked, 1)
    assert "locked for another day." in answer.json["detail"]
    assert len(clinic.wiring.identity.sms.messages) == 20
    assert failures(clinic) == 100
    at(clinic, began)
    admin = clinic.member("FAC001", ("facilityAdmin",))
    found = clinic.call("users_page", token=admin, query={"phone": PHONE}).json["users"]
    assert [(user["locked"], user["lockedUntil"]) for user in found] == [(True, "2026-12-23T11:31:52.345Z")]
    unlocked = clinic.call("users_unlock", token=admin, path={"userId": clinic.user_id(PHONE)})
    assert (unlocked.status, unlocked.json["locked"], unlocked.json["lockedUntil"]) == (200, False, None)
    assert clinic.sign_in(PHONE)["user"]["locked"] is False


def test_a_lock_ends_by_itself(clinic: Clinic) -> None:
    """After thirty days the next code can be tried, and the count begins anew."""
    code = clinic.send(PHONE)
    fail_so_often(clinic, 100)
    refusal(clinic.verify(PHONE, code), 429, "too-many-attempts")
    code = at(clinic, 30 * DAY).send(PHONE)
    refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
    assert failures(clinic) == 1
    assert clinic.verify(PHONE, code).status == 200


def test_the_last_check_before_the_lock_may_be_right(clinic: Clinic) -> None:
    """And then the count begins anew; the hundredth wrong one locks."""
    code = clinic.send(PHONE)
    fail_so_often(clinic, 99)
    assert clinic.verify(PHONE, code).status == 200
    assert failures(clinic) == 0
    code = at(clinic, MINUTE).send(PHONE)
    fail_so_often(clinic, 99)
    refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
    refusal(clinic.verify(PHONE, code), 429, "too-many-attempts")


def test_a_number_that_nobody_knows_is_locked_as_well(clinic: Clinic) -> None:
    """And its failures are not forgotten with the codes that it was sent."""
    code = clinic.send(PHONE)
    clinic.verify(PHONE, wrong(code))
    fail_so_often(clinic, 100)
    refusal(at(clinic, 3 * DAY).verify(PHONE, code), 429, "too-many-attempts")


def test_a_lock_is_not_forgotten_before_it_ends(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even for a number that is nobody's, which is kept for longer; the guess that locks it is counted once."""
    code = clinic.send(PHONE)
    fail_so_often(clinic, 98)
    for locks in (False, True):
        capsys.readouterr()
        refusal(clinic.verify(PHONE, wrong(code)), 401, "otp-invalid")
        assert ("NumberLocked" in capsys.readouterr().out) is locks
    person = clinic.person(PHONE)
    assert person
    assert person["failures"] == 100
    assert person["ttl"] * 1000 > NOW + 30 * DAY + 300_000
    refusal(clinic.verify(PHONE, wrong(code)), 429, "too-many-attempts")


def test_a_message_that_cannot_be_sent_may_be_asked_for_at_once(clinic: Clinic) -> None:
    """503; nobody waits for what never came, but it counts, since who knows what SNS did."""
    clinic.wiring.identity.sms.broken = True
    answer = ask(clinic)
    refusal(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    person = clinic.person(PHONE)
    assert person
    assert (person["sends"], person["codes"]) == ([NOW], {})
    clinic.wiring.identity.sms.broken = False
    assert ask(clinic).json == {"phone": PHONE, "expiresIn": 300, "resendAfter": 30}
    assert clinic.verify(PHONE, clinic.wiring.identity.sms.code_for(PHONE)).status == 200
    clinic.wiring.identity.sms.broken = True
    for number in range(5):
        refusal(ask(at(clinic, MINUTE + number)), 503, "unavailable")
    refusal(ask(at(clinic, MINUTE + 5)), 429, "too-many-codes")


def test_a_message_that_certainly_was_not_sent_does_not_count(clinic: Clinic) -> None:
    """503 as well, but whoever tries again while SNS refuses is not locked out by it."""
    clinic.wiring.identity.sms.refusing = True
    for number in range(7):
        refusal(ask(at(clinic, number)), 503, "unavailable")
    person = clinic.person(PHONE)
    assert person
    assert (person["sends"], person["codes"]) == ([], {})
    clinic.wiring.identity.sms.refusing = False
    assert ask(clinic).json == {"phone": PHONE, "expiresIn": 300, "resendAfter": 30}
    assert clinic.verify(PHONE, clinic.wiring.identity.sms.code_for(PHONE)).status == 200


def test_a_whole_sign_in(clinic: Clinic) -> None:
    """Sign in, renew, look, leave: all from the record."""
    pair = clinic.sign_in(PHONE)
    renewed = clinic.call("auth_refresh", {"refreshToken": pair["refreshToken"]})
    assert renewed.status == 200
    token = renewed.json["accessToken"]
    assert clinic.call("auth_me", token=token).status == 200
    assert clinic.call("auth_logout", token=token).status == 204
    refusal(clinic.call("auth_me", token=token), 401, "unauthorized")
