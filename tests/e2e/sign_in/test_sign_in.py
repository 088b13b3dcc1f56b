"""Signing in, whatever is done at once, too often, or with a Redis that does not answer."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.e2e.aws import Aws
from tests.e2e.people import Caller, Reception, new_facility, new_number


def _slug(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]


def _other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def _me(reception: Reception, token: str) -> httpx.Response:
    return Caller(reception.http, token).call("GET", "/auth/me")


def test_from_the_number_to_the_sign_out(reception: Reception) -> None:
    """A code by message, in its exact form; a sign-in as a patient; a new pair for the old; and the end of it."""
    phone = new_number()
    sent = reception.send(phone)
    assert (sent.status_code, sent.json()) == (202, {"expiresIn": 300, "resendAfter": 30})
    (message,) = reception.messages(phone)
    code = message["text"][:6]
    assert message["text"] == (
        f"{code} is your Bedside code. It is valid for 5 minutes. Never share it.\n\n@localhost #{code}"
    )
    again = reception.send(phone)
    assert again.status_code == 202
    assert 0 < again.json()["resendAfter"] <= 30
    assert len(reception.messages(phone)) == 1
    answer = reception.verify(phone, code)
    person = reception.of(answer)
    assert person.pair["expiresIn"] == 900
    assert person.user["roles"] == ["patient"]
    assert (person.user["phone"], person.user["facilityId"]) == (phone, None)
    assert _slug(reception.verify(phone, code)) == "otp-invalid"
    assert person.call("GET", "/auth/me").json() == person.user
    renewed = reception.of(reception.refresh(person.pair["refreshToken"]))
    assert renewed.pair["refreshToken"] != person.pair["refreshToken"]
    assert renewed.call("GET", "/auth/me").json()["userId"] == person.user_id
    assert renewed.call("POST", "/auth/logout").status_code == 204
    assert renewed.call("GET", "/auth/me").status_code == 401
    assert reception.refresh(renewed.pair["refreshToken"]).status_code == 401


def test_code_serves_its_number_only(reception: Reception) -> None:
    """The code that one number got is refused for another, and still serves its own."""
    mine, yours = new_number(), new_number()
    code = reception.code(mine)
    while reception.code(yours) == code:  # one time in a million
        yours = new_number()
    assert _slug(reception.verify(yours, code)) == "otp-invalid"
    assert reception.verify(mine, code).status_code == 200


def test_fifty_wrong_guesses_at_once(reception: Reception, aws: Aws) -> None:
    """Five are looked at, forty-five are turned away, and the right code no longer helps."""
    person = reception.register(new_facility(), "patient")
    code = reception.code(person["phone"])
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 51)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda guess: reception.verify(person["phone"], guess), wrong))
    assert sorted(map(_slug, answers)) == ["otp-invalid"] * 5 + ["too-many-attempts"] * 45
    refused = reception.verify(person["phone"], code)
    assert (refused.status_code, _slug(refused)) == (429, "too-many-attempts")
    assert 0 < int(refused.headers["retry-after"]) <= 30
    assert "ratelimit" in refused.headers
    assert aws.person(person["userId"])["failures"] == 5


def test_right_code_from_twenty_clients_at_once(reception: Reception, aws: Aws) -> None:
    """Exactly one gets a pair of tokens, and one sign-in begins."""
    person = reception.register(new_facility(), "patient")
    code = reception.code(person["phone"])
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: reception.verify(person["phone"], code), range(20)))
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    assert {_slug(answer) for answer in answers if answer is not winner} <= {"otp-invalid", "too-many-attempts"}
    assert len(aws.person(person["userId"])["families"]) == 1
    assert reception.of(winner).call("GET", "/auth/me").status_code == 200


def test_refresh_token_used_by_two_at_once(reception: Reception, aws: Aws) -> None:
    """Both get the same next token, and the sign-in goes on with it."""
    person = reception.sign_in(new_number())
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: reception.refresh(person.pair["refreshToken"]), range(2)))
    assert {answer.status_code for answer in answers} == {200}
    (following,) = {answer.json()["refreshToken"] for answer in answers}
    assert len(aws.person(person.user_id)["families"]) == 1
    assert reception.refresh(following).status_code == 200


def test_dead_refresh_token_ends_the_sign_in(reception: Reception, aws: Aws) -> None:
    """A token that was replaced twice is refused, and so is everything that came of the same sign-in."""
    person = reception.sign_in(new_number())
    second = reception.of(reception.refresh(person.pair["refreshToken"]))
    third = reception.of(reception.refresh(second.pair["refreshToken"]))
    assert reception.refresh(person.pair["refreshToken"]).status_code == 401
    assert reception.refresh(third.pair["refreshToken"]).status_code == 401
    assert aws.person(person.user_id)["families"] == {}
    assert third.call("GET", "/auth/me").status_code == 401


def test_number_gets_five_codes_an_hour(reception: Reception, aws: Aws) -> None:
    """The sixth is refused until the first is an hour old, and nothing is sent."""
    person = reception.register(new_facility(), "patient")
    for _ in range(5):
        assert reception.send(person["phone"]).status_code == 202
        aws.set_person(person["userId"], "nextSendAt", 0)
    refused = reception.send(person["phone"])
    assert (refused.status_code, _slug(refused)) == (429, "too-many-codes")
    assert 3500 < int(refused.headers["retry-after"]) <= 3600
    assert re.search(r"q=5;w=3600", refused.headers["ratelimit-policy"])
    assert len(reception.messages(person["phone"])) == 5


def test_hundred_failures_lock_a_number_until_an_administrator_unlocks_it(reception: Reception, aws: Aws) -> None:
    """The hundredth wrong code in a row locks: no code is sent nor taken, not even the right one."""
    facility = new_facility()
    person, admin = reception.register(facility, "clinician"), reception.enrol(facility, "facilityAdmin")
    code = reception.code(person["phone"])
    aws.set_person(person["userId"], "failures", 99)
    assert _slug(reception.verify(person["phone"], _other_than(code))) == "otp-invalid"
    aws.set_person(person["userId"], "nextSendAt", 0)
    for refused in (reception.verify(person["phone"], code), reception.send(person["phone"])):
        assert (refused.status_code, _slug(refused)) == (429, "too-many-attempts")
        assert refused.headers["retry-after"] == "86400"
    unlock = {"userId": person["userId"], "reason": "Called the ward"}
    assert admin.call("POST", "/internal/force-verification", unlock).json()["locked"] is False
    assert reception.sign_in(person["phone"]).user_id == person["userId"]
