"""Sign-ins in the record: renewed once for each token, ended for good."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.audit import Entry
from bedside.identity.person import Person
from bedside.identity.refresh_token import RefreshToken, first_token, next_token
from bedside.identity.token_family_repository import Refusal
from bedside.kernel.errors import UnavailableError
from tests.conftest import client
from tests.unit.identity.conftest import KEY, NOW, USER, Registry

FIRST = first_token(KEY, USER, lambda count: b"x" * count)
SECOND = next_token(KEY, FIRST)
THIRD = next_token(KEY, SECOND)
KILL = Entry("kill-switch", "admin", USER, "FAC001", "203.0.113.7")


@pytest.fixture
def signed_in(registry: Registry) -> Registry:
    """Somebody of FAC001 with one sign-in, which ends a second later."""
    registry.register("patient")
    registry.families.create(USER, FIRST.family_id, FIRST.digest, ends_at=NOW + 1_000_000, now_ms=NOW)
    return registry


def rotate(registry: Registry, token: RefreshToken, now: int = NOW) -> Person | Refusal:
    return registry.families.rotate(token, next_token(KEY, token), now)


def test_a_token_is_traded_for_the_next(signed_in: Registry) -> None:
    """The record then knows only the next, and when that was made; the sign-in's end stays."""
    person = rotate(signed_in, FIRST, NOW + 5)
    assert isinstance(person, Person)
    family = person.families[FIRST.family_id]
    assert (family.digest, family.rotated_at, family.ends_at) == (SECOND.digest, NOW + 5, NOW + 1_000_000)
    assert signed_in.family(FIRST.family_id) == family


def test_a_retry_within_ten_seconds_finds_it_done(signed_in: Registry) -> None:
    """And changes nothing; after that it is a reuse."""
    rotate(signed_in, FIRST, NOW)
    before = signed_in.raw()
    for now in (NOW, NOW + 10_000):
        assert isinstance(rotate(signed_in, FIRST, now), Person)
    assert rotate(signed_in, FIRST, NOW + 10_001) is Refusal.REUSED
    assert signed_in.raw() == before


def test_an_older_token_is_a_reuse_at_any_time(signed_in: Registry) -> None:
    """Whoever has the answer does not need the question any more."""
    rotate(signed_in, FIRST, NOW)
    rotate(signed_in, SECOND, NOW)
    assert rotate(signed_in, FIRST, NOW) is Refusal.REUSED
    assert isinstance(rotate(signed_in, SECOND, NOW), Person)


def test_a_sign_in_that_is_over_is_dead(signed_in: Registry) -> None:
    """At its end, after it was ended, where there never was one; that is no reuse."""
    assert rotate(signed_in, FIRST, NOW + 1_000_000) is Refusal.DEAD
    assert rotate(signed_in, replace(FIRST, family_id="z" * 16)) is Refusal.DEAD
    assert rotate(signed_in, replace(FIRST, user_id="z" * 24)) is Refusal.DEAD
    assert isinstance(rotate(signed_in, FIRST, NOW + 999_999), Person)
    signed_in.families.end(USER, FIRST.family_id)
    assert rotate(signed_in, SECOND, NOW) is Refusal.DEAD
    signed_in.families.end(USER, FIRST.family_id)
    signed_in.families.end("z" * 24, FIRST.family_id)
    assert signed_in.people.find_unscoped("z" * 24) is None


def test_ending_one_leaves_the_others(signed_in: Registry) -> None:
    """Another browser stays signed in."""
    signed_in.sign_in()
    signed_in.families.end(USER, FIRST.family_id)
    assert set(signed_in.person().families) == {"f" * 16}


def test_twenty_at_once_trade_one_token_once(signed_in: Registry) -> None:
    """One family, one next token, and everybody is told the same."""
    with ThreadPoolExecutor(8) as pool:
        people = list(pool.map(lambda _: rotate(signed_in, FIRST), range(20)))
    assert all(isinstance(person, Person) for person in people)
    family = signed_in.family(FIRST.family_id)
    assert family
    assert family.digest == SECOND.digest


def test_the_kill_switch_ends_all(signed_in: Registry) -> None:
    """Every sign-in, and the code that may be on its way; with one entry in the trail."""
    signed_in.sign_in()
    signed_in.table.update(
        USER,
        "SET #code = :c, #nextSendAt = :n",
        condition="attribute_exists(#pk)",
        values={"c": {"digest": "d"}, "n": NOW},
    )
    assert signed_in.families.end_all(KILL, NOW)
    assert "code" not in signed_in.raw()
    assert signed_in.person().next_send_at == 0
    assert dict(signed_in.person().families) == {}
    assert rotate(signed_in, FIRST) is Refusal.DEAD
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
