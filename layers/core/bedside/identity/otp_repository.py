"""One-time codes in the record: sent, checked, used. Every count is one conditional write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.identity.otp import CHECKS_PER_CODE, DAY_MS, HOUR_MS, SENDS_PER_USE, SendQuota
from bedside.identity.person import FAILURES_TO_LOCK, PATIENT, Code, Family, Person, person_from_record

# A number that nobody ever used a code of is forgotten this long after the last one was sent, unless it is locked.
_STRANGER_S: Final = 30 * 86_400
# So many sign-ins a person may have; the oldest ends when there would be one more.
_FAMILIES: Final = 20


class QuotaExhaustedError(Exception):
    """Too many codes were sent on this purse and not used."""

    def __init__(self, quota: SendQuota) -> None:
        super().__init__("too many unused codes")
        self.quota = quota


@dataclass(frozen=True, slots=True)
class OtpRepository:
    """Keeps codes, and the purses that pay for them."""

    table: Table

    def send(
        self,
        before: Person | None,
        user_id: str,
        phone: str,
        code: Code,
        next_send_at: int,
        quotas: Sequence[SendQuota],
        now_ms: int,
    ) -> bool:
        """Replace the code, and count the send; False where the person was changed in between.

        Failures are not reset by a new code. Raises PurseEmptyError.
        """
        recent = [at for at in before.sends if at > now_ms - DAY_MS] if before else []
        values: dict[str, Any] = {
            "phone": phone,
            "sends": [*recent, now_ms],
            "code": {"digest": code.digest, "expiresAt": code.expires_at, "checks": code.checks},
            "next": next_send_at,
            "zero": 0,
            "none": {},
            "before": list(before.sends) if before else [],
        }
        sets = [
            "#phone = :phone",
            "#sends = :sends",
            "#code = :code",
            "#nextSendAt = :next",
            "#failures = if_not_exists(#failures, :zero)",
            "#families = if_not_exists(#families, :none)",
        ]
        conditions = ["#sends = :before" if before else "(attribute_not_exists(#sends) OR #sends = :before)"]
        if before is None or not before.registered:
            sets.append("#ttl = :ttl")
            values["ttl"] = now_ms // 1000 + _STRANGER_S
            # A locked number is remembered for ever.
            conditions += ["attribute_not_exists(#roles)", "(attribute_not_exists(#failures) OR #failures < :lock)"]
            values["lock"] = FAILURES_TO_LOCK
        change = self.table.update_change(
            user_id, f"SET {', '.join(sets)}", condition=" AND ".join(conditions), values=values
        )
        try:
            transact(change, *(self._credit(quota, -1, now_ms) for quota in quotas))
        except ConditionFailedError as error:
            if error.index > 0:
                raise QuotaExhaustedError(quotas[error.index - 1]) from error
            return False
        return True

    def unsend(
        self, before: Person | None, user_id: str, code: Code, quotas: Sequence[SendQuota], now_ms: int, *, count: bool
    ) -> None:
        """Let a code be asked for again at once, because this one may not have gone out.

        With `count` the send still counts; without, because it certainly did not, it is as if it had never been.
        """
        values: dict[str, Any] = {"zero": 0, "digest": code.digest}
        expression = "SET #nextSendAt = :zero REMOVE #code"
        credits_: list[Change] = []
        if not count:
            expression = "SET #nextSendAt = :zero, #sends = :before REMOVE #code"
            values["before"] = list(before.sends) if before else []
            credits_ = [self._credit(quota, 1, now_ms) for quota in quotas]
        change = self.table.update_change(user_id, expression, condition="#code.#digest = :digest", values=values)
        try:
            transact(change, *credits_)
        except ConditionFailedError:
            return  # another code has been sent since

    def check(self, user_id: str, now_ms: int) -> Person:
        """Count a check, before anybody knows whether it will succeed.

        Raises ConditionFailedError with what stood there, if anything, where there is no code that may be checked.
        """
        item = self.table.update(
            user_id,
            "SET #code.#checks = #code.#checks + :one, #failures = #failures + :one",
            condition=(
                "attribute_exists(#code) AND #code.#expiresAt > :now AND #code.#checks < :checks AND #failures < :lock"
            ),
            values={"one": 1, "now": now_ms, "checks": CHECKS_PER_CODE, "lock": FAILURES_TO_LOCK},
        )
        return person_from_record(item)

    def keep(self, user_id: str) -> None:
        """Never forget a number, because it is locked."""
        self.table.update(user_id, "REMOVE #ttl", condition="attribute_exists(#pk)", values={})

    def use(
        self, person: Person, code: Code, family_id: str, family: Family, quotas: Sequence[SendQuota], now_ms: int
    ) -> bool:
        """Trade the code for a sign-in, once; False where somebody else was first. A stranger becomes a patient."""
        names = {"family": family_id}
        removed = ["#code", "#ttl"]
        for number, old in enumerate(_surplus(person, now_ms)):
            names[f"old{number}"] = old
            removed.append(f"#families.#old{number}")
        change = self.table.update_change(
            person.user_id,
            "SET #failures = :zero, #nextSendAt = :zero, #families.#family = :family, #lastSignInAt = :now, "
            "#createdAt = if_not_exists(#createdAt, :now), #roles = if_not_exists(#roles, :patient), "
            f"#verification = if_not_exists(#verification, :unverified) REMOVE {', '.join(removed)}",
            condition="#code.#digest = :digest AND #code.#expiresAt > :now",
            values={
                "zero": 0,
                "family": {"digest": family.digest, "rotatedAt": family.rotated_at, "endsAt": family.ends_at},
                "now": now_ms,
                "patient": [PATIENT],
                "unverified": "none",
                "digest": code.digest,
            },
            names=names,
        )
        try:
            transact(change, *(self._credit(quota, SENDS_PER_USE, now_ms) for quota in quotas))
        except ConditionFailedError:
            return False
        return True

    def _credit(self, quota: SendQuota, amount: int, now_ms: int) -> Change:
        """Return the change of what is left in a purse this hour; a send is refused once nothing is."""
        hour = now_ms // HOUR_MS
        return self.table.update_change(
            f"{quota.name}#{hour}",
            "SET #credit = if_not_exists(#credit, :allowance) + :amount, #ttl = :ttl",
            condition="attribute_not_exists(#credit) OR #credit > :floor",
            values={
                "allowance": quota.allowance,
                "amount": amount,
                "floor": 0 if amount < 0 else -(10**9),
                "ttl": (hour + 2) * 3600,
            },
        )


def _surplus(person: Person, now_ms: int) -> list[str]:
    """Return the sign-ins that end to make room: the dead ones, and the oldest beyond the limit."""
    alive = {family_id: family for family_id, family in person.families.items() if family.ends_at > now_ms}
    dead = [family_id for family_id in person.families if family_id not in alive]
    oldest = sorted(alive, key=lambda family_id: alive[family_id].ends_at)
    return dead + oldest[: max(0, len(alive) - _FAMILIES + 1)]
