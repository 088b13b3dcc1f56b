"""DynamoDB throttling or away: every identity call says so, and leaves nothing half-done."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bedside.adapters.aws.dynamodb import Table
from tests.conftest import IDENTITY, client
from tests.fakes.aws_calls import listen
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.identity.test_otp import wrong

PHONE, SUBJECT, NEWCOMER = "+64215550111", "+64215550112", "+64215550115"
OPERATIONS = ("GetItem", "UpdateItem", "TransactWriteItems", "Query")


@dataclass(frozen=True)
class Scene:
    """What has happened before a call is made."""

    clinic: Clinic
    code: str
    refresh: str
    token: str
    admin: str

    @property
    def subject(self) -> str:
        return self.clinic.user_id(SUBJECT)

    @property
    def newcomer(self) -> str:
        return self.clinic.user_id(NEWCOMER)


CALLS: dict[str, Callable[[Scene], Answer]] = {
    "send": lambda it: it.clinic.call("otp_send", {"phone": "+64215550113"}),
    "verify": lambda it: it.clinic.verify(PHONE, it.code),
    "refresh": lambda it: it.clinic.call("auth_refresh", {"refreshToken": it.refresh}),
    "log out": lambda it: it.clinic.call("auth_logout", token=it.token),
    "kill oneself": lambda it: it.clinic.call("auth_kill_switch", {}, token=it.token),
    "kill another": lambda it: it.clinic.call("auth_kill_switch", {"userId": it.subject}, token=it.admin),
    "me": lambda it: it.clinic.call("auth_me", token=it.token),
    "profile": lambda it: it.clinic.call("users_profile", token=it.token),
    "describe": lambda it: it.clinic.call("users_describe", {"displayName": "Aroha"}, token=it.token),
    "page": lambda it: it.clinic.call("users_page", token=it.admin, query={}),
    "find": lambda it: it.clinic.call("users_page", token=it.admin, query={"phone": SUBJECT}),
    "counters": lambda it: it.clinic.call("users_counters", token=it.admin),
    "create": lambda it: it.clinic.call(
        "users_create", {"phone": "+64215550114", "roles": ["patient"], "facilityId": "FAC001"}, token=it.admin
    ),
    "roles": lambda it: it.clinic.call(
        "users_roles", {"roles": ["patient"]}, token=it.admin, path={"userId": it.subject}
    ),
    "force": lambda it: it.clinic.call("users_force", {"userId": it.subject, "reason": "Known."}, token=it.admin),
    "unlock": lambda it: it.clinic.call("users_unlock", token=it.admin, path={"userId": it.subject}),
    "remove": lambda it: it.clinic.call("users_remove", token=it.admin, path={"userId": it.newcomer}),
    "review": lambda it: it.clinic.call("users_review", {"userId": it.subject, "decision": "approve"}, token=it.admin),
}
# What each needs of DynamoDB, in this order; of the first only a process that remembers nobody needs the reading.
NEEDS = {
    "send": ["GetItem", "TransactWriteItems"],
    "verify": ["UpdateItem", "TransactWriteItems"],
    "refresh": ["UpdateItem"],
    "log out": ["GetItem", "UpdateItem"],
    "kill oneself": ["GetItem", "TransactWriteItems"],
    "kill another": ["GetItem", "TransactWriteItems"],
    "me": ["GetItem"],
    "profile": ["GetItem"],
    "describe": ["GetItem", "UpdateItem"],
    "page": ["GetItem", "Query"],
    "find": ["GetItem"],
    "counters": ["GetItem"],
    "create": ["GetItem", "TransactWriteItems"],
    "roles": ["GetItem", "TransactWriteItems"],
    "force": ["GetItem", "TransactWriteItems"],
    "unlock": ["GetItem", "TransactWriteItems"],
    "remove": ["GetItem", "TransactWriteItems"],
    "review": ["GetItem", "TransactWriteItems"],
}


@pytest.fixture
def scene(clinic: Clinic) -> Scene:
    """A code on its way, a sign-in, an admin, and somebody about whom they decide."""
    pair = clinic.sign_in(PHONE)
    clinic.wiring.ahead_ms = 60_000
    clinic.member("FAC001", ("clinician",), phone=SUBJECT, verification="pending")
    admin = clinic.member("FAC001", ("facilityAdmin",))
    clinic.member("FAC001", ("patient",), phone=NEWCOMER)
    never: dict[str, dict[str, str]] = {"none": {}}
    Table(IDENTITY).update(
        clinic.user_id(NEWCOMER), "SET #families = :none", condition="attribute_exists(#pk)", values=never
    )
    return Scene(clinic, clinic.send(PHONE), pair["refreshToken"], pair["accessToken"], admin)


@pytest.mark.parametrize(
    ("call", "operation"), [(call, operation) for call, needed in NEEDS.items() for operation in needed]
)
@pytest.mark.parametrize("code", ["ThrottlingException", "no answer"])
def test_a_call_that_meets_a_failure(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, call: str, operation: str, code: str
) -> None:
    """503, to be repeated in a second; nobody was changed, signed in, signed out or told of. Then it works."""
    before, calls = scene.clinic.people(), listen(monkeypatch)
    if code == "no answer":
        calls.time_out(operation)
    else:
        calls.fail(operation, code)
    answer = CALLS[call](scene)
    refusal(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert operation in calls.made
    calls.mend()
    after = scene.clinic.people()
    if (call, operation) == ("verify", "TransactWriteItems"):
        _forgive_the_check(before, after)
    assert after == before
    assert scene.clinic.wiring.identity.sms.messages[-1][0] == PHONE
    repeated = CALLS[call](scene)
    assert repeated.status < 300, repeated


def _forgive_the_check(before: list[list[dict[str, object]]], after: list[list[dict[str, object]]]) -> None:
    """A check is counted before it is made: that much of a verification may stand, with the mark of its write."""
    for people in (before, after):
        for person in people[0]:
            for number in range(8):
                person.pop(f"write{number}", None)
            for counted in ("checks", "failures", "failedAt"):
                person.pop(counted, None)


@pytest.mark.parametrize("call", NEEDS)
def test_what_a_call_needs_is_known(scene: Scene, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The list above is complete: no call asks anything else of DynamoDB."""
    calls = listen(monkeypatch)
    assert CALLS[call](scene).status < 300
    assert set(calls.made) == set(NEEDS[call])


def test_a_guarded_call_of_the_capture(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the caller's sign-in lives cannot be told: 503, not 401, which would sign them out."""
    listen(monkeypatch).fail("GetItem", "ThrottlingException")
    token = scene.token
    refusal(scene.clinic.call("session_create", token=token), 503, "unavailable")


def test_the_guess_that_locks_is_answered_as_others(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """401 after one write, so that nothing can fail between counting it and locking."""
    item = {"TableName": IDENTITY, "Key": {"pk": {"S": scene.clinic.user_id(PHONE)}}}
    values = {":n": {"N": "99"}}
    client("dynamodb").update_item(**item, UpdateExpression="SET failures = :n", ExpressionAttributeValues=values)
    calls = listen(monkeypatch)
    refusal(scene.clinic.verify(PHONE, wrong(scene.code)), 401, "otp-invalid")
    assert calls.made == ["UpdateItem"]
    refusal(scene.clinic.verify(PHONE, scene.code), 429, "too-many-attempts")
