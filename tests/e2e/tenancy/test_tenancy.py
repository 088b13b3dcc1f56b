"""Every call of the product, made by everybody who could make it: who may, and what the others get to see or change."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.aws import Aws
from tests.e2e.people import Caller, Reception
from tests.e2e.tenancy import inventory
from tests.e2e.tenancy.calls import calls
from tests.e2e.tenancy.estate import CALLERS, Capture, Estate, Facilities
from tests.e2e.tenancy.rules import RULES, Answer


@pytest.fixture(scope="module")
def aws(stack: dict[str, Any]) -> Iterator[Aws]:
    aws = Aws(stack)
    yield aws
    aws.close()


@pytest.fixture(scope="module")
def facilities(stack: dict[str, Any]) -> Iterator[Facilities]:
    """Two facilities, whose people sign in once for all tests."""
    with httpx.Client(base_url=stack["apiUrl"], timeout=60) as http:
        yield Facilities(Reception(http, stack))


def _request(call: str, estate: Estate, caller: Caller) -> httpx.Response:
    ask = RULES[call].ask(estate)
    method = "GET" if call == "$default" else call.partition(" ")[0]
    return caller.call(method, ask.path, ask.body, headers=ask.headers)


def _slug(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return str(answer.json()["type"]).rpartition("/")[2] if is_problem else ""


class Matrix:
    """What everybody got from a call, beside what they should have got."""

    def __init__(self, call: str) -> None:
        self._lines = [call]
        self.wrong = 0

    def note(self, name: str, expected: Answer, answer: httpx.Response, faults: list[str]) -> None:
        got = f"{answer.status_code} {_slug(answer)}".strip()
        if (answer.status_code, _slug(answer)) != (expected.status, expected.slug):
            faults = ["another answer", *faults]
        self.wrong += bool(faults)
        mark = "WRONG" if faults else "ok"
        self._lines.append(f"{mark:6}{name:26}{expected!s:24}{got:24}{'; '.join(faults)}")

    def __str__(self) -> str:
        return "\n".join(self._lines)


def test_every_call_has_a_rule_and_every_rule_a_call() -> None:
    """The template's routes and the rules are the same calls, and each rule says something of every caller."""
    assert sorted(RULES) == calls()
    assert {call: set(CALLERS) ^ set(rule.answers) for call, rule in RULES.items()} == {call: set() for call in RULES}


@pytest.mark.parametrize("call", sorted(RULES))
def test_call_serves_its_own_and_nobody_else(facilities: Facilities, aws: Aws, call: str) -> None:
    """Whoever may not is refused as the contract says, and nothing changes; whoever may changes only their own."""
    answers = {name: answer for name, answer in RULES[call].answers.items() if answer}
    estate, matrix = Estate(facilities), Matrix(call)
    refused = [name for name, answer in answers.items() if not answer.may_change]
    before = _prepared(aws, call, estate, refused)
    for name in refused:
        before = _try(matrix, aws, call, estate, name, before)
    for name in answers.keys() - set(refused):
        estate = Estate(facilities)  # what the last one changed is not there to be changed again
        _try(matrix, aws, call, estate, name, _prepared(aws, call, estate, [name]))
    assert not matrix.wrong, f"caller, expected, got:\n{matrix}"


def _prepared(aws: Aws, call: str, estate: Estate, names: list[str]) -> inventory.Inventory:
    """Make the callers and what the call is about, and return what there is then."""
    RULES[call].ask(estate)
    for name in names:
        estate.caller(name)
    found = _inventory(aws, estate)
    while "appointment" in vars(estate):
        time.sleep(0.5)  # the provider tells of a room that has ended and of a recording that has begun
        last, found = found, _inventory(aws, estate)
        if found == last:
            break
    return found


def _try(
    matrix: Matrix, aws: Aws, call: str, estate: Estate, name: str, before: inventory.Inventory
) -> inventory.Inventory:
    """Make the call as somebody, note what came of it, and return what there is afterwards."""
    expected, caller = RULES[call].answers[name], estate.caller(name)
    assert expected
    answer = _request(call, estate, caller)
    after = _inventory(aws, estate)
    allowed = estate.owners(name) if expected.may_change else set()
    changed = inventory.changes(before, after)
    faults = [f"changed {thing} of {owner}" for thing, owner in changed.items() if owner not in allowed]
    if answer.status_code == expected.status and not expected.check(estate, caller, answer):
        faults.append("told what it should not")
    matrix.note(name, expected, answer, faults)
    return after


def _inventory(aws: Aws, estate: Estate) -> inventory.Inventory:
    facilities = estate.facilities
    return inventory.take(aws, [facilities.ours, facilities.theirs], estate.strangers, estate.earlier)


def test_same_encounter_number_is_another_encounter(facilities: Facilities, aws: Aws) -> None:
    """Both facilities have an encounter of the same number: each sees and changes its own, and ends its own."""
    ours = Estate(facilities).capture
    theirs = Capture(facilities.clinician("other clinician"), facilities.theirs, ours.encounter)
    assert theirs.photo != ours.photo
    assert [image["s3Key"] for image in theirs.clinician.images(theirs.encounter)] == [theirs.photo]
    assert ours.phone.notify(theirs.photo).status_code == 403
    assert theirs.phone.notify(ours.photo).status_code == 403
    before = inventory.take(aws, [facilities.ours], [])
    path = f"/session/images/{ours.encounter}/image-1"
    assert theirs.clinician.call("PATCH", path, {"metadata": {"notes": "theirs"}}).status_code == 200
    assert theirs.phone.call("DELETE", path).status_code == 200
    assert theirs.clinician.call("DELETE", f"/session/{ours.encounter}").status_code == 204
    assert inventory.changes(before, inventory.take(aws, [facilities.ours], [])) == {}
    assert [image["s3Key"] for image in ours.clinician.images(ours.encounter)] == [ours.photo]


def test_list_of_people_stops_at_the_facility(facilities: Facilities) -> None:
    """An administrator who asks for nothing, for a number or with a cursor of another facility finds their own."""
    admin, ours = facilities.people["other admin"], facilities.person
    found = admin.call("GET", "/admin/users").json()["users"]
    assert {user["facilityId"] for user in found} == {facilities.theirs}
    assert admin.call("GET", "/admin/users", params={"phone": ours["phone"]}).json()["users"] == []
    after = admin.call("GET", "/admin/users", params={"cursor": ours["userId"]}).json()["users"]
    assert {user["facilityId"] for user in after} <= {facilities.theirs}


def test_roles_do_not_lead_out_of_the_facility(facilities: Facilities) -> None:
    """A facility's administrator cannot make a system administrator, nor change their own roles, nor a stranger's."""
    admin, person = facilities.people["admin"], facilities.person
    stranger = Estate(facilities).caller("stranger").call("GET", "/auth/me").json()
    for user_id, status in ((person["userId"], 403), (admin.user_id, 403), (stranger["userId"], 403)):
        answer = admin.call("PUT", f"/users/{user_id}/roles", {"roles": ["systemAdmin"]})
        assert (user_id, answer.status_code) == (user_id, status)
    assert admin.call("PUT", f"/users/{stranger['userId']}/roles", {"roles": ["patient"]}).status_code == 404
    newcomer = {"phone": "+64215550199", "roles": ["systemAdmin"], "facilityId": facilities.ours}
    assert admin.call("POST", "/admin/users", newcomer).status_code == 403
