"""One-time codes in DynamoDB: sent, checked, used. Every count is one conditional write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.identity.device_token import Device
from bedside.identity.item_update import ItemUpdate
from bedside.identity.otp import CHECKS_PER_CODE, HOUR_MS, SENDS_PER_USE, SendQuota
from bedside.identity.otp_budget import (
    DEVICE_BUDGET_S,
    FAILURES_TO_DISTRUST,
    FAILURES_TO_LOCK,
    Budget,
    budget_from_record,
)
from bedside.identity.otp_updates import (
    Beginning,
    code_added,
    code_removed,
    code_used,
    device_send_counted,
    device_send_undone,
    send_counted,
    send_undone,
    sign_in_counted,
)
from bedside.identity.person import Code, Person, person_from_record

_COUNT_CHECK: Final = (
    "SET #checks = if_not_exists(#checks, :zero) + :one, #failures = if_not_exists(#failures, :zero) + :one, "
    "#failedAt = :now"
)
_MAY_CHECK: Final = (
    "(attribute_not_exists(#checks) OR #checks < :checks) AND (attribute_not_exists(#failures) OR #failures < :limit)"
)


class QuotaExhaustedError(Exception):
    """The quota is exhausted: too many codes charged to it are unused."""

    def __init__(self, quota: SendQuota) -> None:
        super().__init__("too many unused codes")
        self.quota = quota


@dataclass(frozen=True, slots=True)
class Source:
    """Where an attempt comes from, and its budget as read before: a device, or None for all without a device token."""

    device: Device | None
    budget: Budget


@dataclass(frozen=True, slots=True)
class Send:
    """A code to be sent; `person` is as read before."""

    user_id: str
    phone: str
    code: Code
    person: Person | None
    source: Source
    next_send_at: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class OtpRepository:
    """Stores codes, budgets and send quotas.

    A person's item holds the codes, and the budget of attempts without a device token. The budget of a device is an
    item of its own, so that attempts from elsewhere do not touch it.
    """

    table: Table

    def find_budget(self, device: Device) -> Budget:
        """Return the budget of a device."""
        return budget_from_record(self.table.get(device.key) or {})

    def send(self, send: Send, quotas: Sequence[SendQuota]) -> bool:
        """Add a code and count the send; False if the person or the budget was changed concurrently.

        A new code resets the checks, but not the failures. Raises QuotaExhaustedError.
        """
        counted = send_counted(send.source.budget, send.next_send_at, send.now_ms)
        added = code_added(send.person, send.phone, send.code, send.now_ms)
        if send.source.device and send.person:
            added += device_send_counted(send.person, send.now_ms)
        changes = self._changes(send.user_id, send.source.device, added, counted, send.now_ms)
        try:
            transact(*changes, *(self._credit(quota, -1, send.now_ms) for quota in quotas))
        except ConditionFailedError as error:
            if error.index >= len(changes):
                raise QuotaExhaustedError(quotas[error.index - len(changes)]) from error
            return False
        return True

    def unsend(self, send: Send, quotas: Sequence[SendQuota], *, count: bool) -> None:
        """Permit another code immediately, because this one may not have been sent.

        With `count`, the send still counts; without it, the send is undone, because it definitely failed.
        """
        undone = send_undone(send.source.budget, send.next_send_at, count=count)
        removed = code_removed(send.person, send.code)
        if send.source.device and send.person and not count:
            removed += device_send_undone(send.person)
        changes = self._changes(send.user_id, send.source.device, removed, undone, send.now_ms)
        credits_ = [] if count else [self._credit(quota, 1, send.now_ms) for quota in quotas]
        try:
            transact(*changes, *credits_)
        except ConditionFailedError:
            return  # another code was sent in the meantime

    def check(self, user_id: str, now_ms: int) -> Person:
        """Count a check without a device token before its outcome is known, and return the person.

        Raises ConditionFailedError with the existing item, if any, if there is no code that may be checked.
        """
        values = {"zero": 0, "one": 1, "now": now_ms, "checks": CHECKS_PER_CODE, "limit": FAILURES_TO_LOCK}
        item = self.table.update(user_id, _COUNT_CHECK, condition=f"#codesEndAt > :now AND {_MAY_CHECK}", values=values)
        return person_from_record(item)

    def check_on_device(self, device: Device, now_ms: int) -> Budget:
        """Count a check on a device before its outcome is known, and return the device's budget.

        Raises ConditionFailedError with the existing item if the device may not check a code.
        """
        values = {"zero": 0, "one": 1, "now": now_ms, "checks": CHECKS_PER_CODE, "limit": FAILURES_TO_DISTRUST}
        item = self.table.update(
            device.key,
            f"{_COUNT_CHECK}, #ttl = :ttl",
            condition=_MAY_CHECK,
            values={**values, "ttl": now_ms // 1000 + DEVICE_BUDGET_S},
        )
        return budget_from_record(item)

    def use(
        self,
        person: Person,
        code: Code,
        begun: Beginning,
        source: Source,
        quotas: Sequence[SendQuota],
        now_ms: int,
    ) -> bool:
        """Exchange the code for a sign-in; False if the code was already used."""
        used = code_used(person, code, begun, now_ms)
        changes = self._changes(person.user_id, source.device, used, sign_in_counted(source.budget, now_ms), now_ms)
        try:
            transact(*changes, *(self._credit(quota, SENDS_PER_USE, now_ms) for quota in quotas))
        except ConditionFailedError:
            return False
        return True

    def _changes(
        self, user_id: str, device: Device | None, of_person: ItemUpdate, of_budget: ItemUpdate, now_ms: int
    ) -> list[Change]:
        if device is None:
            return [(of_person + of_budget).change(self.table, user_id)]
        kept = ItemUpdate(["#ttl = :ttl"], values={"ttl": now_ms // 1000 + DEVICE_BUDGET_S})
        return [of_person.change(self.table, user_id), (of_budget + kept).change(self.table, device.key)]

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
