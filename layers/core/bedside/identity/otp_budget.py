"""Budgets of one-time codes: what attempts on a number have used up. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.identity.otp import send_limit
from bedside.kernel.errors import Limit

DAY_S: Final = 86_400
# Consecutive wrong codes that lock a number to browsers without a device token (NIST SP 800-63B, 5.2.2).
FAILURES_TO_LOCK: Final = 100
# With 100 guesses a month, each at up to five codes, somebody who tries for a year finds one with a chance of 0.6 %.
LOCK_S: Final = 30 * DAY_S
# Consecutive wrong codes from one device, after which its token counts for nothing until its budget is deleted.
FAILURES_TO_DISTRUST: Final = 20
# An unregistered number is deleted this long after the last code was sent to it, when a lock has ended.
STRANGER_S: Final = LOCK_S + DAY_S
# A device's budget is deleted this long after its last change.
DEVICE_BUDGET_S: Final = 30 * DAY_S


@dataclass(frozen=True, slots=True)
class Budget:
    """Counts of the attempts from one device, or of all attempts without a device token; instants are Unix ms.

    `sends` are the messages since the last sign-in, `used_sends` those before it: signing in gives its sends back.
    `checks` are those since the last send, `failures` those since the last sign-in, the last of them at `failed_at`.
    """

    sends: tuple[int, ...] = ()
    used_sends: tuple[int, ...] = ()
    next_send_at: int = 0
    checks: int = 0
    failures: int = 0
    failed_at: int = 0

    @property
    def locked_until(self) -> int | None:
        """The end of the lock, which may have passed; None if the number was not locked."""
        return self.failed_at + LOCK_S * 1000 if self.failures >= FAILURES_TO_LOCK else None

    def locked(self, now_ms: int) -> bool:
        return self.locked_until is not None and self.locked_until > now_ms

    @property
    def distrusted(self) -> bool:
        """Whether a device with this budget guessed too often to be trusted."""
        return self.failures >= FAILURES_TO_DISTRUST

    def send_limit(self, now_ms: int) -> tuple[Limit, int] | None:
        """Return the limit that forbids another send, and the whole seconds until it permits one; None if none does."""
        return send_limit(self.sends, now_ms, self.used_sends)

    def recent_sends(self, now_ms: int) -> list[int]:
        """Return the sends of the last day that led to no sign-in."""
        return [at for at in self.sends if at > now_ms - DAY_S * 1000]

    def returned_sends(self, now_ms: int) -> list[int]:
        """Return the used sends of the last day, after a sign-in now."""
        return [at for at in (*self.used_sends, *self.sends) if at > now_ms - DAY_S * 1000]


def budget_from_record(item: Mapping[str, Any]) -> Budget:
    """Return the budget stored in the item of a person or of a device."""
    return Budget(
        sends=tuple(int(at) for at in item.get("sends", ())),
        used_sends=tuple(int(at) for at in item.get("usedSends", ())),
        next_send_at=int(item.get("nextSendAt", 0)),
        checks=int(item.get("checks", 0)),
        failures=int(item.get("failures", 0)),
        failed_at=int(item.get("failedAt", 0)),
    )
