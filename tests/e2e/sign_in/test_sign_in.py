"""Signing in, whatever is done at once or too often."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.aws import Aws
from tests.e2e.people import Reception, new_facility, new_number, slug_of
from tests.e2e.sign_in.journeys import from_the_number_to_the_sign_out


def _other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.quick
def test_from_the_number_to_the_sign_out(reception: Reception) -> None:
    """A code by message, in its exact form; a sign-in as a patient; a new pair for the old; and the end of it."""
    from_the_number_to_the_sign_out(reception)


def test_fifty_wrong_guesses_at_once(reception: Reception, aws: Aws) -> None:
    """Five are looked at, forty-five are turned away, and the right code no longer helps."""
    person = reception.register(new_facility(), "patient")
    code = reception.code(person["phone"])
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 51)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda guess: reception.verify(person["phone"], guess), wrong))
    assert sorted(map(slug_of, answers)) == ["otp-invalid"] * 5 + ["too-many-attempts"] * 45
    refused = reception.verify(person["phone"], code)
    assert (refused.status_code, slug_of(refused)) == (429, "too-many-attempts")
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
    assert {slug_of(answer) for answer in answers if answer is not winner} <= {"otp-invalid", "too-many-attempts"}
    assert len(aws.person(person["userId"])["families"]) == 1
    assert reception.of(winner).call("GET", "/auth/me").status_code == 200


def test_refresh_token_used_by_two_at_once(reception: Reception, aws: Aws) -> None:
    """Both are answered, and the sign-in goes on with either answer; the other is then dead."""
    person = reception.sign_in(new_number())
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: reception.refresh(person.pair["refreshToken"]), range(2)))
    assert {answer.status_code for answer in answers} == {200}
    following, sibling = [answer.json()["refreshToken"] for answer in answers]
    assert len(aws.person(person.user_id)["families"]) == 1
    assert reception.refresh(following).status_code == 200
    assert reception.refresh(sibling).status_code == 401
