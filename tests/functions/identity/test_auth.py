"""GET /auth/me, and what every call learns of its caller from the record."""

from typing import Any

import pytest

from bedside.identity.principal import Principal
from tests.fakes.aws_calls import listen
from tests.functions.clinic import FAMILY, Clinic, refusal

PHONE = "+64215550111"
NOW = 1_795_228_312_345


@pytest.mark.parametrize("call", ["auth_refresh", "auth_logout", "auth_kill_switch", "auth_me"])
def test_the_example_events_need_a_token(clinic: Clinic, call: str) -> None:
    """The examples' made-up tokens are refused."""
    refusal(clinic.call(call), 401, "unauthorized")


def test_the_caller_as_the_record_has_them(clinic: Clinic) -> None:
    """Not as they were remembered."""
    token = clinic.member("FAC001", ("clinician",), phone=PHONE, verification="pending")
    assert clinic.call("auth_me", token=token).json["verification"] == "pending"
    admin = clinic.member("FAC001", ("facilityAdmin",))
    clinic.call("users_review", {"userId": clinic.user_id(PHONE), "decision": "approve"}, token=admin)
    assert clinic.call("auth_me", token=token).json["verification"] == "verified"


def test_a_sign_in_that_ended_elsewhere_is_not_described(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the guard of this process remembers it for a moment."""
    token = clinic.member("FAC001", ("clinician",))
    clinic.another_process(monkeypatch, "users")
    for call in ("users_profile", "users_describe"):
        assert clinic.call(call, token=token).status == 200
    clinic.call("auth_logout", token=token)
    for call in ("users_profile", "users_describe"):
        refusal(clinic.call(call, token=token), 401, "unauthorized")


@pytest.mark.parametrize(
    ("call", "body", "slug"),
    [
        ("users_roles", {"roles": ["patient"]}, "forbidden"),
        ("users_review", {"decision": "reject"}, "not-verified"),
    ],
)
def test_what_is_taken_is_gone_within_five_seconds(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, call: str, body: dict[str, Any], slug: str
) -> None:
    """Roles and verification, as everything else, are the record's and not the token's."""
    token = clinic.member("FAC001", ("clinician",), phone=PHONE)
    admin, user_id = clinic.member("FAC001", ("facilityAdmin",)), clinic.user_id(PHONE)
    other = clinic.another_process(monkeypatch, "session_create")
    assert clinic.call("session_create", token=token).status == 201
    assert clinic.call(call, {"userId": user_id, **body}, token=admin, path={"userId": user_id}).status == 200
    other.ahead_ms = 5_000
    refusal(clinic.call("session_create", token=token), 403, slug)


def test_what_is_given_is_there_at_once(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who was refused waits five seconds for an admin's yes."""
    token = clinic.member("FAC001", ("clinician",), phone=PHONE, verification="pending")
    clinic.another_process(monkeypatch, "session_create")
    refusal(clinic.call("session_create", token=token), 403, "not-verified")
    admin = clinic.member("FAC001", ("facilityAdmin",))
    clinic.call("users_review", {"userId": clinic.user_id(PHONE), "decision": "approve"}, token=admin)
    assert clinic.call("session_create", token=token).status == 201


@pytest.mark.parametrize("call", ["auth_me", "users_profile"])
def test_the_caller_is_read_once_for_themselves(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """By the guard, or after it where it remembered them; so that the answer is always the record's."""
    token = clinic.member("FAC001", ("clinician",), phone=PHONE)
    clinic.wiring.identity.facility_cache.find("FAC001", clinic.wiring.now_ms())
    calls = listen(monkeypatch)
    for name in ("Aroha", "Hemi", "Mere"):
        clinic.member("FAC001", ("clinician",), phone=PHONE)
        clinic.wiring.identity.people.update_display_name(Principal(clinic.user_id(PHONE), FAMILY, "FAC001", ()), name)
        calls.mend()
        assert clinic.call(call, token=token).json["displayName"] == name
        assert calls.made == ["GetItem"]


def test_a_call_reads_the_caller_once_in_five_seconds(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """What guarding costs."""
    clinic.wiring.stopped_ms = NOW
    token = clinic.member("FAC001", ("clinician",))
    path = {"encounterId": "E"}
    clinic.call("image_list", token=token, path=path)
    calls = listen(monkeypatch)
    for ahead, reads in ((0, 1), (4_999, 1), (5_000, 2)):
        clinic.wiring.ahead_ms = ahead
        calls.mend()
        assert clinic.call("image_list", token=token, path=path).status == 200
        assert calls.made.count("GetItem") == reads, ahead
