"""Rate limits of payouts."""

from typing import Final

from bedside.platform.limits.policies import bucket, window

PAYOUTS: Final = bucket("payouts", 120, 300, "user")
# Each check of an identity costs money.
IDENTITY_VERIFICATIONS: Final = window("identity-verifications", 3, 3600, "user")
