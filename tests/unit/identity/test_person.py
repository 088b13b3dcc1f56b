"""A person as the record keeps them, and what their roles mean for their verification."""

import itertools
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.otp_budget import Budget
from bedside.identity.person import (
    Code,
    Person,
    Verification,
    newcomer,
    person_from_record,
    user_id_of,
    verification_after,
)
from bedside.identity.principal import EVERYWHERE, Admin, Principal, Scope
from bedside.identity.representation import user_document

NOW = 1_795_228_312_345
ITEM: dict[str, Any] = {
    "pk": "u" * 24,
    "phone": "+64215550111",
    "displayName": "Aroha Ngata",
    "roles": ["clinician", "patient"],
    "facilityId": "FAC001",
    "verification": "verified",
    "createdAt": Decimal(1_795_228_312_345),
    "lastSignInAt": Decimal(1_795_228_312_999),
    "failures": Decimal(3),
    "sends": [Decimal(1), Decimal(2)],
    "nextSendAt": Decimal(5),
    "codes": {"secret-digest": Decimal(9), "secret-older": Decimal(8)},
    "codesEndAt": Decimal(9),
    "checks": Decimal(1),
    "families": {"f": {"digest": "secret-hash", "rotatedAt": Decimal(1), "endsAt": Decimal(10)}},
}
ROLES = ["patient", "clinician", "facilityAdmin", "systemAdmin"]
LISTS = st.lists(st.sampled_from(ROLES), unique=True)


def person(**changes: Any) -> Person:
    return person_from_record({**ITEM, **changes})


def test_an_id_says_nothing_of_the_number() -> None:
    """24 characters, the same for the same number and key, others for others."""
    keys, phones = (b"one", b"two"), ("+64215550111", "+64215550112")
    ids = [user_id_of(key, phone) for key, phone in itertools.product(keys, phones)]
    assert len(set(ids)) == 4
    assert user_id_of(b"one", phones[0]) == ids[0]
    for user_id in ids:
        assert len(user_id) == 24
        assert set(user_id) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_a_document_is_the_contracts() -> None:
    """Instants in ISO 8601, null where nothing is known, nothing of codes and sign-ins."""
    assert user_document(person(), "Kauri Street Hospital", NOW) == {
        "userId": "u" * 24,
        "phone": "+64215550111",
        "displayName": "Aroha Ngata",
        "roles": ["clinician", "patient"],
        "facilityId": "FAC001",
        "facilityName": "Kauri Street Hospital",
        "verification": "verified",
        "locked": False,
        "lockedUntil": None,
        "createdAt": "2026-11-21T02:31:52.345Z",
        "lastSignInAt": "2026-11-21T02:31:52.999Z",
        "deactivatedAt": None,
        "invitedAt": None,
        "removable": False,
    }
    bare = user_document(person_from_record({"pk": "u" * 24, "phone": "+64215550111"}), None, NOW)
    assert {name for name, value in bare.items() if value is None} == {
        "displayName",
        "facilityId",
        "facilityName",
        "lockedUntil",
        "createdAt",
        "lastSignInAt",
        "deactivatedAt",
        "invitedAt",
    }
    assert (bare["roles"], bare["verification"]) == ([], "none")


def test_nothing_private_is_printed() -> None:
    """A person in a log or an error shows no number, name, or hash."""
    text = repr(person())
    for private in ("5550111", "Aroha", "secret"):
        assert private not in text


def test_codes_are_known_from_the_oldest_to_the_newest() -> None:
    """With the budget of attempts without a device token beside them."""
    assert person().codes == (Code("secret-older", 8), Code("secret-digest", 9))
    assert person().budget == Budget(sends=(1, 2), next_send_at=5, checks=1, failures=3)


def test_a_number_is_locked_from_the_hundredth_failure() -> None:
    """Not from the 99th; for thirty days, and the document says until when."""
    assert not person(failures=99, failedAt=NOW).budget.locked(NOW)
    locked, month = person(failures=100, failedAt=NOW), 30 * 86_400_000
    assert locked.budget.locked(NOW + month - 1)
    assert not locked.budget.locked(NOW + month)
    told = user_document(locked, None, NOW)
    assert (told["locked"], told["lockedUntil"]) == (True, "2026-12-21T02:31:52.345Z")
    told = user_document(locked, None, NOW + month)
    assert (told["locked"], told["lockedUntil"]) == (False, None)


def test_a_sign_in_lives_until_its_end() -> None:
    """And only as long as it is in the record, of somebody who is registered."""
    assert person().signed_in("f", 9)
    assert not person().signed_in("f", 10)
    assert not person().signed_in("g", 9)
    assert not person(roles=[]).signed_in("f", 9)


def test_only_a_verified_clinician_is_one() -> None:
    """The role alone, or the word alone, is not enough."""
    assert person().verified_clinician
    assert not person(roles=["patient"]).verified_clinician
    for verification in ("none", "pending", "rejected"):
        assert not person(verification=verification).verified_clinician


@given(before=LISTS, after=LISTS, verification=st.sampled_from(["none", "pending", "verified", "rejected"]))
def test_no_change_of_roles_verifies_anybody(before: list[str], after: list[str], verification: Verification) -> None:
    """Whoever becomes a clinician has to be verified anew; whoever stays one keeps what was decided."""
    found = verification_after(before, after, verification)
    if "clinician" not in after:
        assert found == "none"
    elif "clinician" in before:
        assert found == verification
    else:
        assert found == "pending"


@given(roles=LISTS)
def test_a_newcomer_is_not_verified(roles: list[str]) -> None:
    """A clinician waits for it, others need none."""
    found = newcomer("u" * 24, "+64215550111", roles, "FAC001")
    assert found.verification == ("pending" if "clinician" in roles else "none")
    assert (found.budget, dict(found.families), found.codes) == (Budget(), {}, ())


@given(roles=LISTS, facility=st.none() | st.sampled_from(["FAC001", "FAC002"]))
def test_who_administers_what(roles: list[str], facility: str | None) -> None:
    """A facility's admin needs a facility; only a system's admin reaches beyond."""
    who = Principal("u", "f", facility, tuple(roles))
    assert who.is_system_admin == ("systemAdmin" in roles)
    assert who.is_admin == ("systemAdmin" in roles or ("facilityAdmin" in roles and facility is not None))


def test_a_scope_covers_one_facility() -> None:
    """And nobody of none, not even for whoever has none; only that of the system's admins covers all."""
    assert not Scope(None).covers("FAC001")
    assert not Scope(None).covers(None)
    assert Scope("FAC001").covers("FAC001")
    assert not Scope("FAC001").covers("FAC002")
    assert not Scope("FAC001").covers(None)
    assert EVERYWHERE.covers("FAC002")
    assert EVERYWHERE.covers(None)
    assert Admin("u", "FAC001", everywhere=False, origin="").scope == Scope("FAC001")
    assert Admin("u", "FAC001", everywhere=True, origin="").scope == EVERYWHERE
