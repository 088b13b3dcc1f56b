"""People in the record: found and changed within one facility, every change with its entry in the audit trail."""

from dataclasses import replace

import pytest

from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.otp_budget import Budget
from bedside.identity.person import newcomer, user_id_of
from bedside.identity.person_repository import PAGE, PersonRepository, is_user_id
from bedside.identity.principal import EVERYWHERE, Principal, Scope
from bedside.kernel.errors import UnavailableError
from tests.conftest import client
from tests.fakes.aws_calls import listen
from tests.unit.identity.conftest import KEY, NOW, PHONE, USER, Registry

ENTRY = Entry("set-roles", "admin", USER, "FAC001", "203.0.113.7", "patient", "clinician")
WHO = Principal(USER, "f" * 16, "FAC001", ("patient",))
CHANGE = ("SET #roles = :roles", {"roles": ["clinician"]})


@pytest.mark.parametrize(
    "text", ["", "a" * 23, "a" * 25, "A" * 24, "1" * 24, "prefix#+64215#498674", "ä" * 24, "a" * 24 + "\n"]
)
def test_other_texts_are_no_ids(text: str, registry: Registry) -> None:
    """The table holds other items as well: these are never looked for."""
    assert not is_user_id(text)
    registry.table.put({"pk": text or "x", "credit": 1}, condition="attribute_not_exists(#pk)", values={})
    assert registry.people.find_unscoped(text) is None
    assert registry.people.find(EVERYWHERE, text) is None


def test_a_person_is_found_within_their_facility(registry: Registry) -> None:
    """And by whoever reaches every facility; for others there is nobody."""
    registry.register("clinician")
    found = registry.people.find(Scope("FAC001"), USER)
    assert found
    assert (found.phone, found.roles, found.verification, found.created_at) == (PHONE, ("clinician",), "pending", NOW)
    assert registry.people.find(EVERYWHERE, USER) == found
    assert registry.people.find(Scope("FAC002"), USER) is None
    assert registry.people.find_unscoped(USER) == found


def test_who_never_used_a_code_is_nobody(registry: Registry) -> None:
    """A number that was only sent one is in the record, and no admin finds it."""
    registry.table.put({"pk": USER, "phone": PHONE, "sends": []}, condition="attribute_not_exists(#pk)", values={})
    assert registry.people.find_unscoped(USER)
    assert registry.people.find(EVERYWHERE, USER) is None


def test_people_come_in_pages(registry: Registry) -> None:
    """Fifty at a time, of one facility, each once."""
    for number in range(PAGE + 5):
        registry.register(phone=f"+6421555{number:04d}")
    registry.register(facility="FAC002", phone="+64225550000")
    registry.register(facility=None, phone="+64225550001")
    first, cursor = registry.people.list_by_facility("FAC001", None)
    assert cursor
    rest, end = registry.people.list_by_facility("FAC001", cursor)
    assert (len(first), len(rest), end) == (PAGE, 5, None)
    ids = [person.user_id for person in first + rest]
    assert ids == sorted({user_id_of(KEY, f"+6421555{number:04d}") for number in range(PAGE + 5)})
    assert registry.people.list_by_facility("FAC003", None) == ([], None)


def test_a_place_is_given_once(registry: Registry) -> None:
    """Whoever has one keeps it, in whichever facility, and nothing is told to the trail."""
    registry.register("clinician")
    before = registry.raw()
    for facility in ("FAC001", "FAC002"):
        person, entry = newcomer(USER, PHONE, ["facilityAdmin"], facility), Entry("create", "b", USER, facility, "o")
        assert registry.people.register(person, entry, NOW) is None
        assert registry.people.take_over(person, entry, NOW) is None
    assert registry.raw() == before
    assert len(registry.entries()) == 1


def test_a_number_that_guessed_before_it_had_a_place(registry: Registry) -> None:
    """Stays locked when it is given one, keeps the times of its codes, and is no longer forgotten."""
    guessed = {"sends": [NOW], "failures": 100, "failedAt": NOW}
    item = {"pk": USER, "phone": PHONE, **guessed, "families": {}, "codes": {"d": NOW}, "codesEndAt": NOW, "ttl": 1}
    registry.table.put(item, condition="attribute_not_exists(#pk)", values={})
    person = registry.register("clinician")
    assert (person.budget, person.codes) == (Budget(sends=(NOW,), failures=100, failed_at=NOW), ())
    assert {"ttl", "codesEndAt"}.isdisjoint(registry.raw())


def test_a_patient_of_no_facility_is_taken_over(registry: Registry) -> None:
    """With a new place, and without the sign-ins, the code, the name and the times of before: numbers change hands."""
    registry.register("patient", facility=None)
    registry.sign_in()
    registry.table.update(
        USER,
        "SET #displayName = :name, #codes = :codes, #failures = :many, #sends = :sends, #createdAt = :early, "
        "#lastSignInAt = :early, #ttl = :ttl, #devices = :devices",
        condition="attribute_exists(#pk)",
        values={
            "name": "Aroha",
            "codes": {"d": NOW},
            "many": 100,
            "sends": [NOW],
            "early": NOW - 5,
            "ttl": 1,
            "devices": ["d"],
        },
    )
    person, entry = newcomer(USER, PHONE, ["clinician"], "FAC001"), Entry("take-over", "b", USER, "FAC001", "o")
    assert registry.people.register(person, entry, NOW) is None
    found = registry.people.take_over(person, entry, NOW)
    assert found
    assert (found.roles, found.facility_id, found.verification) == (("clinician",), "FAC001", "pending")
    assert (found.display_name, dict(found.families), found.codes) == (None, {}, ())
    assert (found.created_at, found.last_sign_in_at, found.devices_after) == (NOW, None, NOW)
    assert found.devices == ()
    assert found.ever_signed_in
    assert (found.budget.failures, found.budget.sends) == (100, (NOW,))
    assert "ttl" not in registry.raw()


@pytest.mark.parametrize(
    ("roles", "facility"), [(("patient",), "FAC002"), (("systemAdmin",), None), (("patient", "systemAdmin"), None)]
)
def test_nobody_else_is_taken_over(registry: Registry, roles: tuple[str, ...], facility: str | None) -> None:
    """Neither another facility's patient, nor an admin of the system, nor a number that is nobody's."""
    person, entry = newcomer(USER, PHONE, ["patient"], "FAC001"), Entry("take-over", "b", USER, "FAC001", "o")
    assert registry.people.take_over(person, entry, NOW) is None
    registry.register(*roles, facility=facility)
    assert registry.people.take_over(person, entry, NOW) is None
    assert registry.person().roles == roles


def test_a_change_is_told_to_the_trail(registry: Registry) -> None:
    """Who, what, whom, when, from where, before and after; in the facility's part of it."""
    person = registry.register("patient")
    assert registry.people.change(person, *CHANGE, ENTRY, NOW + 5)
    assert registry.person().roles == ("clinician",)
    [_, entry] = registry.entries()
    assert entry.pop("sk").startswith("2026-11-21T02:31:52.350Z#")
    assert entry == {
        "pk": "FAC001",
        "at": "2026-11-21T02:31:52.350Z",
        "act": "set-roles",
        "by": "admin",
        "whom": USER,
        "origin": "203.0.113.7",
        "before": "patient",
        "after": "clinician",
    }


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("roles", ["patient", "clinician"]), ("verification", "rejected"), ("facilityId", "FAC002")],
)
def test_somebody_who_changed_meanwhile_is_left_alone(registry: Registry, attribute: str, value: object) -> None:
    """What was decided was decided of somebody else: nothing is changed, and nothing told."""
    person = registry.register("patient")
    registry.table.update(
        USER, "SET #a = :v", condition="attribute_exists(#pk)", values={"v": value}, names={"a": attribute}
    )
    before = registry.raw()
    assert not registry.people.change(person, *CHANGE, ENTRY, NOW)
    assert registry.raw() == before
    assert len(registry.entries()) == 1


def test_somebody_who_got_a_facility_meanwhile_is_left_alone(registry: Registry) -> None:
    """Of no facility is a state like others."""
    person = registry.register("patient", facility=None)
    set_facility = "SET #facilityId = :f"
    registry.table.update(USER, set_facility, condition="attribute_exists(#pk)", values={"f": "FAC002"})
    assert not registry.people.change(person, *CHANGE, ENTRY, NOW)
    assert registry.person().roles == ("patient",)


def test_an_entry_never_replaces_another(registry: Registry) -> None:
    """Two of the same millisecond stand beside each other; the same once more changes nothing, and no person either."""
    person = registry.register("patient")
    assert registry.people.change(person, "SET #roles = :rolesBefore", {}, ENTRY, NOW)
    assert len(registry.entries()) == 2
    stuck = PersonRepository(registry.table, AuditTrail(registry.trail._table, bytes))  # noqa: SLF001  # its table
    assert stuck.change(person, "SET #roles = :rolesBefore", {}, ENTRY, NOW)
    before = registry.entries()
    assert not stuck.change(person, *CHANGE, ENTRY, NOW)
    assert registry.entries() == before
    assert registry.person().roles == ("patient",)


def test_nothing_changes_that_cannot_be_told(registry: Registry) -> None:
    """Without the trail nobody is registered or changed."""
    person = registry.register("patient")
    client("dynamodb").delete_table(TableName="bedside-audit-test")
    with pytest.raises(UnavailableError):
        registry.people.change(person, *CHANGE, ENTRY, NOW)
    with pytest.raises(UnavailableError):
        registry.register("patient", phone="+64215550112")
    assert registry.person().roles == ("patient",)
    assert registry.people.find_unscoped(user_id_of(KEY, "+64215550112")) is None


def test_one_describes_oneself(registry: Registry) -> None:
    """A name is set and removed, while one is signed in."""
    registry.register("patient")
    registry.sign_in()
    named = registry.people.update_display_name(WHO, "Aroha")
    assert named
    assert named.display_name == registry.person().display_name == "Aroha"
    for nothing in ("", None):
        registry.people.update_display_name(WHO, "Aroha")
        bare = registry.people.update_display_name(WHO, nothing)
        assert bare
        assert bare.display_name is None
    assert registry.people.update_display_name(replace(WHO, family_id="g" * 16), "Mallory") is None
    assert registry.people.update_display_name(replace(WHO, user_id="v" * 24), "Mallory") is None
    assert registry.person().display_name is None


def test_an_entry_of_somebody_without_a_facility_has_its_place(registry: Registry) -> None:
    """Under "-"; what an entry does not have is not stored as an empty text."""
    registry.register("patient", facility=None)
    [entry] = registry.entries()
    assert entry["pk"] == "-"
    assert set(entry) == {"pk", "sk", "at", "act", "by", "whom", "origin"}


def test_whoever_changed_is_told_of(registry: Registry) -> None:
    """With their facility: once they are changed, or may be because the answer was lost; not where nothing changed."""
    told: list[tuple[str, str | None]] = []
    people = PersonRepository(
        registry.table, registry.trail, lambda user_id, facility_id: told.append((user_id, facility_id))
    )
    place, entry = newcomer(USER, PHONE, ["patient"], "FAC001"), Entry("create", "b", USER, "FAC001", "o")
    person = people.register(place, entry, NOW)
    assert person
    assert people.register(place, entry, NOW) is people.take_over(place, entry, NOW) is None
    assert told == [(USER, "FAC001")]
    assert people.change(person, *CHANGE, ENTRY, NOW)
    assert not people.change(person, *CHANGE, ENTRY, NOW)
    registry.sign_in()
    assert people.update_display_name(WHO, "Aroha")
    assert people.update_display_name(replace(WHO, family_id="g" * 16), "Mallory") is None
    assert told == [(USER, "FAC001")] * 3


@pytest.mark.parametrize("operation", ["TransactWriteItems", "UpdateItem"])
def test_a_lost_answer_is_told_of(registry: Registry, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    """What it said may be so."""
    told: list[str] = []
    people = PersonRepository(registry.table, registry.trail, lambda user_id, _facility_id: told.append(user_id))
    person = registry.register()
    registry.sign_in()
    listen(monkeypatch).time_out(operation)
    with pytest.raises(UnavailableError):
        _ = (
            people.update_display_name(WHO, "A")
            if operation == "UpdateItem"
            else people.change(person, *CHANGE, ENTRY, NOW)
        )
    assert told == [USER]


def test_whoever_never_signed_in_is_removed(registry: Registry) -> None:
    """The number is as before it had a place: nobody's, forgotten after a month, with what limits need to know."""
    person = registry.register("clinician")
    registry.table.update(
        USER,
        "SET #sends = :sends, #codes = :codes, #codesEndAt = :now",
        condition="attribute_exists(#pk)",
        values={"sends": [NOW], "codes": {"d": NOW + 9}, "now": NOW},
    )
    assert registry.people.release(person, replace(ENTRY, act="remove"), NOW)
    assert set(registry.raw()) == {
        "pk", "phone", "sends", "failures", "families", "devicesAfter", "ttl",
    }  # fmt: skip
    assert registry.raw()["ttl"] == NOW // 1000 + 31 * 86_400
    assert registry.people.list_by_facility("FAC001", None) == ([], None)
    assert [entry["act"] for entry in registry.entries()] == ["create", "remove"]
    assert registry.register("patient", facility="FAC002").facility_id == "FAC002"


def test_whom_the_operator_signed_in_is_not_removed(registry: Registry) -> None:
    """Also once that sign-in has ended, of which nothing else tells."""
    registry.register("clinician")
    registry.sign_in()
    registry.families.end(USER, "f" * 16)
    person = registry.person()
    assert person.ever_signed_in
    assert (person.last_sign_in_at, dict(person.families)) == (None, {})
    assert not registry.people.release(person, replace(ENTRY, act="remove"), NOW)


@pytest.mark.parametrize(
    "how", ["a sign-in", "a sign-in long ago", "a sign-in of before", "another role", "another facility"]
)
def test_whoever_signed_in_meanwhile_is_not_removed(registry: Registry, how: str) -> None:
    """Or was changed since they were read; nothing is told."""
    person = registry.register("clinician")
    if how == "a sign-in":
        registry.sign_in()
    else:
        values: dict[str, tuple[str, object]] = {
            "a sign-in long ago": ("lastSignInAt", 1),
            "a sign-in of before": ("signedInBefore", True),
            "another role": ("roles", ["patient"]),
        }
        name, value = values.get(how, ("facilityId", "FAC002"))
        registry.table.update(USER, f"SET #{name} = :value", condition="attribute_exists(#pk)", values={"value": value})
    before = registry.raw()
    assert not registry.people.release(person, replace(ENTRY, act="remove"), NOW)
    assert registry.raw() == before
    assert len(registry.entries()) == 1
