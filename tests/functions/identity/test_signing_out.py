"""POST /auth/logout and /auth/kill-switch: a sign-in ends, here or everywhere."""

from typing import Any

import pytest

from tests.functions.clinic import Clinic, refusal

PHONE = "+64215550111"
NOW = 1_795_228_312_345


def refresh(clinic: Clinic, token: str) -> Any:
    return clinic.call("auth_refresh", {"refreshToken": token})


def test_signing_out_ends_this_browser_and_no_other(clinic: Clinic) -> None:
    """The sign-in that calls is over at once, with both of its tokens; another goes on."""
    clinic.wiring.stopped_ms = NOW
    pair = clinic.sign_in(PHONE)
    clinic.wiring.ahead_ms = 60_000
    other = clinic.sign_in(PHONE)
    answer = clinic.call("auth_logout", token=pair["accessToken"])
    assert (answer.status, answer.text) == (204, "")
    refusal(clinic.call("auth_me", token=pair["accessToken"]), 401, "unauthorized")
    refusal(clinic.call("auth_logout", token=pair["accessToken"]), 401, "unauthorized")
    refusal(refresh(clinic, pair["refreshToken"]), 401, "unauthorized")
    assert clinic.call("auth_me", token=other["accessToken"]).status == 200
    assert refresh(clinic, other["refreshToken"]).status == 200


def test_the_kill_switch_for_oneself(clinic: Clinic) -> None:
    """Without a body or a user: every sign-in of the caller ends, at once in this process; a new one can begin."""
    clinic.wiring.stopped_ms = NOW
    pairs = []
    for minute in range(2):
        clinic.wiring.ahead_ms = minute * 60_000
        pairs.append(clinic.sign_in(PHONE))
    for pair in pairs:
        assert clinic.call("auth_me", token=pair["accessToken"]).status == 200
    clinic.wiring.ahead_ms = 120_000
    code = clinic.send(PHONE)
    answer = clinic.call("auth_kill_switch", raw="", token=pairs[0]["accessToken"])
    assert (answer.status, answer.text) == (204, "")
    for pair in pairs:
        refusal(clinic.call("auth_me", token=pair["accessToken"]), 401, "unauthorized")
        refusal(refresh(clinic, pair["refreshToken"]), 401, "unauthorized")
    refusal(clinic.verify(PHONE, code), 401, "otp-invalid")
    clinic.wiring.ahead_ms = 180_000
    assert clinic.call("auth_me", token=clinic.sign_in(PHONE)["accessToken"]).status == 200


@pytest.mark.parametrize("body", ["{}", '{"userId": null}', "own"])
def test_oneself_can_be_named(clinic: Clinic, body: str) -> None:
    """Or not."""
    pair = clinic.sign_in(PHONE)
    raw = body.replace("own", f'{{"userId": "{clinic.user_id(PHONE)}"}}')
    assert clinic.call("auth_kill_switch", raw=raw, token=pair["accessToken"]).status == 204
    refusal(refresh(clinic, pair["refreshToken"]), 401, "unauthorized")


@pytest.mark.parametrize(
    ("facility", "roles"), [("FAC001", ("facilityAdmin",)), ("FAC002", ("systemAdmin",)), (None, ("systemAdmin",))]
)
def test_the_kill_switch_for_another(clinic: Clinic, facility: str | None, roles: tuple[str, ...]) -> None:
    """An admin of the facility, or of the system, ends every sign-in of a lost phone."""
    token = clinic.member("FAC001", ("clinician",))
    assert clinic.call("image_list", token=token, path={"encounterId": "E"}).status == 200
    user_id = clinic.user_id(clinic.number(f"FAC001{('clinician',)}verified"))
    answer = clinic.call("auth_kill_switch", {"userId": user_id}, token=clinic.member(facility, roles))
    assert answer.status == 204
    refusal(clinic.call("image_list", token=token, path={"encounterId": "E"}), 401, "unauthorized")
    [entry] = clinic.audit()
    assert (entry["act"], entry["whom"], entry["pk"], entry["origin"]) == (
        "kill-switch",
        user_id,
        "FAC001",
        "203.0.113.7",
    )


@pytest.mark.parametrize(
    ("facility", "roles"),
    [
        ("FAC002", ("facilityAdmin",)),
        ("FAC001", ("clinician",)),
        ("FAC001", ("patient",)),
        (None, ("patient",)),
        (None, ("facilityAdmin",)),
    ],
)
def test_others_may_not_use_it(clinic: Clinic, facility: str | None, roles: tuple[str, ...]) -> None:
    """403, the same whether the user is somebody, nobody, or a text; nothing is changed or told."""
    clinic.member("FAC001", ("clinician", "patient"), phone=PHONE)
    caller = clinic.member(facility, roles)
    before = clinic.people()
    answers = [
        clinic.call("auth_kill_switch", {"userId": user_id}, token=caller)
        for user_id in (clinic.user_id(PHONE), "a" * 24, "", "prefix#+64215#498674", "💉")
    ]
    for answer in answers:
        refusal(answer, 403, "forbidden")
        assert answer.text == answers[0].text
    assert clinic.people() == before


@pytest.mark.parametrize("call", ["auth_kill_switch", "auth_logout"])
def test_everywhere_within_five_seconds(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """In the process that is asked at once, in one that had just read the person as soon as its memory ends."""
    token = clinic.member("FAC001", ("clinician",))
    other = clinic.another_process(monkeypatch, "image_list")
    path = {"encounterId": "E"}
    assert clinic.call("image_list", token=token, path=path).status == 200
    assert clinic.call(call, raw="", token=token).status == 204
    refusal(clinic.call("auth_me", token=token), 401, "unauthorized")
    other.ahead_ms = 4_999
    assert clinic.call("image_list", token=token, path=path).status == 200
    other.ahead_ms = 5_000
    refusal(clinic.call("image_list", token=token, path=path), 401, "unauthorized")


def test_every_call_of_the_capture_stops(clinic: Clinic) -> None:
    """Whoever was killed opens, watches, sees, changes, deletes and ends nothing."""
    clinic.phone_token = clinic.phone()
    clinic.add(clinic.phone_token, "a")
    token = clinic.clinician()
    clinic.call("auth_kill_switch", {}, token=token)
    before = clinic.everything()
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    body = {"encounterId": clinic.encounter, "patientId": "P", "facilityId": "FAC001"}
    answers = [
        clinic.call("session_create", body, token=token),
        clinic.call("live_ticket", token=token),
        clinic.call("image_list", token=token, path={"encounterId": clinic.encounter}),
        clinic.call("image_update", token=token, path=path),
        clinic.call("image_delete", token=token, path=path),
        clinic.call("session_end", token=token, path={"encounterId": clinic.encounter}),
    ]
    for answer in answers:
        refusal(answer, 401, "unauthorized")
    assert clinic.everything() == before
