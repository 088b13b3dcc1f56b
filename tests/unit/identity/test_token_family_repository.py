"""Sign-ins in the record: renewed once for each token, ended for good."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.audit import Entry
from bedside.identity.device_token import Device
from bedside.identity.person import Person
from bedside.identity.refresh_token import RefreshToken, first_token, next_token
from bedside.identity.token_family_repository import Refusal
from bedside.kernel.errors import UnavailableError
from tests.conftest import client
from tests.unit.identity.conftest import KEYS, NOW, USER, Registry

FIRST = first_token(KEYS, USER, lambda count: b"x" * count)
SECOND, SIBLING = next_token(KEYS, FIRST, os.urandom), next_token(KEYS, FIRST, os.urandom)
THIRD = next_token(KEYS, SECOND, os.urandom)
KILL = Entry("kill-switch", "admin", USER, "FAC001", "203.0.113.7")


@pytest.fixture
def signed_in(registry: Registry) -> Registry:
    """Somebody of FAC001 with one sign-in, which ends a second later."""
    registry.register("patient")
    registry.families.create(USER, FIRST.family_id, FIRST.digest, ends_at=NOW + 1_000_000, now_ms=NOW)
    return registry


def use(registry: Registry, token: RefreshToken, now: int = NOW) -> Person | Refusal:
    return registry.families.use(token, now)


def test_the_record_knows_the_last_one_used(signed_in: Registry) -> None:
    """And when that was; the sign-in's end stays."""
    for at, token in enumerate((FIRST, SECOND, THIRD)):
        person = use(signed_in, token, NOW + at)
        assert isinstance(person, Person)
        family = person.families[FIRST.family_id]
        assert (family.digest, family.rotated_at, family.ends_at) == (token.digest, NOW + at, NOW + 1_000_000)
        assert signed_in.family(FIRST.family_id) == family


def test_the_last_one_used_may_be_used_again(signed_in: Registry) -> None:
    """However often and however late: its answers may all have been lost."""
    for token in (FIRST, SECOND):
        for now in (NOW, NOW, NOW + 10_001, NOW + 900_000):
            assert isinstance(use(signed_in, token, now), Person)


def test_of_two_answers_one_can_be_used(signed_in: Registry) -> None:
    """Whichever is first: then the other, and the token before, are dead; and that changes nothing by itself."""
    assert isinstance(use(signed_in, SIBLING), Person)
    before = signed_in.raw()
    for dead in (SECOND, FIRST, THIRD):
        assert use(signed_in, dead) is Refusal.REUSED
    assert signed_in.raw() == before
    assert isinstance(use(signed_in, SIBLING), Person)


def test_a_sign_in_that_is_over_is_dead(signed_in: Registry) -> None:
    """At its end, after it was ended, where there never was one; that is no reuse."""
    assert use(signed_in, FIRST, NOW + 1_000_000) is Refusal.DEAD
    assert use(signed_in, replace(FIRST, family_id="z" * 16)) is Refusal.DEAD
    assert use(signed_in, replace(FIRST, user_id="z" * 24)) is Refusal.DEAD
    assert isinstance(use(signed_in, FIRST, NOW + 999_999), Person)
    signed_in.families.end(USER, FIRST.family_id)
    assert use(signed_in, SECOND, NOW) is Refusal.DEAD
    signed_in.families.end(USER, FIRST.family_id)
    signed_in.families.end("z" * 24, FIRST.family_id)
    assert signed_in.people.find_unscoped("z" * 24) is None


def test_ending_one_leaves_the_others(signed_in: Registry) -> None:
    """Another browser stays signed in."""
    signed_in.sign_in()
    signed_in.families.end(USER, FIRST.family_id)
    assert set(signed_in.person().families) == {"f" * 16}


def test_of_twenty_answers_used_at_once_one_lives(signed_in: Registry) -> None:
    """One token is used for good, all others are dead."""
    tokens = [next_token(KEYS, FIRST, os.urandom) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        people = list(pool.map(lambda token: use(signed_in, token), tokens))
    [winner] = [token for token, person in zip(tokens, people, strict=True) if isinstance(person, Person)]
    family = signed_in.family(FIRST.family_id)
    assert family
    assert family.digest == winner.digest


def test_the_kill_switch_ends_all(signed_in: Registry) -> None:
    """Every sign-in, the code that may be on its way, and the trust in every browser; with one entry in the trail."""
    signed_in.sign_in()
    signed_in.table.update(
        USER,
        "SET #codes = :c, #codesEndAt = :n, #nextSendAt = :n, #devices = :d",
        condition="attribute_exists(#pk)",
        values={"c": {"d": NOW}, "n": NOW, "d": ["d" * 16]},
    )
    assert signed_in.person().trusts(Device(USER, "d" * 16, NOW + 1))
    assert signed_in.families.end_all(KILL, NOW)
    assert {"codes", "codesEndAt"}.isdisjoint(signed_in.raw())
    assert signed_in.person().budget.next_send_at == 0
    assert signed_in.person().devices == ()
    again = replace(signed_in.person(), devices=("d" * 16, "e" * 16))
    assert not again.trusts(Device(USER, "d" * 16, NOW))
    assert again.trusts(Device(USER, "d" * 16, NOW + 1))
    assert not again.trusts(Device(USER, "f" * 16, NOW + 1))
    assert dict(signed_in.person().families) == {}
    assert use(signed_in, FIRST) is Refusal.DEAD
    [_, entry] = signed_in.entries()
    assert (entry["act"], entry["by"], entry["whom"], entry["pk"]) == ("kill-switch", "admin", USER, "FAC001")


@pytest.mark.parametrize("facility", ["FAC002", None])
def test_the_kill_switch_is_for_ones_own_facility(signed_in: Registry, facility: str | None) -> None:
    """Whoever moved away meanwhile is left alone, and nothing is told."""
    assert not signed_in.families.end_all(replace(KILL, facility_id=facility), NOW)
    assert signed_in.family(FIRST.family_id)
    assert len(signed_in.entries()) == 1


def test_the_kill_switch_makes_nobody(registry: Registry) -> None:
    """An unknown id does not become an item."""
    assert not registry.families.end_all(replace(KILL, facility_id=None), NOW)
    assert registry.people.find_unscoped(USER) is None
    assert registry.entries() == []


def test_the_kill_switch_needs_its_trail(signed_in: Registry) -> None:
    """What cannot be told is not done."""
    client("dynamodb").delete_table(TableName="bedside-audit-test")
    with pytest.raises(UnavailableError):
        signed_in.families.end_all(KILL, NOW)
    assert signed_in.family(FIRST.family_id)


def test_a_sign_in_without_a_code_is_for_the_registered(registry: Registry) -> None:
    """The operator of a stack cannot sign in somebody who is not there."""
    with pytest.raises(ConditionFailedError):
        registry.sign_in()
