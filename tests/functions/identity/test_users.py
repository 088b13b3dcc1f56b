"""/user/*, /admin/*, and what administrators decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.person import user_id_of
from tests.conftest import IDENTITY
from tests.fakes.aws_calls import listen
from tests.functions.clinic import PSEUDONYM_KEY, Answer, Clinic, event_of, refusal

PHONE, OTHER = "+64215550111", "+64215550112"
NOW = 1_795_228_312_345
USER = user_id_of(PSEUDONYM_KEY, PHONE)
CALLS = (
    "users_profile",
    "users_describe",
    "users_sign_ins",
    "users_end_sign_in",
    "users_page",
    "users_create",
    "users_counters",
    "users_roles",
    "users_force",
    "users_review",
    "users_unlock",
    "users_remove",
    "users_rename",
    "users_active",
    "users_invite",
)
ADMIN_CALLS = CALLS[4:]
IN_PATH = {"users_roles", "users_unlock", "users_remove", "users_rename", "users_active"}


@dataclass(frozen=True)
class Act:
    """What an admin does to the person with PHONE, with the entry that tells of it."""

    call: str
    body: dict[str, Any]
    act: str
    before: str
    after: str
    reason: str = ""

    def make(self, clinic: Clinic, token: str, user_id: str = USER) -> Answer:
        path = {"userId": user_id} if self.call in IN_PATH else None
        body = self.body if self.call == "users_create" else {"userId": user_id, **self.body}
        return clinic.call(self.call, body, token=token, path=path)


ROLES = Act(
    "users_roles", {"roles": ["clinician", "facilityAdmin"]}, "set-roles", "clinician", "clinician facilityAdmin"
)
FORCE = Act(
    "users_force", {"reason": "Known for years."}, "force-verification", "pending", "verified", "Known for years."
)
APPROVE = Act("users_review", {"decision": "approve", "reason": "Seen."}, "approve", "pending", "verified", "Seen.")
REJECT = Act("users_review", {"decision": "reject"}, "reject", "pending", "rejected")
KILL = Act("auth_kill_switch", {}, "kill-switch", "", "")
UNLOCK = Act("users_unlock", {}, "unlock", "", "")
REMOVE = Act("users_remove", {}, "remove", "clinician", "")
RENAME = Act("users_rename", {"displayName": "Mere Parata"}, "rename", "", "")
DEACTIVATE = Act("users_active", {"active": False}, "deactivate", "", "")
REACTIVATE = Act("users_active", {"active": True}, "reactivate", "", "")
ACTS = [ROLES, FORCE, APPROVE, REJECT, KILL, UNLOCK, REMOVE, RENAME, DEACTIVATE]
ADMIN_SEED = f"FAC001{('facilityAdmin',)}verified"
CREATE = {"phone": OTHER, "roles": ["clinician"], "facilityId": "FAC001"}


def admin(clinic: Clinic, facility: str | None = "FAC001", *roles: str) -> str:
    return clinic.member(facility, roles or ("facilityAdmin",))


def system_admin(clinic: Clinic) -> str:
    return clinic.member(None, ("systemAdmin",))


def newcomer(clinic: Clinic, *roles: str) -> None:
    """Put the person with PHONE into the record, who never signed in."""
    subject(clinic, "FAC001", *roles)
    Table(IDENTITY).update(USER, "SET #families = :none", condition="attribute_exists(#pk)", values={"none": {}})


def subject(clinic: Clinic, facility: str | None = "FAC001", *roles: str) -> str:
    """Put the person with PHONE into the record, whom admins decide about: a clinician who waits for it."""
    return clinic.member(facility, roles or ("clinician",), phone=PHONE, verification="pending")


def page(clinic: Clinic, token: str, **query: str) -> Any:
    answer = clinic.call("users_page", token=token, query=query)
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.parametrize("call", CALLS)
def test_the_example_events_need_a_token(clinic: Clinic, call: str) -> None:
    """The examples' made-up token is refused."""
    refusal(clinic.call(call), 401, "unauthorized")


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ("users_page", 200),
        ("users_create", 201),
        ("users_counters", 200),
        ("users_roles", 404),
        ("users_force", 403),
        ("users_unlock", 404),
        ("users_remove", 404),
        ("users_rename", 404),
        ("users_active", 404),
        ("users_invite", 404),
    ],
)
def test_the_example_events_are_answered(clinic: Clinic, call: str, status: int) -> None:
    """For an admin of the examples' facility; the user whom they name is nobody."""
    assert clinic.call(call, token=admin(clinic)).status == status


@pytest.mark.parametrize("call", ADMIN_CALLS)
@pytest.mark.parametrize(
    ("facility", "roles"), [("FAC001", ("clinician",)), (None, ("patient",)), (None, ("facilityAdmin",))]
)
def test_admins_calls_are_for_admins(clinic: Clinic, call: str, facility: str | None, roles: tuple[str, ...]) -> None:
    """Others are forbidden before anything is read; so is an admin of no facility."""
    subject(clinic)
    token = clinic.member(facility, roles)
    before = clinic.people()
    refusal(clinic.call(call, raw="[" * 9, token=token), 403, "forbidden")
    assert clinic.people() == before


def test_ones_own_profile(clinic: Clinic) -> None:
    """As the record has it; a name is set, trimmed, and removed again."""
    token = subject(clinic)
    found = clinic.call("users_profile", token=token).json
    assert (found["userId"], found["phone"], found["displayName"]) == (USER, PHONE, None)
    named = clinic.call("users_describe", {"displayName": "  Aroha Ngata "}, token=token)
    assert (named.status, named.json) == (200, found | {"displayName": "Aroha Ngata"})
    assert clinic.call("users_profile", token=token).json == named.json
    assert clinic.call("users_describe", {}, token=token).json == named.json
    assert clinic.call("users_describe", {"roles": ["systemAdmin"], "facilityId": "X"}, token=token).json == named.json
    pasted = clinic.call("users_describe", {"displayName": "\u202bAroha\u202c \n Nga\u200bta\x00"}, token=token)
    assert pasted.json["displayName"] == "Aroha Ngata"
    for nothing in (None, "", "  ", "\u202d\u202c"):
        clinic.call("users_describe", {"displayName": "Aroha"}, token=token)
        assert clinic.call("users_describe", {"displayName": nothing}, token=token).json == found


@pytest.mark.parametrize("name", ["x" * 201, 7, ["x"], {"a": "b"}, True])
def test_a_name_that_is_none(clinic: Clinic, name: object) -> None:
    """422 that names the field; the name stays."""
    token = subject(clinic)
    assert clinic.call("users_describe", {"displayName": "x" * 200}, token=token).status == 200
    answer = clinic.call("users_describe", {"displayName": name}, token=token)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["displayName"]
    assert clinic.call("users_profile", token=token).json["displayName"] == "x" * 200


def test_an_admin_sees_their_facility(clinic: Clinic) -> None:
    """Everybody of it and nobody else, fifty a page, each once."""
    token = admin(clinic)
    own = {f"+6421555{number:04d}" for number in range(60)}
    for phone in own:
        clinic.member("FAC001", ("patient",), phone=phone)
    clinic.member("FAC002", ("patient",), phone="+64225550001")
    clinic.sign_in("+64225550002")
    first = page(clinic, token)
    second = page(clinic, token, cursor=first["cursor"], facilityId="FAC001")
    assert (len(first["users"]), len(second["users"]), second["cursor"]) == (50, 11, None)
    phones = [user["phone"] for user in first["users"] + second["users"]]
    assert sorted(phones) == sorted(own | {clinic.number(f"FAC001{('facilityAdmin',)}verified")})
    assert {user["facilityId"] for user in first["users"]} == {"FAC001"}


def test_an_admin_finds_a_number(clinic: Clinic) -> None:
    """In any spelling, within their facility; for others there is nobody, as for a number that nobody has."""
    token = admin(clinic)
    subject(clinic)
    clinic.member("FAC002", ("patient",), phone=OTHER)
    clinic.sign_in("+64215550113")
    clinic.send("+64215550114")
    assert [user["userId"] for user in page(clinic, token, phone="+64 21 555 0111")["users"]] == [USER]
    for phone in (OTHER, "+64215550113", "+64215550114", "+64215550115"):
        assert page(clinic, token, phone=phone) == {"users": [], "cursor": None, "phone": phone}
    everywhere = system_admin(clinic)
    found = [len(page(clinic, everywhere, phone=f"+6421555011{last}")["users"]) for last in range(1, 6)]
    assert found == [1, 1, 1, 0, 0]


def test_another_facilitys_list_is_forbidden(clinic: Clinic) -> None:
    """Except for an admin of the system, who says which facility they want."""
    clinic.member("FAC002", ("patient",), phone=OTHER)
    for facility in ("FAC002", "FAC003"):
        refusal(clinic.call("users_page", token=admin(clinic), query={"facilityId": facility}), 403, "forbidden")
    everywhere = system_admin(clinic)
    assert [user["phone"] for user in page(clinic, everywhere, facilityId="FAC002")["users"]] == [OTHER]
    answer = clinic.call("users_page", token=everywhere, query={})
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["facilityId"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cursor", "somebody-else"),
        ("cursor", "a" * 24 + "\n"),
        ("cursor", "prefix#+64215#498674"),
        ("facilityId", "x" * 3000),
        ("facilityId", "../FAC002"),
        ("phone", "nobody"),
    ],
)
def test_a_query_that_is_none(clinic: Clinic, name: str, value: str) -> None:
    """422 that names the parameter and repeats nothing."""
    answer = clinic.call("users_page", token=system_admin(clinic), query={"facilityId": "FAC001", name: value})
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == [name]
    assert value not in answer.text


def test_a_cursor_of_anybody_stays_in_the_facility(clinic: Clinic) -> None:
    """It says where to go on, not where to look."""
    clinic.member("FAC002", ("patient",), phone=OTHER)
    users = page(clinic, admin(clinic), cursor=clinic.user_id(OTHER))["users"]
    assert "FAC002" not in {user["facilityId"] for user in users}


def test_an_admin_adds_somebody(clinic: Clinic) -> None:
    """A clinician waits to be verified; they sign in with a code and find their place; one entry tells of it."""
    clinic.wiring.stopped_ms = NOW
    token = admin(clinic)
    answer = clinic.call("users_create", CREATE | {"roles": ["clinician", "patient", "clinician"]}, token=token)
    assert answer.status == 201
    assert answer.json == {
        "userId": clinic.user_id(OTHER),
        "phone": OTHER,
        "displayName": None,
        "roles": ["clinician", "patient"],
        "facilityId": "FAC001",
        "facilityName": None,
        "verification": "pending",
        "locked": False,
        "lockedUntil": None,
        "createdAt": "2026-11-21T02:31:52.345Z",
        "lastSignInAt": None,
        "deactivatedAt": None,
        "invitedAt": None,
        "removable": True,
    }
    assert clinic.sign_in(OTHER)["user"]["roles"] == ["clinician", "patient"]
    [entry] = clinic.audit()
    assert entry.pop("sk").startswith("2026-11-21T02:31:52.345Z#")
    assert entry == {
        "pk": "FAC001",
        "at": "2026-11-21T02:31:52.345Z",
        "act": "create",
        "by": clinic.user_id(clinic.number(f"FAC001{('facilityAdmin',)}verified")),
        "whom": clinic.user_id(OTHER),
        "origin": "203.0.113.7",
        "after": "clinician patient",
    }


@pytest.mark.parametrize(
    ("facility", "roles"), [("FAC001", ("clinician",)), ("FAC002", ("patient",)), (None, ("systemAdmin",))]
)
def test_somebody_who_has_a_place_keeps_it(clinic: Clinic, facility: str | None, roles: tuple[str, ...]) -> None:
    """409, whichever facility they are of; nothing is changed or told."""
    clinic.member(facility, roles, phone=OTHER)
    token = admin(clinic)
    before = clinic.people()
    refusal(clinic.call("users_create", CREATE, token=token), 409, "user-exists")
    assert clinic.people() == before


def test_a_patient_who_signed_in_by_themselves_is_taken_over(clinic: Clinic) -> None:
    """The facility gets the number, not the sign-ins, the code or the name of whoever had it."""
    pair = clinic.sign_in(OTHER)
    clinic.call("users_describe", {"displayName": "Mallory"}, token=pair["accessToken"])
    clinic.wiring.ahead_ms = 60_000
    code = clinic.send(OTHER)
    token = admin(clinic)
    answer = clinic.call("users_create", CREATE, token=token)
    assert answer.status == 201
    user = answer.json
    assert (user["displayName"], user["facilityId"], user["roles"]) == (None, "FAC001", ["clinician"])
    assert (user["verification"], user["lastSignInAt"]) == ("pending", None)
    assert user["createdAt"] > pair["user"]["createdAt"]
    clinic.wiring.ahead_ms = 66_000
    refusal(clinic.call("auth_me", token=pair["accessToken"]), 401, "unauthorized")
    refusal(clinic.call("auth_refresh", {"refreshToken": pair["refreshToken"]}), 401, "unauthorized")
    refusal(clinic.verify(OTHER, code), 401, "otp-invalid")
    refusal(clinic.call("users_create", CREATE, token=token), 409, "user-exists")
    [entry] = clinic.audit()
    assert (entry["act"], entry["before"], entry["after"], entry["pk"]) == (
        "take-over",
        "patient",
        "clinician",
        "FAC001",
    )


@pytest.mark.parametrize("roles", [["systemAdmin"], ["clinician", "systemAdmin"]])
def test_only_a_system_admin_makes_another(clinic: Clinic, roles: list[str]) -> None:
    """Neither by adding nor by changing somebody."""
    subject(clinic)
    token = admin(clinic)
    before = clinic.people()
    refusal(clinic.call("users_create", CREATE | {"roles": roles}, token=token), 403, "forbidden")
    refusal(clinic.call("users_roles", {"roles": roles}, token=token, path={"userId": USER}), 403, "forbidden")
    assert clinic.people() == before
    everywhere = system_admin(clinic)
    assert clinic.call("users_create", CREATE | {"roles": roles}, token=everywhere).status == 201
    assert clinic.call("users_roles", {"roles": roles}, token=everywhere, path={"userId": USER}).status == 200


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.act)
def test_a_system_admin_is_changed_by_another_only(clinic: Clinic, act: Act) -> None:
    """A facility's admin decides nothing about them, even where they are of that facility."""
    newcomer(clinic, "systemAdmin", "clinician")
    token = admin(clinic)
    before = clinic.people()
    refusal(act.make(clinic, token), 403, "forbidden")
    assert clinic.people() == before
    assert act.make(clinic, system_admin(clinic)).status in {200, 204}


@pytest.mark.parametrize("roles", [("facilityAdmin",), ("systemAdmin",), ("facilityAdmin", "clinician")])
def test_nobody_decides_about_themselves(clinic: Clinic, roles: tuple[str, ...]) -> None:
    """Neither roles nor verification; a facility always keeps an admin who was made by another."""
    token = clinic.member("FAC001", roles, phone=PHONE, verification="pending")
    before = clinic.people()
    for act in (ROLES, FORCE, APPROVE, REJECT):
        refusal(act.make(clinic, token), 403, "forbidden")
    assert clinic.people() == before


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.act)
@pytest.mark.parametrize("by", ["facilityAdmin", "systemAdmin"])
def test_every_decision_writes_one_entry(clinic: Clinic, act: Act, by: str) -> None:
    """Who, what, whom, when, from where, before and after; in the facility of whom it is about."""
    clinic.wiring.stopped_ms = NOW
    newcomer(clinic)
    token = admin(clinic) if by == "facilityAdmin" else system_admin(clinic)
    seed = f"FAC001{('facilityAdmin',)}verified" if by == "facilityAdmin" else f"None{('systemAdmin',)}verified"
    answer = act.make(clinic, token)
    assert answer.status in {200, 204}, answer
    [entry] = clinic.audit()
    unique = entry.pop("sk").removeprefix("2026-11-21T02:31:52.345Z#")
    assert len(unique) == 8
    wanted = {
        "pk": "FAC001",
        "at": "2026-11-21T02:31:52.345Z",
        "act": act.act,
        "by": clinic.user_id(clinic.number(seed)),
        "whom": USER,
        "origin": "203.0.113.7",
        "before": act.before,
        "after": act.after,
        "reason": act.reason,
    }
    assert entry == {name: value for name, value in wanted.items() if value}


@pytest.mark.parametrize(
    ("act", "roles", "verification"),
    [
        (ROLES, ["clinician", "facilityAdmin"], "pending"),
        (FORCE, ["clinician"], "verified"),
        (APPROVE, ["clinician"], "verified"),
        (REJECT, ["clinician"], "rejected"),
    ],
    ids=lambda value: value.act if isinstance(value, Act) else "",
)
def test_what_is_decided_is_so(clinic: Clinic, act: Act, roles: list[str], verification: str) -> None:
    """The answer is the user as they are now, and so they are for themselves."""
    token = subject(clinic)
    answer = act.make(clinic, admin(clinic))
    assert answer.status == 200
    assert (answer.json["roles"], answer.json["verification"]) == (roles, verification)
    assert clinic.call("auth_me", token=token).json == answer.json


@pytest.mark.parametrize(("said", "verification"), [("approved", "verified"), ("rejected", "rejected")])
def test_the_past_tense_is_understood(clinic: Clinic, said: str, verification: str) -> None:
    """Callers of the system that this one replaces say either."""
    subject(clinic)
    answer = clinic.call("users_review", {"userId": USER, "decision": said}, token=admin(clinic))
    assert answer.json["verification"] == verification


def test_who_becomes_a_clinician_has_to_be_verified(clinic: Clinic) -> None:
    """Each time: a verification does not outlive the role."""
    token = admin(clinic)
    subject(clinic)
    states = [APPROVE.make(clinic, token).json["verification"]]
    for roles in (["clinician", "patient"], ["patient"], ["clinician"]):
        answer = clinic.call("users_roles", {"roles": roles}, token=token, path={"userId": USER})
        states.append(answer.json["verification"])
    assert states == ["verified", "verified", "none", "pending"]


def test_who_is_no_clinician_is_not_reviewed(clinic: Clinic) -> None:
    """422, forced or not."""
    subject(clinic, "FAC001", "patient")
    token = admin(clinic)
    for act in (APPROVE, REJECT, FORCE):
        refusal(act.make(clinic, token), 422, "invalid-request")
    assert clinic.audit() == []


@pytest.mark.parametrize("roles", [["clinician"], ["facilityAdmin"], ["patient", "clinician"]])
def test_somebody_of_no_facility_cannot_work_in_one(clinic: Clinic, roles: list[str]) -> None:
    """They are added to one instead."""
    clinic.sign_in(PHONE)
    answer = clinic.call("users_roles", {"roles": roles}, token=system_admin(clinic), path={"userId": USER})
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["roles"]
    assert clinic.audit() == []


FOREIGN: list[tuple[Act, int, str]] = [
    (ROLES, 404, "user-not-found"),
    (FORCE, 403, "forbidden"),
    (APPROVE, 403, "forbidden"),
    (REJECT, 403, "forbidden"),
    (KILL, 403, "forbidden"),
    (UNLOCK, 404, "user-not-found"),
    (REMOVE, 404, "user-not-found"),
]


@pytest.mark.parametrize(
    ("act", "status", "slug"), FOREIGN, ids=lambda value: value.act if isinstance(value, Act) else ""
)
@pytest.mark.parametrize("whose", ["FAC001", None])
def test_another_facilitys_people_are_out_of_reach(
    clinic: Clinic, act: Act, status: int, slug: str, whose: str | None
) -> None:
    """The same answer as for somebody who is not there; nothing is changed, nothing told, nobody unlocked."""
    subject(clinic, whose, "clinician") if whose else clinic.sign_in(PHONE)
    token = admin(clinic, "FAC002")
    before = clinic.people()
    answers = [act.make(clinic, token, user_id) for user_id in (USER, "a" * 24, "nobody")]
    for answer in answers:
        refusal(answer, status, slug)
        assert answer.text == answers[0].text
    assert clinic.people() == before


def test_another_facility_gets_nobody(clinic: Clinic) -> None:
    """An admin adds people to their own."""
    token = admin(clinic)
    before = clinic.people()
    refusal(clinic.call("users_create", CREATE | {"facilityId": "FAC002"}, token=token), 403, "forbidden")
    assert clinic.people() == before
    assert clinic.call("users_create", CREATE | {"facilityId": "FAC002"}, token=system_admin(clinic)).status == 201


def test_an_admin_who_moved_is_an_admin_there(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers of an admin lets them reach the facility that they left for five seconds at most."""
    token = clinic.member("FAC001", ("facilityAdmin",), phone=OTHER)
    other = clinic.another_process(monkeypatch, "users")
    subject(clinic)
    assert len(page(clinic, token)["users"]) == 2
    clinic.member("FAC002", ("facilityAdmin",), phone=OTHER)
    other.ahead_ms = 5_000
    refusal(clinic.call("users_page", token=token, query={"facilityId": "FAC001"}), 403, "forbidden")
    refusal(ROLES.make(clinic, token), 404, "user-not-found")


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("users_create", CREATE | {"roles": []}, "roles"),
    ("users_create", CREATE | {"roles": ["owner"]}, "roles"),
    ("users_create", CREATE | {"roles": "clinician"}, "roles"),
    ("users_create", CREATE | {"roles": ["patient"] * 5}, "roles"),
    ("users_create", CREATE | {"phone": "+33612345678"}, "phone"),
    ("users_create", CREATE | {"phone": None}, "phone"),
    ("users_create", CREATE | {"facilityId": ""}, "facilityId"),
    ("users_create", CREATE | {"facilityId": ".."}, "facilityId"),
    ("users_create", CREATE | {"facilityId": None}, "facilityId"),
    ("users_roles", {}, "roles"),
    ("users_roles", {"roles": []}, "roles"),
    ("users_roles", {"roles": ["systemadmin"]}, "roles"),
    ("users_force", {"userId": USER}, "reason"),
    ("users_force", {"userId": USER, "reason": ""}, "reason"),
    ("users_force", {"userId": USER, "reason": " \u200b\n"}, "reason"),
    ("users_force", {"userId": USER, "reason": "x" * 501}, "reason"),
    ("users_force", {"reason": "x"}, "userId"),
    ("users_review", {"userId": USER}, "decision"),
    ("users_review", {"userId": USER, "decision": "maybe"}, "decision"),
    ("users_review", {"userId": USER, "decision": True}, "decision"),
    ("users_review", {"userId": USER, "decision": "approve", "reason": 7}, "reason"),
    ("users_review", {"decision": "approve"}, "userId"),
]


@pytest.mark.parametrize(("call", "body", "field"), BAD)
def test_a_body_that_does_not_fit(clinic: Clinic, call: str, body: dict[str, Any], field: str) -> None:
    """422 that names the field; nothing is changed or told."""
    subject(clinic)
    token = system_admin(clinic)
    before = clinic.people()
    answer = clinic.call(call, body, token=token, path={"userId": USER} if call == "users_roles" else None)
    refusal(answer, 422, "invalid-request")
    assert {fault["field"].split(".")[0] for fault in answer.json["errors"]} == {field}
    assert clinic.people() == before


@pytest.mark.parametrize("user_id", ["..", "x" * 9000, "💉", "%00", "\ud800", "prefix#+64215#498674", "A" * 24])
def test_any_path_is_answered(clinic: Clinic, user_id: str) -> None:
    """A strange id is nobody's."""
    answer = clinic.call("users_roles", token=system_admin(clinic), path={"userId": user_id})
    assert answer.status == 404


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.act)
@pytest.mark.parametrize("reasons", [["None", "ValidationError"], []])
def test_nothing_is_changed_that_cannot_be_told(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, act: Act, reasons: list[str]
) -> None:
    """The change and its entry are one transaction: 503, and nothing half-done."""
    newcomer(clinic)
    token = admin(clinic)
    before, calls = clinic.people(), listen(monkeypatch)
    code = "TransactionCanceledException" if reasons else "ThrottlingException"
    calls.fail("TransactWriteItems", code, reasons)
    refusal(act.make(clinic, token), 503, "unavailable")
    assert "UpdateItem" not in calls.made
    assert "PutItem" not in calls.made
    calls.mend()
    assert clinic.people() == before
    assert act.make(clinic, token).status in {200, 204}


def lock(clinic: Clinic, phone: str = PHONE) -> None:
    """Let the hundredth wrong code have been tried just now, with codes that used up the day's."""
    now = clinic.wiring.now_ms()
    Table(IDENTITY).update(
        clinic.user_id(phone),
        "SET #failures = :many, #failedAt = :now, #checks = :five, #sends = :sends, #nextSendAt = :next",
        condition="attribute_exists(#pk)",
        values={"many": 100, "now": now, "five": 5, "sends": [now - 1] * 10, "next": now + 30_000},
    )


@pytest.mark.parametrize("verification", ["rejected", "pending", "verified"])
def test_unlocking_verifies_nobody_and_verifying_unlocks_nobody(clinic: Clinic, verification: str) -> None:
    """Verification and lock are two things; an unlocked number gets a code at once."""
    clinic.wiring.stopped_ms = NOW
    clinic.member("FAC001", ("clinician",), phone=PHONE, verification=verification)
    lock(clinic)
    refusal(clinic.call("otp_send", {"phone": PHONE}), 429, "too-many-attempts")
    forced = FORCE.make(clinic, admin(clinic)).json
    assert (forced["verification"], forced["locked"]) == ("verified", True)
    clinic.member("FAC001", ("clinician",), phone=PHONE, verification=verification)
    lock(clinic)
    unlocked = UNLOCK.make(clinic, admin(clinic)).json
    assert (unlocked["verification"], unlocked["locked"]) == (verification, False)
    assert clinic.sign_in(PHONE)["user"]["verification"] == verification
    assert {entry["act"]: entry["before"] for entry in clinic.audit()}["unlock"] == "locked"


@pytest.mark.parametrize("act", [ROLES, APPROVE, REJECT, KILL], ids=lambda act: act.act)
def test_nothing_else_unlocks_a_number(clinic: Clinic, act: Act) -> None:
    """Nor does adding it to a facility, when it was nobody's or a patient's of none."""
    clinic.wiring.stopped_ms = NOW
    subject(clinic)
    lock(clinic)
    assert act.make(clinic, admin(clinic)).status in {200, 204}
    assert page(clinic, admin(clinic), phone=PHONE)["users"][0]["locked"] is True
    clinic.sign_in(OTHER) if act is ROLES else clinic.send(OTHER)
    lock(clinic, OTHER)
    assert clinic.call("users_create", CREATE, token=admin(clinic)).json["locked"] is True


def test_a_number_that_was_mistyped_is_released(clinic: Clinic) -> None:
    """204: nobody has it any more, it is in no list, and another facility can add it."""
    token = admin(clinic)
    user_id = clinic.call("users_create", CREATE, token=token).json["userId"]
    path = {"userId": user_id}
    assert len(page(clinic, token)["users"]) == 2
    answer = clinic.call("users_remove", token=token, path=path)
    assert (answer.status, answer.text) == (204, "")
    assert [user["userId"] for user in page(clinic, token)["users"]] == [clinic.user_id(clinic.number(ADMIN_SEED))]
    assert page(clinic, system_admin(clinic), phone=OTHER)["users"] == []
    refusal(clinic.call("users_remove", token=token, path=path), 404, "user-not-found")
    elsewhere = clinic.call("users_create", CREATE | {"facilityId": "FAC002"}, token=system_admin(clinic))
    assert (elsewhere.status, elsewhere.json["userId"]) == (201, user_id)


def test_whoever_signed_in_is_not_removed(clinic: Clinic) -> None:
    """409, also after they signed out; not even oneself, nor somebody whom the operator signed in."""
    token = admin(clinic)
    path = {"userId": clinic.call("users_create", CREATE, token=token).json["userId"]}
    pair = clinic.sign_in(OTHER)
    for _ in range(2):
        refusal(clinic.call("users_remove", token=token, path=path), 409, "user-in-use")
        clinic.call("auth_logout", token=pair["accessToken"])
    own = {"userId": clinic.user_id(clinic.number(ADMIN_SEED))}
    refusal(clinic.call("users_remove", token=token, path=own), 409, "user-in-use")
    assert [entry["act"] for entry in clinic.audit()] == ["create"]


@pytest.mark.parametrize("signed_out", [False, True])
def test_whoever_signed_in_before_they_were_taken_over_is_not_removed(clinic: Clinic, *, signed_out: bool) -> None:
    """409: a patient who registered themselves has records, of which their new place tells nothing."""
    pair = clinic.sign_in(OTHER)
    if signed_out:
        assert clinic.call("auth_kill_switch", {}, token=pair["accessToken"]).status == 204
    token = admin(clinic)
    path = {"userId": clinic.call("users_create", CREATE, token=token).json["userId"]}
    before = clinic.people()
    refusal(clinic.call("users_remove", token=token, path=path), 409, "user-in-use")
    assert clinic.people() == before


def test_somebody_who_is_changed_meanwhile_is_judged_anew(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another admin was faster: what was decided about a clinician is not applied to whoever is none any more."""
    subject(clinic)
    token = admin(clinic)
    _meanwhile(clinic, monkeypatch, lambda: clinic.member("FAC001", ("patient",), phone=PHONE))
    refusal(APPROVE.make(clinic, token), 422, "invalid-request")
    assert clinic.audit() == []


def test_somebody_who_moves_meanwhile_is_out_of_reach(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the reading and the writing: 404, and nothing is changed."""
    subject(clinic)
    token = admin(clinic)
    _meanwhile(clinic, monkeypatch, lambda: subject(clinic, "FAC002"))
    refusal(ROLES.make(clinic, token), 404, "user-not-found")
    person = clinic.person(PHONE)
    assert person
    assert person["roles"] == ["clinician"]
    assert clinic.audit() == []


def _meanwhile(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen just before the next change is written."""
    change, left = clinic.wiring.identity.people.change, [happens]

    def lifecycle(*arguments: Any) -> bool:
        while left:
            left.pop()()
        return change(*arguments)

    monkeypatch.setattr(clinic.wiring.identity.people, "change", lifecycle)


@pytest.mark.parametrize("call", CALLS)
def test_there_is_no_such_call(clinic: Clinic, call: str) -> None:
    """Another method is a problem too."""
    event = event_of(call)
    event["routeKey"] = f"DELETE {event['rawPath']}"
    assert clinic.invoke(call, event)["statusCode"] == 404
