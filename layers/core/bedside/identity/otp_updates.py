"""Updates of the codes in a person's item, and of the budget in a person's or a device's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bedside.identity.item_update import ItemUpdate
from bedside.identity.otp import DAY_MS
from bedside.identity.otp_budget import STRANGER_S, Budget
from bedside.identity.person import PATIENT, Code, Family, Person

# The maximum number of concurrent sign-ins per person; one more ends the oldest.
_FAMILIES: Final = 20
# The maximum number of trusted devices per person; one more ends the trust in the one that signed in longest ago.
_DEVICES: Final = 20
# More unexpired codes than one browser can ask for; the oldest are dropped.
_CODES: Final = 10


def code_added(person: Person | None, phone: str, code: Code, now_ms: int) -> ItemUpdate:
    """Return the update that adds a code and drops expired ones; it fails if another was added concurrently."""
    before = person.codes if person else ()
    kept = [each for each in before if each.expires_at > now_ms][-_CODES + 1 :]
    update = ItemUpdate(
        sets=[
            "#phone = :phone",
            "#codes = :codes",
            "#codesEndAt = :codesEndAt",
            "#families = if_not_exists(#families, :none)",
        ],
        conditions=["#codes = :codesBefore" if before else "(attribute_not_exists(#codes) OR #codes = :codesBefore)"],
        values={
            "phone": phone,
            "codes": _stored([*kept, code]),
            "codesBefore": _stored(before),
            "codesEndAt": max(each.expires_at for each in (*kept, code)),
            "none": {},
        },
    )
    if person and person.registered:
        return update
    ttl = ItemUpdate(["#ttl = :ttl"], (), ["attribute_not_exists(#roles)"], {"ttl": now_ms // 1000 + STRANGER_S})
    return update + ttl


def code_removed(person: Person | None, code: Code) -> ItemUpdate:
    """Return the update that removes a code again; it fails if another was added since. `person` is as read before."""
    ends_at = max((each.expires_at for each in person.codes), default=0) if person else 0
    return ItemUpdate(
        sets=["#codesEndAt = :codesEndAt"],
        removes=["#codes.#digest"],
        conditions=["attribute_exists(#codes.#digest)", "#codesEndAt = :mine"],
        values={"codesEndAt": ends_at, "mine": code.expires_at},
        names={"digest": code.digest},
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a sign-in begins with: its id, its family, and the id of the device, which is trusted from then on."""

    family_id: str
    family: Family
    device_id: str


def code_used(person: Person, code: Code, begun: Beginning, now_ms: int) -> ItemUpdate:
    """Return the update that exchanges a code, and with it all others, for a sign-in.

    It fails if the code was used or has expired, if the person is deactivated, and so if another sign-in changed the
    devices since `person` was read. An unregistered person becomes a patient.
    """
    family, others = begun.family, [each for each in person.devices if each != begun.device_id]
    surplus = {f"old{number}": old for number, old in enumerate(surplus_families(person, now_ms))}
    return ItemUpdate(
        sets=[
            "#families.#family = :family",
            "#devices = :devices",
            "#lastSignInAt = :now",
            "#createdAt = if_not_exists(#createdAt, :now)",
            "#roles = if_not_exists(#roles, :patient)",
            "#verification = if_not_exists(#verification, :unverified)",
        ],
        removes=["#codes", "#codesEndAt", "#ttl", *(f"#families.#{name}" for name in surplus)],
        conditions=["#codes.#digest > :now", "attribute_not_exists(#deactivatedAt)"],
        values={
            "family": family.record(),
            "devices": [*others, begun.device_id][-_DEVICES:],
            "now": now_ms,
            "patient": [PATIENT],
            "unverified": "none",
        },
        names={"digest": code.digest, "family": begun.family_id, **surplus},
    )


def send_counted(budget: Budget, next_send_at: int, now_ms: int) -> ItemUpdate:
    """Return the update that counts a send; it fails if another was counted concurrently.

    The checks begin anew, the failures only if a lock has ended.
    """
    ended = budget.locked_until is not None and not budget.locked(now_ms)
    return ItemUpdate(
        sets=[
            "#sends = :sends",
            "#nextSendAt = :next",
            "#checks = :zero",
            "#failures = :zero" if ended else "#failures = if_not_exists(#failures, :zero)",
        ],
        conditions=[
            "#sends = :sendsBefore" if budget.sends else "(attribute_not_exists(#sends) OR #sends = :sendsBefore)"
        ],
        values={
            "sends": [*budget.recent_sends(now_ms), now_ms],
            "sendsBefore": list(budget.sends),
            "next": next_send_at,
            "zero": 0,
        },
    )


def send_undone(budget: Budget, next_send_at: int, *, count: bool) -> ItemUpdate:
    """Return the update that permits another send at once; without `count`, this one is not counted either.

    `budget` is as read before the send. It fails if another send was counted since.
    """
    update = ItemUpdate(["#nextSendAt = :zero"], (), ["#nextSendAt = :next"], {"zero": 0, "next": next_send_at})
    return update if count else update + ItemUpdate(["#sends = :sends"], values={"sends": list(budget.sends)})


def device_send_counted(person: Person, now_ms: int) -> ItemUpdate:
    """Return the update that counts a send to a device among those to all devices of a person.

    It fails if another was counted concurrently.
    """
    sends = person.device_sends
    return ItemUpdate(
        sets=["#deviceSends = :deviceSends"],
        conditions=["#deviceSends = :deviceSendsBefore" if sends else "attribute_not_exists(#deviceSends)"],
        values={
            "deviceSends": [*(at for at in sends if at > now_ms - DAY_MS), now_ms],
            **({"deviceSendsBefore": list(sends)} if sends else {}),
        },
    )


def device_send_undone(person: Person) -> ItemUpdate:
    """Return the update that takes back such a count; `person` is as read before the send."""
    sends = list(person.device_sends)
    if sends:
        return ItemUpdate(["#deviceSends = :deviceSends"], values={"deviceSends": sends})
    return ItemUpdate(removes=["#deviceSends"])


def sign_in_counted(budget: Budget, now_ms: int) -> ItemUpdate:
    """Return the update after a sign-in: its sends are given back, and checks and failures begin anew."""
    return ItemUpdate(
        sets=[
            "#sends = :sends",
            "#usedSends = :usedSends",
            "#nextSendAt = :zero",
            "#checks = :zero",
            "#failures = :zero",
        ],
        conditions=["attribute_exists(#pk)"],
        values={"sends": [], "usedSends": budget.returned_sends(now_ms), "zero": 0},
    )


def _stored(codes: Iterable[Code]) -> dict[str, int]:
    return {code.digest: code.expires_at for code in codes}


def surplus_families(person: Person, now_ms: int) -> list[str]:
    """Return the sign-ins to remove: the expired ones, and the oldest beyond the limit."""
    alive = {family_id: family for family_id, family in person.families.items() if family.ends_at > now_ms}
    expired = [family_id for family_id in person.families if family_id not in alive]
    oldest = sorted(alive, key=lambda family_id: alive[family_id].ends_at)
    return expired + oldest[: max(0, len(alive) - _FAMILIES + 1)]
