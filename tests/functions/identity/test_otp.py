"""POST /otp/send and POST /otp/verify."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from bedside.identity.errors import OtpInvalidError, TooManyAttemptsError
from bedside.identity.otp_delivery import SendRequest
from bedside.identity.sign_in import VerifyRequest
from bedside.kernel.errors import BedsideError
from tests.fakes.aws_calls import listen
from tests.functions.clinic import Answer, Clinic, event_of, refusal

PHONE, OTHER = "+64215550111", "+64215550112"
ADDRESS = "203.0.113.7"
DOCUMENT = {
    "userId",
    "phone",
    "displayName",
    "roles",
    "facilityId",
    "facilityName",
    "verification",
    "locked",
    "lockedUntil",
    "createdAt",
    "lastSignInAt",
    "deactivatedAt",
    "invitedAt",
    "removable",
}


def wrong(code: str) -> str:
    """Give another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def attempt(code: str) -> VerifyRequest:
    return VerifyRequest(phone=PHONE, otp=code)


def seen(answer: Answer) -> tuple[Any, ...]:
    """Give all of an answer by which a caller could tell one number from another."""
    # The limit counts the caller's address, whatever the number is.
    headers = {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "ratelimit"}}
    return answer.status, headers, answer.text


def test_the_example_events_are_answered(clinic: Clinic) -> None:
    """A code is sent to a number that nobody knows; the example's code is not it."""
    sent = clinic.call("otp_send")
    assert (sent.status, sent.json) == (202, {"phone": "+64215550199", "expiresIn": 300, "resendAfter": 30})
    assert sent.headers["cache-control"] == "no-store"
    assert len(clinic.wiring.identity.sms.messages) == 1
    refusal(clinic.call("otp_verify"), 401, "otp-invalid")


def test_the_message_names_the_pages_host(clinic: Clinic) -> None:
    """In the line that browsers read, without scheme and port."""
    code = clinic.send(PHONE)
    [(phone, text)] = clinic.wiring.identity.sms.messages
    assert phone == PHONE
    assert text == (
        f"{code} is your Bedside code. It is valid for 5 minutes. Never share it.\n\n@bedside.example.org #{code}"
    )


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://bedside.example.org:8443", "bedside.example.org"),
        ("http://localhost:9000", "localhost"),
        ("", "abcdefgh12.execute-api.ap-southeast-2.amazonaws.com"),
    ],
)
def test_the_host_is_where_the_pages_are(clinic: Clinic, origin: str, host: str) -> None:
    """Without a domain of its own a stack is known by its API's host."""
    clinic.wiring.platform.__dict__["settings"] = replace(clinic.wiring.platform.settings, public_origin=origin)
    code = clinic.send(PHONE)
    assert clinic.wiring.identity.sms.messages[0][1].splitlines()[-1] == f"@{host} #{code}"


def test_a_code_signs_somebody_in(clinic: Clinic) -> None:
    """A number that nobody knew becomes a patient of no facility; the tokens work."""
    clinic.wiring.stopped_ms = 1_795_228_312_345
    pair = clinic.sign_in(PHONE)
    assert set(pair) == {"accessToken", "refreshToken", "expiresIn", "user", "deviceToken"}
    assert pair["expiresIn"] == 900
    assert set(pair["user"]) == DOCUMENT
    assert pair["user"] == {
        "userId": clinic.user_id(PHONE),
        "phone": PHONE,
        "displayName": None,
        "roles": ["patient"],
        "facilityId": None,
        "facilityName": None,
        "verification": "none",
        "locked": False,
        "lockedUntil": None,
        "createdAt": "2026-11-21T02:31:52.345Z",
        "lastSignInAt": "2026-11-21T02:31:52.345Z",
        "deactivatedAt": None,
        "invitedAt": None,
        "removable": False,
    }
    me = clinic.call("auth_me", token=pair["accessToken"])
    assert (me.status, me.json) == (200, pair["user"])
    assert clinic.call("auth_refresh", {"refreshToken": pair["refreshToken"]}).status == 200
    person = clinic.person(PHONE)
    assert person
    assert pair["refreshToken"] not in str(person)
    assert [family["endsAt"] for family in person["families"].values()] == [1_795_228_312_345 + 43_200_000]


def test_a_code_serves_its_number_only(clinic: Clinic) -> None:
    """The code that one number got is refused for another, and still serves its own."""
    code = clinic.send(PHONE)
    while clinic.send(OTHER) == code:  # one time in a million
        clinic.wiring.ahead_ms += 30_000
    refusal(clinic.verify(OTHER, code), 401, "otp-invalid")
    assert clinic.verify(PHONE, code).status == 200


def test_a_known_person_stays_who_they_are(clinic: Clinic) -> None:
    """And is told what they may do."""
    clinic.member("FAC001", ("clinician", "facilityAdmin"), phone=PHONE, verification="pending")
    user = clinic.sign_in(PHONE)["user"]
    assert (user["roles"], user["facilityId"], user["verification"]) == (
        ["clinician", "facilityAdmin"],
        "FAC001",
        "pending",
    )


def test_a_code_is_kept_as_a_hash(clinic: Clinic) -> None:
    """Nowhere in the record does it stand."""
    code = clinic.send(PHONE)
    assert code not in json.dumps(clinic.people())


def test_one_number_in_two_spellings(clinic: Clinic) -> None:
    """Is one number, with one cool-down and one code."""
    for text in ("+64 21 555 0111", "+64 (0)21 555-0111"):
        assert clinic.call("otp_send", {"phone": text}).status == 202
    assert [phone for phone, _ in clinic.wiring.identity.sms.messages] == [PHONE]
    assert clinic.verify("+6421-555-0111", clinic.wiring.identity.sms.code_for(PHONE)).json["user"]["phone"] == PHONE


@pytest.mark.parametrize(
    "phone", ["", "0215550111", "+33612345678", "+64900123456", "nobody", "+64", "+64215550111" * 9]
)
def test_no_code_is_sent_to_such_a_number(clinic: Clinic, phone: str) -> None:
    """422 that names the field and repeats nothing; nothing is written, nothing sent."""
    for call, body in (("otp_send", {}), ("otp_verify", {"otp": "123456"})):
        answer = clinic.call(call, {"phone": phone, **body})
        refusal(answer, 422, "invalid-request")
        assert [fault["field"] for fault in answer.json["errors"]] == ["phone"]
        assert not phone or phone not in answer.text
    assert clinic.people() == [[], []]
    assert clinic.wiring.identity.sms.messages == []


@pytest.mark.parametrize(
    "typed",
    [
        "{} {} {} {} {} {}",
        " {}{}{}-{}{}{}\n",
        "\u2068{}{}{}\u2009{}{}{}\u2069",
        "\u202d{}{}{}\u2011{}{}{}\u202c",
    ],
)
@pytest.mark.parametrize("zero", ["0", "\u0660", "\u06f0", "\u0966", "\uff10"])
def test_a_code_counts_as_it_was_typed(clinic: Clinic, typed: str, zero: str) -> None:
    """In the digits of any script, with what a keyboard or a message puts between them."""
    digits = [chr(ord(zero) + int(digit)) for digit in clinic.send(PHONE)]
    assert clinic.verify(PHONE, typed.format(*digits)).status == 200


@pytest.mark.parametrize(
    "otp", ["", "12345", "1234567", "12345a", "12345\u00b2\u00b3", " " * 41 + "123456", None, 123456]
)
def test_what_is_no_code_is_not_counted(clinic: Clinic, otp: object) -> None:
    """422 that names the field: it cannot have been meant."""
    code = clinic.send(PHONE)
    answer = clinic.call("otp_verify", {"phone": PHONE, "otp": otp})
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["otp"]
    person = clinic.person(PHONE)
    assert person
    assert person["failures"] == 0
    assert clinic.verify(PHONE, code).status == 200


def test_one_answer_for_every_code_that_is_not_valid(clinic: Clinic) -> None:
    """Wrong, expired beside a newer one, used, another number's, never sent: nobody learns which."""
    answers = [clinic.verify(PHONE, "123456")]
    code = clinic.send(PHONE)
    answers.append(clinic.verify(PHONE, wrong(code)))
    answers.append(clinic.verify(OTHER, code))
    other = clinic.send(OTHER)
    if other != code:
        answers.append(clinic.verify(OTHER, code))
        answers.append(clinic.verify(PHONE, other))
    assert clinic.verify(PHONE, code).status == 200
    answers.append(clinic.verify(PHONE, code))
    assert clinic.verify(OTHER, other).status == 200
    clinic.wiring.ahead_ms += 60_000
    first = clinic.send(PHONE)
    clinic.wiring.ahead_ms += 299_000
    if clinic.send(PHONE) != first:
        clinic.wiring.ahead_ms += 1_000
        answers.append(clinic.verify(PHONE, first))
    clinic.wiring.ahead_ms += 300_000
    answers.append(clinic.verify(PHONE, clinic.wiring.identity.sms.code_for(PHONE)))
    for answer in answers:
        refusal(answer, 401, "otp-invalid")
        assert seen(answer) == seen(answers[0])


def test_a_code_lives_five_minutes_to_the_millisecond(clinic: Clinic) -> None:
    """As long as its sender was told, and never more than ten minutes."""
    clinic.wiring.stopped_ms = 1_795_228_312_345
    assert clinic.wiring.identity.settings.otp_life_s <= 600
    code = clinic.send(PHONE)
    clinic.wiring.ahead_ms = 300_000
    refusal(clinic.verify(PHONE, code), 401, "otp-invalid")
    clinic.wiring.ahead_ms = 299_999
    assert clinic.verify(PHONE, code).status == 200


@pytest.mark.parametrize("known", [True, False])
def test_what_a_call_costs(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, *, known: bool) -> None:
    """To send: a read, a write and a message. To verify: two writes, or one for a wrong code.

    Once in a minute also a read of the facility's name, for whoever has one.
    """
    if known:
        clinic.member("FAC001", ("clinician",), phone=PHONE)
    calls = listen(monkeypatch)
    code = clinic.send(PHONE)
    assert calls.made == ["GetItem", "TransactWriteItems"]
    assert len(clinic.wiring.identity.sms.messages) == 1
    calls.mend()
    clinic.verify(PHONE, wrong(code))
    assert calls.made == ["UpdateItem"]
    calls.mend()
    assert clinic.verify(PHONE, code).status == 200
    assert calls.made == ["UpdateItem", "TransactWriteItems", *["GetItem"][: int(known)]]
    code = clinic.send(PHONE)
    calls.mend()
    assert clinic.verify(PHONE, code).status == 200
    assert calls.made == ["UpdateItem", "TransactWriteItems"]


@pytest.mark.parametrize(
    "standing", ["clinician", "admin", "rejected", "patient", "signed out", "stranger with a code"]
)
def test_known_and_unknown_numbers_are_answered_alike(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, standing: str
) -> None:
    """Status, fields, body, requests and messages are the same at every step, so that nobody learns who is a user."""
    clinic.wiring.stopped_ms = 1_795_228_312_345
    match standing:
        case "clinician":
            clinic.member("FAC001", ("clinician",), phone=PHONE)
        case "rejected":
            clinic.member("FAC001", ("clinician",), phone=PHONE, verification="rejected")
        case "admin":
            clinic.member(None, ("systemAdmin",), phone=PHONE)
        case "patient":
            clinic.sign_in(PHONE)
        case "signed out":
            pair = clinic.sign_in(PHONE)
            clinic.call("auth_logout", token=pair["accessToken"])
        case _:
            clinic.send(PHONE)
    clinic.wiring.ahead_ms = 600_000
    assert clinic.person(OTHER) is None
    calls = listen(monkeypatch)

    def step(phone: str, call: str, **body: str) -> Any:
        calls.mend()
        before = len(clinic.wiring.identity.sms.messages)
        answer = clinic.call(call, {"phone": phone, **body})
        status, headers, text = seen(answer)
        return (
            status,
            headers,
            text.replace(phone, "the number"),
            list(calls.made),
            len(clinic.wiring.identity.sms.messages) - before,
        )

    steps: list[tuple[str, dict[str, str]]] = [
        ("otp_verify", {"otp": "123456"}),
        ("otp_send", {}),
        ("otp_send", {}),
        *[("otp_verify", {"otp": "wrong"})] * 6,
    ]
    for call, body in steps:
        found = []
        for phone in (PHONE, OTHER):
            sent = {"otp": wrong(clinic.wiring.identity.sms.code_for(phone))} if body.get("otp") == "wrong" else body
            found.append(step(phone, call, **sent))
        assert found[0] == found[1], call


def test_fifty_guesses_at_once_are_five(clinic: Clinic) -> None:
    """Five are evaluated, the others refused, and so is the right code afterwards."""
    code = clinic.send(PHONE)

    def guess(_: int) -> type[BedsideError] | None:
        try:
            clinic.wiring.identity.sign_in.sign_in(attempt(wrong(code)), ADDRESS, clinic.wiring.now_ms())
        except (OtpInvalidError, TooManyAttemptsError) as error:
            return type(error)
        return None

    assert clinic.wiring.identity.sign_in is not None
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(guess, range(50)))
    assert found.count(OtpInvalidError) == 5
    assert found.count(TooManyAttemptsError) == 45
    refusal(clinic.verify(PHONE, code), 429, "too-many-attempts")
    person = clinic.person(PHONE)
    assert person
    assert (person["failures"], person["checks"], person["families"]) == (5, 5, {})


def test_the_right_code_from_twenty_at_once_is_one_sign_in(clinic: Clinic) -> None:
    """One pair of tokens; the others are told what every used code is told, or that there were too many."""
    code = clinic.send(PHONE)

    def verify(_: int) -> str:
        try:
            signed_in = clinic.wiring.identity.sign_in.sign_in(attempt(code), ADDRESS, clinic.wiring.now_ms())
        except (OtpInvalidError, TooManyAttemptsError) as error:
            return error.slug
        return signed_in.pair.refresh_token

    assert clinic.wiring.identity.sign_in is not None
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(verify, range(20)))
    tokens = [text for text in found if text not in {"otp-invalid", "too-many-attempts"}]
    assert len(tokens) == 1
    person = clinic.person(PHONE)
    assert person
    assert len(person["families"]) == 1
    assert clinic.call("auth_refresh", {"refreshToken": tokens[0]}).status == 200


ATTEMPT = "secret-of-this-very-attempt"


def test_an_attempt_whose_answer_was_lost_is_repeated(clinic: Clinic) -> None:
    """The very same sign-in for whoever knows its secret, for five minutes, until it is renewed or ended."""
    clinic.wiring.stopped_ms = 1_795_228_312_345
    body = {"phone": PHONE, "otp": clinic.send(PHONE), "attemptId": ATTEMPT}
    first = clinic.call("otp_verify", body).json
    clinic.wiring.ahead_ms = 60_000
    clinic.send(PHONE)  # by somebody else, and before the repetition
    for ahead in (60_000, 300_000):
        clinic.wiring.ahead_ms = ahead
        again = clinic.call("otp_verify", body)
        assert (again.status, again.json["refreshToken"]) == (200, first["refreshToken"])
        assert again.json["deviceToken"][:16] == first["deviceToken"][:16]
        assert clinic.call("auth_me", token=again.json["accessToken"]).status == 200
    person = clinic.person(PHONE)
    assert person
    assert len(person["families"]) == 1
    clinic.wiring.ahead_ms = 300_001
    refusal(clinic.call("otp_verify", body), 401, "otp-invalid")


@pytest.mark.parametrize("other", ["another secret", "no secret", "another code", "renewed", "signed out"])
def test_a_used_code_is_used_for_everybody_else(clinic: Clinic, other: str) -> None:
    """Nothing but the whole attempt repeats it, and what came of it must not have gone on."""
    body = {"phone": PHONE, "otp": clinic.send(PHONE), "attemptId": ATTEMPT}
    pair = clinic.call("otp_verify", body).json
    match other:
        case "another secret":
            body["attemptId"] = ATTEMPT[::-1]
        case "no secret":
            del body["attemptId"]
        case "another code":
            body["otp"] = wrong(body["otp"])
        case "renewed":
            following = clinic.call("auth_refresh", {"refreshToken": pair["refreshToken"]}).json["refreshToken"]
            assert clinic.call("auth_refresh", {"refreshToken": following}).status == 200
        case _:
            assert clinic.call("auth_logout", token=pair["accessToken"]).status == 204
    refusal(clinic.call("otp_verify", body), 401, "otp-invalid")


@pytest.mark.parametrize("trusted", [False, True])
def test_one_attempt_from_five_at_once_is_one_sign_in(clinic: Clinic, *, trusted: bool) -> None:
    """All are answered by the same pair of tokens."""
    tokens = [clinic.sign_in(PHONE)["deviceToken"]] if trusted else []
    sign_in, now = clinic.wiring.identity.sign_in, clinic.wiring.now_ms()
    same = VerifyRequest(phone=PHONE, otp=clinic.send(PHONE), attempt_id=ATTEMPT, device_tokens=tokens)
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda _: sign_in.sign_in(same, ADDRESS, now).pair.refresh_token, range(5)))
    assert len(set(found)) == 1
    person = clinic.person(PHONE)
    assert person
    assert len(person["families"]) == 1 + trusted


def test_twenty_who_ask_at_once_get_one_code(clinic: Clinic) -> None:
    """One message; all are told 202."""
    sending = clinic.wiring.identity.otp_delivery("https://bedside.example.org")
    now = clinic.wiring.now_ms()
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: sending.send(SendRequest(phone=PHONE), ADDRESS, now), range(20)))
    assert {(sent.expires_in, sent.resend_after) for sent in found} == {(300, 30)}
    assert len(clinic.wiring.identity.sms.messages) == 1
    assert clinic.verify(PHONE, clinic.wiring.identity.sms.code_for(PHONE)).status == 200


def test_there_is_no_such_call(clinic: Clinic) -> None:
    """Another path is a problem too."""
    event = event_of("otp_send")
    event["routeKey"] = "POST /otp/other"
    assert clinic.invoke("otp_send", event)["statusCode"] == 404
