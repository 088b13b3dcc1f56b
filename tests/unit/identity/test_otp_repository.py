"""One-time codes in the record: every count is one write, and nothing is forgotten that a limit needs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.otp import DAY_MS, HOUR_MS, SendQuota
from bedside.identity.otp_repository import QuotaExhaustedError
from bedside.identity.person import Code, Family, Person
from tests.unit.identity.conftest import NOW, PHONE, USER, Registry

CODE = Code("digest of a code", NOW + 300_000, 0)
OTHER = Code("digest of another", NOW + 600_000, 0)
FAMILY = Family("d", NOW, NOW + 43_200_000)
PREFIX, ADDRESS = SendQuota("prefix#+64215", 3), SendQuota("address#0123", 9)
PURSES = (PREFIX, ADDRESS)


def send(registry: Registry, code: Code = CODE, now: int = NOW, before: Person | None = None) -> bool:
    before = before or registry.people.find_unscoped(USER)
    return registry.codes.send(before, USER, PHONE, code, now + 30_000, PURSES, now)


def credit(registry: Registry, quota: SendQuota = PREFIX, now: int = NOW) -> Any:
    item = registry.table.get(f"{quota.name}#{now // HOUR_MS}")
    return item and item["credit"]


def use(registry: Registry, person: Person, code: Code = CODE, family_id: str = "f" * 16, now: int = NOW) -> bool:
    return registry.codes.use(person, code, family_id, FAMILY, PURSES, now)


def test_a_code_is_kept_with_its_end_and_its_count(registry: Registry) -> None:
    """For somebody who is nobody yet: with no role, and forgotten a month later if they use none."""
    assert send(registry)
    person = registry.person()
    assert (person.phone, person.roles, person.code, person.sends) == (PHONE, (), CODE, (NOW,))
    assert (person.next_send_at, person.failures, dict(person.families)) == (NOW + 30_000, 0, {})
    assert registry.raw()["ttl"] == NOW // 1000 + 30 * 86_400


def test_a_new_code_replaces_the_last_and_resets_no_count(registry: Registry) -> None:
    """The checks are the new code's; failures and earlier sends stay, those of a day ago go."""
    send(registry)
    registry.codes.check(USER, NOW)
    assert send(registry, OTHER, NOW + DAY_MS - 1)
    person = registry.person()
    assert (person.code, person.failures, person.sends) == (OTHER, 1, (NOW, NOW + DAY_MS - 1))
    assert send(registry, CODE, NOW + DAY_MS)
    assert registry.person().sends == (NOW + DAY_MS - 1, NOW + DAY_MS)


def test_two_sends_at_once_are_one(registry: Registry) -> None:
    """The second finds that it decided by what was no longer so; so it is for the first code, and for a later."""
    for now in (NOW, NOW + 60_000):
        before = registry.people.find_unscoped(USER)
        assert registry.codes.send(before, USER, PHONE, CODE, now + 30_000, PURSES, now)
        assert not registry.codes.send(before, USER, PHONE, OTHER, now + 30_000, PURSES, now)
        assert registry.person().code == CODE
        assert credit(registry) == (2 if now == NOW else 1)


@pytest.mark.parametrize("registered", [True, False])
def test_only_strangers_are_forgotten(registry: Registry, *, registered: bool) -> None:
    """Whoever is registered stays; each code for somebody else keeps them, and their failures, for another month."""
    if registered:
        registry.register("patient")
    send(registry)
    assert ("ttl" in registry.raw()) != registered
    registry.codes.check(USER, NOW)
    assert send(registry, OTHER, NOW + DAY_MS)
    assert registry.raw().get("ttl") == (None if registered else NOW // 1000 + 31 * 86_400)


def test_a_locked_number_is_kept(registry: Registry) -> None:
    """Or it would unlock itself after a month."""
    send(registry)
    registry.codes.keep(USER)
    assert "ttl" not in registry.raw()
    registry.codes.keep(USER)
    with pytest.raises(ConditionFailedError):
        registry.codes.keep("z" * 24)


def test_whoever_registers_while_a_code_is_sent_is_not_forgotten(registry: Registry) -> None:
    """An admin adds the number, or its last code is used, between the send's reading and its writing."""
    send(registry)
    stranger = registry.person()
    registry.register("clinician")
    assert not send(registry, OTHER, NOW + 60_000, before=stranger)
    assert "ttl" not in registry.raw()
    assert send(registry, OTHER, NOW + 60_000)
    assert "ttl" not in registry.raw()


def test_whoever_is_locked_while_a_code_is_sent_is_not_forgotten(registry: Registry) -> None:
    """The hundredth wrong code comes between the send's reading and its writing."""
    send(registry)
    stranger = registry.person()
    registry.table.update(USER, "SET #failures = :n", condition="attribute_exists(#pk)", values={"n": 100})
    registry.codes.keep(USER)
    assert not send(registry, OTHER, NOW + 60_000, before=stranger)
    assert "ttl" not in registry.raw()


@pytest.mark.parametrize("count", [True, False])
def test_a_message_that_never_went_out_can_be_asked_for_again(registry: Registry, *, count: bool) -> None:
    """At once, and the code is dead. The send still counts, unless it is certain that it cost nothing."""
    send(registry)
    before = registry.person()
    send(registry, OTHER, NOW + 60_000)
    registry.codes.unsend(before, USER, OTHER, PURSES, NOW + 60_000, count=count)
    person = registry.person()
    assert (person.code, person.next_send_at) == (None, 0)
    assert person.sends == ((NOW, NOW + 60_000) if count else (NOW,))
    assert (credit(registry), credit(registry, ADDRESS)) == ((1, 7) if count else (2, 8))


@pytest.mark.parametrize("count", [True, False])
def test_a_newer_code_is_left_alone(registry: Registry, *, count: bool) -> None:
    """Another was sent since, and that one may have gone out."""
    send(registry)
    send(registry, OTHER, NOW + 1)
    before = registry.raw()
    registry.codes.unsend(None, USER, CODE, PURSES, NOW, count=count)
    assert registry.raw() == before
    assert (credit(registry), credit(registry, ADDRESS)) == (1, 7)


def test_the_first_send_of_all_can_be_undone(registry: Registry) -> None:
    """It is as if it had never been."""
    send(registry)
    registry.codes.unsend(None, USER, CODE, PURSES, NOW, count=False)
    assert registry.person().sends == ()
    assert send(registry, OTHER)


def test_a_code_is_checked_five_times(registry: Registry) -> None:
    """Each check counts twice: for the code, and for the number."""
    send(registry)
    for number in range(1, 6):
        person = registry.codes.check(USER, NOW)
        assert person.code
        assert (person.code.checks, person.failures) == (number, number)
    with pytest.raises(ConditionFailedError) as caught:
        registry.codes.check(USER, NOW)
    assert caught.value.item
    assert (caught.value.item["code"]["checks"], caught.value.item["failures"]) == (5, 5)


def test_checks_at_once_are_all_counted(registry: Registry) -> None:
    """Of fifty, five are made."""
    send(registry)

    def check(_: int) -> bool:
        try:
            registry.codes.check(USER, NOW)
        except ConditionFailedError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(check, range(50))) == 5
    assert registry.person().failures == 5


def test_there_is_nothing_to_check(registry: Registry) -> None:
    """No number, no code, a code at its end, a number that is locked: refused, and nothing is counted or made."""
    with pytest.raises(ConditionFailedError) as caught:
        registry.codes.check(USER, NOW)
    assert caught.value.item is None
    registry.register("patient")
    with pytest.raises(ConditionFailedError):
        registry.codes.check(USER, NOW)
    send(registry)
    with pytest.raises(ConditionFailedError):
        registry.codes.check(USER, CODE.expires_at)
    assert registry.person().failures == 0
    for failures, checked in ((99, True), (100, False)):
        registry.table.update(USER, "SET #failures = :n", condition="attribute_exists(#pk)", values={"n": failures})
        if checked:
            assert registry.codes.check(USER, CODE.expires_at - 1).locked
        else:
            with pytest.raises(ConditionFailedError):
                registry.codes.check(USER, NOW)
    assert registry.person().failures == 100


def test_a_code_is_used_once(registry: Registry) -> None:
    """By whoever is first; then it is gone, the failures are forgotten, and the sign-in stands."""
    send(registry)
    person = registry.codes.check(USER, NOW)
    assert use(registry, person, now=NOW + 7)
    assert not use(registry, person, family_id="g" * 16)
    found = registry.person()
    assert (found.code, found.failures, dict(found.families)) == (None, 0, {"f" * 16: FAMILY})
    assert found.next_send_at == 0
    assert (found.roles, found.facility_id, found.verification) == (("patient",), None, "none")
    assert (found.created_at, found.last_sign_in_at) == (NOW + 7, NOW + 7)
    assert "ttl" not in registry.raw()


def test_who_is_registered_stays_what_they_are(registry: Registry) -> None:
    """Signing in changes no role, facility, verification or date of entry."""
    registry.register("clinician")
    send(registry)
    use(registry, registry.codes.check(USER, NOW), now=NOW + 7)
    found = registry.person()
    assert (found.roles, found.facility_id, found.verification) == (("clinician",), "FAC001", "pending")
    assert (found.created_at, found.last_sign_in_at) == (NOW, NOW + 7)


def test_a_code_that_was_replaced_or_has_ended_is_not_used(registry: Registry) -> None:
    """Even if it was checked in time; nothing is credited for it."""
    send(registry)
    person = registry.codes.check(USER, NOW)
    assert not use(registry, person, now=CODE.expires_at)
    send(registry, OTHER, NOW + 60_000)
    before = credit(registry)
    assert not use(registry, person)
    assert registry.person().code == OTHER
    assert credit(registry) == before


def test_twenty_sign_ins_and_no_more(registry: Registry) -> None:
    """Dead ones make room first, then the one that would end first."""
    registry.register("patient")
    for number in range(20):
        ends = NOW + 100_000 + number
        registry.families.create(USER, f"family-{number}", "d", ends_at=ends, now_ms=NOW)
    for number in range(3):
        registry.families.create(USER, f"dead-{number}", "d", ends_at=NOW, now_ms=NOW)
    send(registry)
    assert use(registry, registry.codes.check(USER, NOW))
    left = set(registry.person().families)
    assert left == {f"family-{number}" for number in range(1, 20)} | {"f" * 16}
    registry.families.end(USER, "family-5")
    send(registry, OTHER, NOW + 60_000)
    assert use(registry, registry.codes.check(USER, NOW), OTHER, "g" * 16)
    assert set(registry.person().families) == left - {"family-5"} | {"g" * 16}


def test_a_purse_pays_for_an_hour(registry: Registry) -> None:
    """Each send takes one of both; where one is empty it is refused and all is as it was; each hour begins anew."""
    small = (SendQuota("prefix#+64215", 2), ADDRESS)
    for number in range(2):
        assert registry.codes.send(None, f"{number}" * 24, f"+6421555000{number}", CODE, NOW, small, NOW)
    assert (credit(registry), credit(registry, ADDRESS)) == (0, 7)
    later = (NOW // HOUR_MS + 1) * HOUR_MS
    for now in (NOW, later - 1):
        with pytest.raises(QuotaExhaustedError) as caught:
            registry.codes.send(None, USER, PHONE, CODE, now, small, now)
        assert caught.value.quota == small[0]
    assert registry.people.find_unscoped(USER) is None
    assert (credit(registry), credit(registry, ADDRESS)) == (0, 7)
    assert registry.codes.send(None, USER, PHONE, CODE, later, small, later)
    item = registry.table.get(f"prefix#+64215#{later // HOUR_MS}")
    assert item
    assert (item["credit"], item["ttl"]) == (1, (later + 2 * HOUR_MS) // 1000)


def test_the_second_purse_can_be_the_empty_one(registry: Registry) -> None:
    """It is named, and the first keeps what it had."""
    small = (PREFIX, SendQuota("address#0123", 1))
    assert registry.codes.send(None, "x" * 24, "+64215550007", CODE, NOW, small, NOW)
    with pytest.raises(QuotaExhaustedError) as caught:
        registry.codes.send(None, USER, PHONE, CODE, NOW, small, NOW)
    assert caught.value.quota == small[1]
    assert credit(registry) == 2


def test_a_used_code_pays_for_others(registry: Registry) -> None:
    """Five, from both purses, also where all had been taken."""
    small = (SendQuota("prefix#+64215", 1), SendQuota("address#0123", 1))
    assert registry.codes.send(None, USER, PHONE, CODE, NOW, small, NOW)
    assert (credit(registry), credit(registry, ADDRESS)) == (0, 0)
    assert registry.codes.use(registry.codes.check(USER, NOW), CODE, "f" * 16, FAMILY, small, NOW)
    assert (credit(registry), credit(registry, ADDRESS)) == (5, 5)
    for number in range(5):
        assert registry.codes.send(None, f"{number}" * 24, f"+6421555000{number}", CODE, NOW, small, NOW)
    with pytest.raises(QuotaExhaustedError):
        registry.codes.send(None, "x" * 24, "+64215550007", CODE, NOW, small, NOW)
