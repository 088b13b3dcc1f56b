"""Every call of the product, made by everybody who could make it: who may, and what the others get to see or change."""

from collections.abc import Iterator

import pytest

from tests.functions.clinic import Clinic
from tests.functions.in_process import InProcess
from tests.functions.tenancy import inventory
from tests.functions.tenancy.estate import CALLERS, Capture, Estate, Facilities
from tests.functions.tenancy.matrix import Matrix
from tests.functions.tenancy.routes import calls
from tests.functions.tenancy.rules import RULES
from tests.web import pages
from web import site


@pytest.fixture(scope="module", autouse=True)
def built_pages() -> Iterator[None]:
    """Serve the pages as they are deployed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "PAGES", pages.built())
        yield


@pytest.fixture
def facilities(clinic: Clinic) -> Facilities:
    """Two facilities of a product in this process."""
    return Facilities(InProcess(clinic))


def test_every_call_has_a_rule_and_every_rule_a_call() -> None:
    """The template's routes and the rules are the same calls, and each rule says something of every caller."""
    assert sorted(RULES) == calls()
    assert {call: set(CALLERS) ^ set(rule.answers) for call, rule in RULES.items()} == {call: set() for call in RULES}


@pytest.mark.parametrize("call", calls())
def test_call_serves_its_own_and_nobody_else(facilities: Facilities, call: str) -> None:
    """Whoever may not is refused as the contract says, and nothing changes; whoever may changes only their own."""
    matrix = Matrix(facilities, call)
    matrix.fill(CALLERS)
    assert not matrix.wrong, f"caller, expected, got:\n{matrix}"


def test_same_encounter_number_is_another_encounter(facilities: Facilities) -> None:
    """Both facilities have an encounter of the same number: each sees and changes its own, and ends its own."""
    ours = Estate(facilities).capture
    theirs = Capture(facilities.clinician("other clinician"), facilities.theirs, ours.encounter)
    assert theirs.photo != ours.photo
    assert [image["s3Key"] for image in theirs.clinician.images(theirs.encounter)] == [theirs.photo]
    assert ours.phone.notify(theirs.photo).status_code == 403
    assert theirs.phone.notify(ours.photo).status_code == 403
    before = inventory.take(facilities.world.kept, [facilities.ours], [])
    path = f"/session/images/{ours.encounter}/image-1"
    assert theirs.clinician.call("PATCH", path, {"metadata": {"notes": "theirs"}}).status_code == 200
    assert theirs.phone.call("DELETE", path).status_code == 200
    assert theirs.clinician.call("DELETE", f"/session/{ours.encounter}").status_code == 204
    assert inventory.changes(before, inventory.take(facilities.world.kept, [facilities.ours], [])) == {}
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
