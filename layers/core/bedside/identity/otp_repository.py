"""One-time codes in DynamoDB: sent, checked, used. Every count is one conditional write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.identity.otp import CHECKS_PER_CODE, DAY_MS, HOUR_MS, SENDS_PER_USE, SendQuota
from bedside.identity.person import FAILURES_TO_LOCK, PATIENT, Code, Family, Person, person_from_record

# An unregistered number is deleted this long after the last code was sent to it, unless it is locked.
_STRANGER_S: Final = 30 * 86_400
# The maximum number of concurrent sign-ins per person; one more ends the oldest.
_FAMILIES: Final = 20


class QuotaExhaustedError(Exception):
    """The quota is exhausted: too many codes charged to it are unused."""

    def __init__(self, quota: SendQuota) -> None:
        super().__init__("too many unused codes")
        self.quota = quota


@dataclass(frozen=True, slots=True)
class OtpRepository:
    """Stores codes and send quotas."""

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
        """Replace the code and count the send; False if the person was changed concurrently.

        A new code does not reset the failures. Raises QuotaExhaustedError.
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
            # A locked number is never deleted.
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
        """Permit another code immediately, because this one may not have been sent.

        With `count`, the send still counts; without it, the send is undone, because it definitely failed.
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
            return  # another code was sent in the meantime

    def check(self, user_id: str, now_ms: int) -> Person:
        """Count a check before its outcome is known, and return the person.

        Raises ConditionFailedError with the existing item, if any, if there is no code that may be checked.
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
        """Exempt a locked number from deletion."""
        self.table.update(user_id, "REMOVE #ttl", condition="attribute_exists(#pk)", values={})

    def use(
        self, person: Person, code: Code, family_id: str, family: Family, quotas: Sequence[SendQuota], now_ms: int
    ) -> bool:
        """Exchange the code for a sign-in; False if it was already used. An unregistered person becomes a patient."""
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
        """Return the change that adds to this hour's credit of a quota; a send fails if no credit is left."""
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
    """Return the sign-ins to remove: the expired ones, and the oldest beyond the limit."""
    alive = {family_id: family for family_id, family in person.families.items() if family.ends_at > now_ms}
    expired = [family_id for family_id in person.families if family_id not in alive]
    oldest = sorted(alive, key=lambda family_id: alive[family_id].ends_at)
    return expired + oldest[: max(0, len(alive) - _FAMILIES + 1)]
