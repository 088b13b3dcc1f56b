"""One-time codes in the record: every count is one write, and nothing is forgotten that a limit needs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.device_token import Device
from bedside.identity.otp import DAY_MS, HOUR_MS, SendQuota
from bedside.identity.otp_budget import Budget
from bedside.identity.otp_repository import QuotaExhaustedError, Send, Source
from bedside.identity.otp_updates import Beginning
from bedside.identity.person import Code, Family, Person
from tests.unit.identity.conftest import NOW, PHONE, USER, Registry

CODE = Code("digest of a code", NOW + 300_000)
OTHER = Code("digest of another", NOW + 600_000)
FAMILY = Family("d", NOW, NOW + 43_200_000)
PREFIX, ADDRESS = SendQuota("prefix#+64215", 3), SendQuota("address#0123", 9)
PURSES = (PREFIX, ADDRESS)
DEVICE = Device(USER, "d" * 16, NOW)
BEGUN = Beginning("f" * 16, FAMILY, DEVICE.device_id)


def sending(
    registry: Registry,
    code: Code = CODE,
    now: int = NOW,
    *,
    device: Device | None = None,
    before: Person | None = None,
    read: bool = True,
) -> Send:
    """Give a send by what is read now, or by what was read before."""
    person = registry.people.find_unscoped(USER) if read else before
    budget = registry.codes.find_budget(device) if device else person.budget if person else Budget()
    return Send(USER, PHONE, code, person, Source(device, budget), now + 30_000, now)


def send(registry: Registry, code: Code = CODE, now: int = NOW, device: Device | None = None) -> bool:
    return registry.codes.send(sending(registry, code, now, device=device), PURSES)


def check(registry: Registry, now: int = NOW) -> Person:
    return registry.codes.check(USER, now)


def credit(registry: Registry, quota: SendQuota = PREFIX, now: int = NOW) -> Any:
    item = registry.table.get(f"{quota.name}#{now // HOUR_MS}")
    return item and item["credit"]


def use(registry: Registry, person: Person, code: Code = CODE, family_id: str = "f" * 16, now: int = NOW) -> bool:
    return registry.codes.use(
        person, code, Beginning(family_id, FAMILY, DEVICE.device_id), Source(None, person.budget), PURSES, now
    )


def test_a_code_is_kept_with_its_end_and_its_count(registry: Registry) -> None:
    """For somebody who is nobody yet: with no role, and forgotten a month later if they use none."""
    assert send(registry)
    person = registry.person()
    assert (person.phone, person.roles, person.codes) == (PHONE, (), (CODE,))
    assert (person.budget, dict(person.families)) == (Budget(sends=(NOW,), next_send_at=NOW + 30_000), {})
    assert registry.raw()["ttl"] == NOW // 1000 + 31 * 86_400


def test_a_new_code_keeps_the_others_and_resets_no_failure(registry: Registry) -> None:
    """Until they expire; the checks begin anew; failures and earlier sends stay, those of a day ago go."""
    send(registry)
    check(registry)
    assert send(registry, OTHER, NOW + 299_999)
    person = registry.person()
    assert (person.codes, person.budget.checks, person.budget.failures) == ((CODE, OTHER), 0, 1)
    third = Code("digest of a third", NOW + 2 * DAY_MS)
    assert send(registry, third, NOW + DAY_MS)
    person = registry.person()
    assert (person.codes, person.budget.sends) == ((third,), (NOW + 299_999, NOW + DAY_MS))


def test_codes_do_not_pile_up(registry: Registry) -> None:
    """Of more than ten that have not expired the oldest go; the item's size has a limit."""
    codes = [Code(f"digest {number}", NOW + 300_000 + number) for number in range(12)]
    for number, code in enumerate(codes):
        assert registry.codes.send(sending(registry, code, NOW + number), ())
    assert registry.person().codes == tuple(codes[2:])


def test_two_sends_at_once_are_one(registry: Registry) -> None:
    """The second finds that it decided by what was no longer so; so it is for the first code, and for a later."""
    for code, other, now in ((CODE, OTHER, NOW), (Code("x", NOW + 700_000), Code("y", NOW + 700_000), NOW + 60_000)):
        first, second = sending(registry, code, now), sending(registry, other, now)
        assert registry.codes.send(first, PURSES)
        assert not registry.codes.send(second, PURSES)
        assert code in registry.person().codes
        assert other not in registry.person().codes
        assert credit(registry) == (2 if now == NOW else 1)


@pytest.mark.parametrize("registered", [True, False])
def test_only_strangers_are_forgotten(registry: Registry, *, registered: bool) -> None:
    """Whoever is registered stays; each code for somebody else keeps them, and their failures, for another month."""
    if registered:
        registry.register("patient")
    send(registry)
    assert ("ttl" in registry.raw()) != registered
    check(registry)
    assert send(registry, OTHER, NOW + DAY_MS)
    assert registry.raw().get("ttl") == (None if registered else NOW // 1000 + 32 * 86_400)


def test_a_lock_ends_before_its_number_is_forgotten(registry: Registry) -> None:
    """Or it would unlock itself by being deleted; the next send after its end begins to count anew."""
    send(registry)
    registry.table.update(USER, "SET #failures = :n", condition="attribute_exists(#pk)", values={"n": 99})
    locked = check(registry, CODE.expires_at - 1).budget.locked_until
    assert locked == CODE.expires_at - 1 + 30 * DAY_MS
    assert registry.raw()["ttl"] * 1000 > locked
    assert send(registry, OTHER, locked - 1)
    assert registry.person().budget.failures == 100
    assert send(registry, Code("x", locked + 300_000), locked)
    assert registry.person().budget.failures == 0


def test_whoever_registers_while_a_code_is_sent_is_not_forgotten(registry: Registry) -> None:
    """An admin adds the number, or its last code is used, between the send's reading and its writing."""
    send(registry)
    stranger = sending(registry, OTHER, NOW + 60_000)
    registry.register("clinician")
    assert not registry.codes.send(stranger, PURSES)
    assert "ttl" not in registry.raw()
    assert send(registry, OTHER, NOW + 60_000)
    assert "ttl" not in registry.raw()


@pytest.mark.parametrize("count", [True, False])
def test_a_message_that_never_went_out_can_be_asked_for_again(registry: Registry, *, count: bool) -> None:
    """At once, and the code is dead, but no earlier one. The send counts, unless it is certain that it cost nothing."""
    send(registry)
    lost = sending(registry, OTHER, NOW + 60_000)
    registry.codes.send(lost, PURSES)
    registry.codes.unsend(lost, PURSES, count=count)
    person = registry.person()
    assert (person.codes, person.budget.next_send_at) == ((CODE,), 0)
    assert registry.raw()["codesEndAt"] == CODE.expires_at
    assert person.budget.sends == ((NOW, NOW + 60_000) if count else (NOW,))
    assert (credit(registry), credit(registry, ADDRESS)) == ((1, 7) if count else (2, 8))


@pytest.mark.parametrize("count", [True, False])
def test_a_newer_code_is_left_alone(registry: Registry, *, count: bool) -> None:
    """Another was sent since, and that one may have gone out."""
    lost = sending(registry)
    registry.codes.send(lost, PURSES)
    send(registry, OTHER, NOW + 1)
    before = registry.raw()
    registry.codes.unsend(lost, PURSES, count=count)
    assert registry.raw() == before
    assert (credit(registry), credit(registry, ADDRESS)) == (1, 7)


def test_the_first_send_of_all_can_be_undone(registry: Registry) -> None:
    """It is as if it had never been."""
    lost = sending(registry)
    registry.codes.send(lost, PURSES)
    registry.codes.unsend(lost, PURSES, count=False)
    assert registry.person().budget.sends == ()
    assert send(registry, OTHER)


def test_codes_are_checked_five_times(registry: Registry) -> None:
    """Each check counts twice: since the last send, and for the number. More codes are not more checks."""
    send(registry)
    send(registry, OTHER, NOW + 1)
    for number in range(1, 6):
        budget = check(registry).budget
        assert (budget.checks, budget.failures, budget.failed_at) == (number, number, NOW)
    with pytest.raises(ConditionFailedError) as caught:
        check(registry)
    assert caught.value.item
    assert (caught.value.item["checks"], caught.value.item["failures"]) == (5, 5)


def test_checks_at_once_are_all_counted(registry: Registry) -> None:
    """Of fifty, five are made."""
    send(registry)

    def once(_: int) -> bool:
        try:
            check(registry)
        except ConditionFailedError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(once, range(50))) == 5
    assert registry.person().budget.failures == 5


def test_there_is_nothing_to_check(registry: Registry) -> None:
    """No number, no code, a code at its end, a number that is locked: refused, and nothing is counted or made."""
    with pytest.raises(ConditionFailedError) as caught:
        check(registry)
    assert caught.value.item is None
    registry.register("patient")
    with pytest.raises(ConditionFailedError):
        check(registry)
    send(registry)
    with pytest.raises(ConditionFailedError):
        registry.codes.check(USER, CODE.expires_at)
    assert registry.person().budget.failures == 0
    for failures, checked in ((99, True), (100, False)):
        registry.table.update(USER, "SET #failures = :n", condition="attribute_exists(#pk)", values={"n": failures})
        if checked:
            assert check(registry, CODE.expires_at - 1).budget.locked(NOW)
        else:
            with pytest.raises(ConditionFailedError):
                check(registry)
    assert registry.person().budget.failures == 100


def test_a_code_is_used_once(registry: Registry) -> None:
    """By whoever is first; then it is gone, failures are forgotten, the send is given back, and the sign-in stands."""
    send(registry)
    person = check(registry)
    assert use(registry, person, now=NOW + 7)
    assert not use(registry, person, family_id="g" * 16)
    found = registry.person()
    assert (found.codes, dict(found.families)) == ((), {"f" * 16: FAMILY})
    assert found.budget == Budget(used_sends=(NOW,), failed_at=NOW)
    assert "codesEndAt" not in registry.raw()
    assert (found.roles, found.facility_id, found.verification) == (("patient",), None, "none")
    assert (found.created_at, found.last_sign_in_at) == (NOW + 7, NOW + 7)
    assert "ttl" not in registry.raw()


def test_who_is_registered_stays_what_they_are(registry: Registry) -> None:
    """Signing in changes no role, facility, verification or date of entry."""
    registry.register("clinician")
    send(registry)
    use(registry, check(registry), now=NOW + 7)
    found = registry.person()
    assert (found.roles, found.facility_id, found.verification) == (("clinician",), "FAC001", "pending")
    assert (found.created_at, found.last_sign_in_at) == (NOW, NOW + 7)


def test_each_unexpired_code_can_be_used_and_one_only(registry: Registry) -> None:
    """The message of each promised five minutes; using one kills the rest."""
    for used, dead in ((CODE, OTHER), (OTHER, CODE)):
        assert send(registry, CODE, NOW)
        assert send(registry, OTHER, NOW + 60_000)
        person = check(registry)
        assert person.codes == (CODE, OTHER)
        assert use(registry, person, used)
        assert not use(registry, person, dead, "g" * 16)


def test_a_code_that_has_ended_is_not_used(registry: Registry) -> None:
    """Even if it was checked in time; nothing is credited for it."""
    send(registry)
    before = credit(registry)
    assert not use(registry, check(registry), now=CODE.expires_at)
    assert registry.person().codes == (CODE,)
    assert credit(registry) == before


def test_a_device_has_a_budget_of_its_own(registry: Registry) -> None:
    """Its sends, checks and sign-ins change nothing of what others may do, and the other way round."""
    registry.register("patient")
    send(registry)
    check(registry)
    others = registry.person().budget
    assert send(registry, OTHER, NOW + 1, DEVICE)
    for number in range(1, 6):
        assert registry.codes.check_on_device(DEVICE, NOW + 2).checks == number
    with pytest.raises(ConditionFailedError):
        registry.codes.check_on_device(DEVICE, NOW + 2)
    budget = registry.codes.find_budget(DEVICE)
    assert (budget.sends, budget.failures, budget.next_send_at) == ((NOW + 1,), 5, NOW + 30_001)
    assert registry.raw(DEVICE.key)["ttl"] == NOW // 1000 + 30 * 86_400
    assert registry.codes.find_budget(replace(DEVICE, device_id="o" * 16)) == Budget()
    person = registry.person()
    assert (person.codes, person.budget) == ((CODE, OTHER), others)
    assert registry.codes.use(person, OTHER, BEGUN, Source(DEVICE, budget), PURSES, NOW + 3)
    assert registry.person().budget == others
    assert registry.codes.find_budget(DEVICE) == Budget(used_sends=(NOW + 1,), failed_at=NOW + 2)


def test_two_sends_of_a_device_at_once_are_one(registry: Registry) -> None:
    """As everywhere; and a send of others between its reading and its writing is found too."""
    registry.register("patient")
    first, second = sending(registry, CODE, device=DEVICE), sending(registry, OTHER, device=DEVICE)
    assert registry.codes.send(first, ())
    assert not registry.codes.send(second, ())
    third = sending(registry, OTHER, NOW + 1, device=DEVICE)
    send(registry, Code("x", NOW + 650_000), NOW + 1)
    assert not registry.codes.send(third, ())
    assert len(registry.codes.find_budget(DEVICE).sends) == 1


@pytest.mark.parametrize("count", [True, False])
@pytest.mark.parametrize("earlier", [0, 1])
def test_all_devices_count_their_sends_together(registry: Registry, earlier: int, *, count: bool) -> None:
    """Beside the budget of each; a send that surely never went out is taken back, and one of a day ago goes."""
    registry.register("patient")
    another = replace(DEVICE, device_id="e" * 16)
    for number in range(earlier):
        assert send(registry, Code(f"digest {number}", NOW + 300_000), NOW + number, another)
    before = tuple(NOW + number for number in range(earlier))
    lost = sending(registry, OTHER, NOW + 9, device=DEVICE)
    assert registry.codes.send(lost, ())
    assert registry.person().device_sends == (*before, NOW + 9)
    registry.codes.unsend(lost, (), count=count)
    assert registry.person().device_sends == ((*before, NOW + 9) if count else before)
    assert send(registry, Code("z", NOW + 2 * DAY_MS), NOW + 9 + DAY_MS, another)
    assert registry.person().device_sends == (NOW + 9 + DAY_MS,)
    assert registry.person().budget == Budget()


def test_a_device_that_guesses_is_trusted_no_more(registry: Registry) -> None:
    """After twenty wrong codes in a row, however many it was sent meanwhile."""
    registry.register("patient")
    for number in range(4):
        code = Code(f"digest {number}", NOW + 900_000 + number)
        assert registry.codes.send(sending(registry, code, NOW + number, device=DEVICE), ())
        for _ in range(5):
            assert not registry.codes.find_budget(DEVICE).distrusted
            registry.codes.check_on_device(DEVICE, NOW)
    assert registry.codes.find_budget(DEVICE).distrusted
    assert registry.codes.send(sending(registry, OTHER, NOW + 9, device=DEVICE), ())
    with pytest.raises(ConditionFailedError):
        registry.codes.check_on_device(DEVICE, NOW)


def test_twenty_sign_ins_and_no_more(registry: Registry) -> None:
    """Dead ones make room first, then the one that would end first."""
    registry.register("patient")
    for number in range(20):
        ends = NOW + 100_000 + number
        registry.families.create(USER, f"family-{number}", "d", ends_at=ends, now_ms=NOW)
    for number in range(3):
        registry.families.create(USER, f"dead-{number}", "d", ends_at=NOW, now_ms=NOW)
    send(registry)
    assert use(registry, check(registry))
    left = set(registry.person().families)
    assert left == {f"family-{number}" for number in range(1, 20)} | {"f" * 16}
    registry.families.end(USER, "family-5")
    send(registry, OTHER, NOW + 60_000)
    assert use(registry, check(registry), OTHER, "g" * 16)
    assert set(registry.person().families) == left - {"family-5"} | {"g" * 16}


def stranger(number: int) -> Send:
    """Give the first send to one of many numbers."""
    source = Source(None, Budget())
    return Send(f"{number}" * 24, f"+6421555000{number}", CODE, None, source, NOW + 30_000, NOW)


def test_a_purse_pays_for_an_hour(registry: Registry) -> None:
    """Each send takes one of both; where one is empty it is refused and all is as it was; each hour begins anew."""
    small = (SendQuota("prefix#+64215", 2), ADDRESS)
    for number in range(2):
        assert registry.codes.send(stranger(number), small)
    assert (credit(registry), credit(registry, ADDRESS)) == (0, 7)
    later = (NOW // HOUR_MS + 1) * HOUR_MS
    for now in (NOW, later - 1):
        with pytest.raises(QuotaExhaustedError) as caught:
            registry.codes.send(sending(registry, now=now), small)
        assert caught.value.quota == small[0]
    assert registry.people.find_unscoped(USER) is None
    assert (credit(registry), credit(registry, ADDRESS)) == (0, 7)
    assert registry.codes.send(sending(registry, now=later), small)
    item = registry.table.get(f"prefix#+64215#{later // HOUR_MS}")
    assert item
    assert (item["credit"], item["ttl"]) == (1, (later + 2 * HOUR_MS) // 1000)


def test_the_second_purse_can_be_the_empty_one(registry: Registry) -> None:
    """It is named, and the first keeps what it had."""
    small = (PREFIX, SendQuota("address#0123", 1))
    assert registry.codes.send(stranger(7), small)
    with pytest.raises(QuotaExhaustedError) as caught:
        registry.codes.send(sending(registry), small)
    assert caught.value.quota == small[1]
    assert credit(registry) == 2


def test_a_used_code_pays_for_others(registry: Registry) -> None:
    """Five, from both purses, also where all had been taken."""
    small = (SendQuota("prefix#+64215", 1), SendQuota("address#0123", 1))
    assert registry.codes.send(sending(registry), small)
    assert (credit(registry), credit(registry, ADDRESS)) == (0, 0)
    person = check(registry)
    assert registry.codes.use(person, CODE, BEGUN, Source(None, person.budget), small, NOW)
    assert (credit(registry), credit(registry, ADDRESS)) == (5, 5)
    for number in range(5):
        assert registry.codes.send(stranger(number), small)
    with pytest.raises(QuotaExhaustedError):
        registry.codes.send(stranger(7), small)
