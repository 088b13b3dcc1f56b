"""The operator of a stack gives somebody a place in it."""

import pytest

from bedside.identity.enrolment import Enrolment
from bedside.identity.person import Person
from bedside.kernel.errors import UnavailableError
from tests.conftest import client
from tests.unit.identity.conftest import KEY, NOW, PHONE, USER, Registry


def enrol(registry: Registry, *roles: str, facility: str | None = "FAC001", verified: bool = False) -> Person:
    return Enrolment(registry.people, KEY).enrol(
        PHONE, roles, facility, verified=verified, source="command line", now_ms=NOW
    )


def test_the_first_system_admin(registry: Registry) -> None:
    """Comes from nowhere else; one entry tells of it."""
    person = enrol(registry, "systemAdmin", facility=None)
    assert (person.user_id, person.phone, person.roles, person.facility_id) == (USER, PHONE, ("systemAdmin",), None)
    assert person == registry.person()
    [entry] = registry.entries()
    assert {name: entry[name] for name in ("pk", "act", "by", "whom", "origin", "after")} == {
        "pk": "-",
        "act": "enrol",
        "by": "operator",
        "whom": USER,
        "origin": "command line",
        "after": "systemAdmin",
    }


@pytest.mark.parametrize(("verified", "verification"), [(True, "verified"), (False, "pending")])
@pytest.mark.parametrize("known", [True, False])
def test_a_clinician(registry: Registry, *, known: bool, verified: bool, verification: str) -> None:
    """Verified if the operator says so, whether they were known before or not; one entry for each enrolment."""
    if known:
        enrol(registry, "patient", facility=None)
    person = enrol(registry, "clinician", verified=verified)
    assert (person.roles, person.facility_id, person.verification) == (("clinician",), "FAC001", verification)
    assert person == registry.person()
    assert len(registry.entries()) == (2 if known else 1)


def test_others_need_no_verification(registry: Registry) -> None:
    """Whatever the operator says."""
    assert enrol(registry, "facilityAdmin", verified=True).verification == "none"


def lock(registry: Registry) -> None:
    """Let a hundred wrong codes have been tried."""
    registry.table.update(
        USER, "SET #phone = :p, #failures = :n", condition="attribute_not_exists(#x)", values={"p": PHONE, "n": 100}
    )


def test_a_number_that_was_locked_before_it_had_a_place_is_unlocked(registry: Registry) -> None:
    """The operator's first administrator has nobody who could do it."""
    lock(registry)
    assert enrol(registry, "systemAdmin", facility=None).budget.failures == 0


def test_a_place_is_changed(registry: Registry) -> None:
    """Another facility, other roles; and a locked number is unlocked."""
    enrol(registry, "clinician", verified=True)
    lock(registry)
    person = enrol(registry, "facilityAdmin", facility="FAC002")
    assert (person.roles, person.facility_id, person.budget.failures) == (("facilityAdmin",), "FAC002", 0)
    assert enrol(registry, "systemAdmin", facility=None).facility_id is None
    assert [entry["pk"] for entry in registry.entries()].count("FAC002") == 1


def test_nobody_is_enrolled_without_the_trail(registry: Registry) -> None:
    """What cannot be told is not done."""
    client("dynamodb").delete_table(TableName="bedside-audit-test")
    with pytest.raises(UnavailableError):
        enrol(registry, "systemAdmin", facility=None)
    assert registry.people.find_unscoped(USER) is None
