"""People of a facility over time: found by name, renamed, deactivated and back again; and where they are signed in."""

from typing import Any

import pytest

from tests.functions.clinic import FAMILY, Clinic, refusal

PHONE, OTHER = "+64215550111", "+64215550112"
NOW = 1_795_228_312_345
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def admin(clinic: Clinic) -> str:
    return clinic.member("FAC001", ("facilityAdmin",))


def add(clinic: Clinic, admin: str, name: str, phone: str = "") -> dict[str, Any]:
    body = {"phone": phone or clinic.number(name), "displayName": name, "roles": ["clinician"], "facilityId": "FAC001"}
    answer = clinic.call("users_create", body, token=admin)
    assert answer.status == 201, answer
    return dict(answer.json)


def names(clinic: Clinic, admin: str, **query: str) -> set[str]:
    answer = clinic.call("users_page", token=admin, query=query)
    assert answer.status == 200, answer
    return {user["displayName"] for user in answer.json["users"]}


def test_people_are_found_by_the_beginnings_of_their_names(
    clinic: Clinic, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any order, without accents and case; page by page where there are many, and never in another facility."""
    for name in ("Mārama Parata", "Rāwiri Parata", "Seán O'Brien", "Ana Lee"):
        add(clinic, admin, name)
    elsewhere = clinic.member("FAC002", ("facilityAdmin",))
    assert names(clinic, admin, q="para") == {"Mārama Parata", "Rāwiri Parata"}
    assert names(clinic, admin, q="PARATA mar") == {"Mārama Parata"}
    assert names(clinic, admin, q="obri") == {"Seán O'Brien"}
    assert names(clinic, admin, q="arata") == set()
    assert names(clinic, elsewhere, q="para") == set()
    refusal(clinic.call("users_page", token=elsewhere, query={"q": "para", "facilityId": "FAC001"}), 403, "forbidden")
    monkeypatch.setattr("bedside.identity.user_directory._SEARCHED_AT_ONCE", 1)
    monkeypatch.setattr("bedside.identity.user_directory._SEARCHED", 2)
    found, query = set[str](), {"q": "para"}
    for _ in range(5):
        page = clinic.call("users_page", token=admin, query=query).json
        found |= {user["displayName"] for user in page["users"]}
        if not page["cursor"]:
            break
        query["cursor"] = page["cursor"]
    assert found == {"Mārama Parata", "Rāwiri Parata"}


def test_an_admin_corrects_a_name(clinic: Clinic, admin: str) -> None:
    """The person's sign-ins go on; an empty name is refused; the trail has no names."""
    path = {"userId": add(clinic, admin, "Meer Parata", PHONE)["userId"]}
    token = clinic.sign_in(PHONE)["accessToken"]
    answer = clinic.call("users_rename", {"displayName": " Mere\u200b  Parata "}, token=admin, path=path)
    assert (answer.status, answer.json["displayName"]) == (200, "Mere Parata")
    assert clinic.call("users_profile", token=token).json["displayName"] == "Mere Parata"
    refusal(clinic.call("users_rename", {"displayName": " \u200b"}, token=admin, path=path), 422, "invalid-request")
    assert [entry["act"] for entry in clinic.audit()] == ["create", "rename"]
    assert "Parata" not in str(clinic.audit())


def test_whoever_is_deactivated_can_do_nothing_until_they_are_reactivated(clinic: Clinic, admin: str) -> None:
    """Their sign-ins end; the right code is answered with the reason, a wrong one as ever; repeated at will."""
    clinic.wiring.stopped_ms = NOW - 1000
    user = add(clinic, admin, "Mere Parata", PHONE)
    clinic.wiring.stopped_ms = NOW
    assert (user["removable"], user["deactivatedAt"]) == (True, None)
    token = clinic.sign_in(PHONE)["accessToken"]
    path = {"userId": user["userId"]}
    for _ in range(2):
        answer = clinic.call("users_active", {"active": False}, token=admin, path=path)
        assert (answer.status, answer.json["deactivatedAt"]) == (200, "2026-11-21T02:31:52.345Z")
        assert answer.json["removable"] is False
        clinic.wiring.ahead_ms += 6000
        refusal(clinic.call("users_profile", token=token), 401, "unauthorized")
    clinic.wiring.ahead_ms += 60_000
    code = clinic.send(PHONE)
    refusal(clinic.verify(PHONE, f"{(int(code) + 1) % 10**6:06}"), 401, "otp-invalid")
    refusal(clinic.verify(PHONE, code), 403, "deactivated")
    refusal(clinic.call("users_remove", token=admin, path=path), 409, "user-in-use")
    answer = clinic.call("users_active", {"active": True}, token=admin, path=path)
    assert answer.json == {**answer.json, "deactivatedAt": None, "roles": ["clinician"], "displayName": "Mere Parata"}
    assert clinic.verify(PHONE, code).status == 200
    assert [entry["act"] for entry in clinic.audit()] == ["create", "deactivate", "deactivate", "reactivate"]
    own = {"userId": clinic.user_id(clinic.number(f"FAC001{('facilityAdmin',)}verified"))}
    refusal(clinic.call("users_active", {"active": False}, token=admin, path=own), 403, "forbidden")


def test_a_code_used_while_somebody_is_deactivated_begins_no_sign_in(
    clinic: Clinic, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write itself requires that they are active."""
    path = {"userId": add(clinic, admin, "Mere Parata", PHONE)["userId"]}
    code = clinic.send(PHONE)
    codes = clinic.wiring.identity.sign_in.codes
    use = type(codes).use

    def late(*arguments: Any) -> bool:
        clinic.call("users_active", {"active": False}, token=admin, path=path)
        return use(*arguments)

    monkeypatch.setattr(type(codes), "use", late)
    refusal(clinic.verify(PHONE, code), 401, "otp-invalid")
    person = clinic.person(PHONE)
    assert person
    assert person["families"] == {}


def test_people_see_where_they_are_signed_in_and_end_it(clinic: Clinic) -> None:
    """This sign-in first, each with its browser's name; one is ended, others go on; another's cannot be."""
    clinic.wiring.stopped_ms = NOW
    tokens = []
    for _ in range(2):
        code = clinic.send(PHONE)
        answer = clinic.call("otp_verify", {"phone": PHONE, "otp": code}, headers={"user-agent": IPHONE})
        tokens.append(answer.json["accessToken"])
        clinic.wiring.ahead_ms += 60_000
    listed = clinic.call("users_sign_ins", token=tokens[1]).json["signIns"]
    assert [(one["device"], one["current"]) for one in listed] == [
        ("Safari on iPhone", True),
        ("Safari on iPhone", False),
    ]
    assert [one["startedAt"] for one in listed] == ["2026-11-21T02:32:52.345Z", "2026-11-21T02:31:52.345Z"]
    assert listed[0]["endsAt"] > listed[0]["lastUsedAt"] >= listed[0]["startedAt"]
    stranger = clinic.sign_in(OTHER)["accessToken"]
    path = {"signInId": listed[1]["signInId"]}
    refusal(clinic.call("users_end_sign_in", token=stranger, path=path), 404, "sign-in-not-found")
    assert clinic.call("users_end_sign_in", token=tokens[1], path=path).status == 204
    refusal(clinic.call("users_end_sign_in", token=tokens[1], path=path), 404, "sign-in-not-found")
    clinic.wiring.ahead_ms += 6000
    refusal(clinic.call("users_profile", token=tokens[0]), 401, "unauthorized")
    assert len(clinic.call("users_sign_ins", token=tokens[1]).json["signIns"]) == 1


def test_a_sign_in_of_an_earlier_version_is_listed_without_a_name(clinic: Clinic) -> None:
    token = clinic.member("FAC001", ("clinician",), phone=PHONE)
    [only] = clinic.call("users_sign_ins", token=token).json["signIns"]
    assert (only["signInId"], only["device"], only["startedAt"], only["current"]) == (FAMILY, None, None, True)


def test_an_invitation_says_where_to_sign_in(clinic: Clinic, admin: str) -> None:
    """Once in ten minutes, to whoever never signed in; a message that was lost is said to be, and one entry tells."""
    clinic.wiring.stopped_ms = NOW
    settings = {"name": "Kauri Street Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"}
    path = {"facilityId": "FAC001"}
    saved = clinic.call("users_save_facility", settings, token=admin, path=path, headers={"if-match": '"0"'})
    assert saved.status == 200, saved
    path = {"userId": add(clinic, admin, "Mere Parata", PHONE)["userId"]}
    sms = clinic.wiring.identity.sms
    answer = clinic.call("users_invite", token=admin, path=path)
    assert (answer.status, answer.json["invitedAt"]) == (200, "2026-11-21T02:31:52.345Z")
    [(phone, text)] = sms.messages
    assert phone == PHONE
    assert text == (
        "Kauri Street Hospital has added you to Bedside. Sign in with this number: https://bedside.example.org/sign-in"
    )
    clinic.wiring.ahead_ms = 599_000
    refusal(clinic.call("users_invite", token=admin, path=path), 429, "too-many-requests")
    assert len(sms.messages) == 1
    clinic.wiring.ahead_ms = 600_000
    assert clinic.call("users_invite", token=admin, path=path).status == 200
    clinic.sign_in(PHONE)
    refusal(clinic.call("users_invite", token=admin, path=path), 409, "user-in-use")
    assert [entry["act"] for entry in clinic.audit()].count("invite") == 2
    gone = {"userId": add(clinic, admin, "Ana Lee", OTHER)["userId"]}
    clinic.call("users_active", {"active": False}, token=admin, path=gone)
    refusal(clinic.call("users_invite", token=admin, path=gone), 403, "deactivated")
