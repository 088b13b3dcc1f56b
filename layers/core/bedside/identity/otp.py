"""One-time codes: generation, limits and send quotas. No I/O."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bedside.kernel.addresses import counted_address
from bedside.kernel.errors import Limit
from bedside.kernel.pseudonym import pseudonym

# NIST SP 800-63B, 5.1.3.2: at least six decimal digits.
DIGITS: Final = 6
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

SENDS_PER_HOUR: Final = Limit("otp-send", 5, 3600)
SENDS_PER_DAY: Final = Limit("otp-send-daily", 10, 86_400)
# Signing in gives its sends back to the limits above, but not to this one: several sign-ins an hour for a whole shift.
SENDS_IN_ALL_PER_DAY: Final = Limit("otp-send-total", 50, 86_400)
# https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts also allows five.
CHECKS_PER_CODE: Final = 5
# Each used code allows this many further codes of the same prefix or address to stay unused.
SENDS_PER_USE: Final = 5


@dataclass(frozen=True, slots=True)
class SendQuota:
    """An hourly quota for sending codes, by number prefix or by client address.

    `allowance` is the number of codes per hour that may stay unused; each used code adds SENDS_PER_USE to the quota.
    A `silent` quota drops messages when it is exhausted; another one refuses them.
    """

    name: str
    allowance: int
    silent: bool = False


def new_code(random_below: Callable[[int], int]) -> str:
    """Return six decimal digits; `random_below(n)` returns a secure random number from 0 to n - 1."""
    return f"{random_below(10**DIGITS):0{DIGITS}d}"


def code_digest(key: bytes, user_id: str, code: str) -> str:
    """Return the stored form of a code: a keyed hash, which cannot be brute-forced without the key."""
    return pseudonym(key, f"code\n{user_id}\n{code}", 64)


def send_limit(sends: Sequence[int], now_ms: int, used: Sequence[int] = ()) -> tuple[Limit, int] | None:
    """Return the limit that forbids another send, and the whole seconds until it permits one; None if none does.

    `sends` are the instants (Unix ms) of the sends since the last sign-in, `used` those of the sends before it; both
    oldest first.
    """
    waits = []
    for limit in (SENDS_PER_HOUR, SENDS_PER_DAY, SENDS_IN_ALL_PER_DAY):
        counted = [*used, *sends] if limit is SENDS_IN_ALL_PER_DAY else sends
        recent = [at for at in counted if at > now_ms - limit.window_s * 1000]
        if len(recent) >= limit.quota:
            frees_at = recent[-limit.quota] + limit.window_s * 1000
            waits.append((limit, seconds_until(frees_at, now_ms)))
    return max(waits, key=lambda wait: wait[1]) if waits else None


def seconds_until(at_ms: int, now_ms: int) -> int:
    """Return the seconds until an instant, rounded up, or 0 if it has passed."""
    return max(0, -((now_ms - at_ms) // 1000))


def prefix(phone: str) -> str:
    """Return the first five digits of a number (E.164), the part that number ranges bought for SMS pumping share.

    They identify a country, and an operator's block or an area in it.
    """
    return phone[:6]


@dataclass(frozen=True, slots=True)
class SendQuotas:
    """Hourly quotas for sending codes, per number prefix and per client address."""

    pseudonym_key: bytes
    prefix_allowance: int
    address_allowance: int

    def of(self, phone: str, address: str, *, known: bool = False, trusted: bool = False) -> tuple[SendQuota, ...]:
        """Return the quotas that a code to `phone`, requested from `address`, is charged to.

        A number that signed in before (`known`) is not charged to its prefix, and a device that did (`trusted`) to
        nothing: whoever uses up these quotas must not keep others from signing in.
        """
        digest = pseudonym(self.pseudonym_key, f"address\n{counted_address(address)}", 24)
        charged = [SendQuota(f"address#{digest}", self.address_allowance)]
        if not known:
            charged.insert(0, SendQuota(f"prefix#{prefix(phone)}", self.prefix_allowance, silent=True))
        return () if trusted else tuple(charged)


def message(code: str, life_s: int, host: str) -> str:
    """Return the text of the SMS; browsers read its last line (https://wicg.github.io/sms-one-time-codes/)."""
    minutes = max(1, life_s // 60)
    unit = "minute" if minutes == 1 else "minutes"
    return f"{code} is your Bedside code. It is valid for {minutes} {unit}. Never share it.\n\n@{host} #{code}"
