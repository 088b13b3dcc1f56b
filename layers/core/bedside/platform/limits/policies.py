"""Every rate limit, in one place."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.kernel.errors import Limit


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit and whose calls it counts.

    A `window` never lets more than its quota through in any stretch of its length. A `bucket` holds its quota and is
    filled evenly, from empty to full in that time: it allows a burst, then a steady rate.
    """

    limit: Limit
    shape: Literal["window", "bucket"]
    counts: Literal["user", "address", "session"]

    @property
    def name(self) -> str:
        return self.limit.name


def _window(name: str, quota: int, window_s: int, counts: Literal["user", "address", "session"]) -> Policy:
    return Policy(Limit(name, quota, window_s), "window", counts)


def _bucket(name: str, quota: int, window_s: int, counts: Literal["user", "address", "session"]) -> Policy:
    return Policy(Limit(name, quota, window_s), "bucket", counts)


ROLE_CHANGES: Final = _window("role-changes", 5, 3600, "user")
FORCE_VERIFICATION: Final = _window("force-verification", 10, 86_400, "user")
EXPERT_VERIFICATION: Final = _window("expert-verification", 20, 3600, "user")
ADMIN: Final = _window("admin", 100, 600, "user")
PROFILE: Final = _window("profile", 30, 300, "user")
# A hospital's phones and desktops may share one address; what protects a number and the bill is in DynamoDB.
OTP_SEND: Final = _bucket("otp-send-address", 600, 3600, "address")
OTP_VERIFY: Final = _bucket("otp-verify-address", 600, 600, "address")
SESSION_CREATE: Final = _bucket("session-create", 600, 600, "user")
# Codes have 256 bits, so that this only keeps the noise of guessing down.
TOKEN_VALIDATE: Final = _bucket("token-validate", 600, 60, "address")
# Twenty photos, each tried a few times, and again.
PRESIGNED_URL: Final = _bucket("presigned-url", 200, 100, "session")
# A page that asks every five seconds, beside one that joins again and again, and notes that are saved as one types.
VISITS: Final = _bucket("visits", 300, 300, "user")

POLICIES: Final = (
    ROLE_CHANGES,
    FORCE_VERIFICATION,
    EXPERT_VERIFICATION,
    ADMIN,
    PROFILE,
    OTP_SEND,
    OTP_VERIFY,
    SESSION_CREATE,
    TOKEN_VALIDATE,
    PRESIGNED_URL,
    VISITS,
)
