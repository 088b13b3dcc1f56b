"""Rate limits of payouts."""

from typing import Final

from bedside.platform.limits.policies import bucket, window

PAYOUTS: Final = bucket("payouts", 120, 300, "user")
# Each check of an identity costs money.
IDENTITY_VERIFICATIONS: Final = window("identity-verifications", 3, 3600, "user")
# What one administrator can approve, should their sign-in be stolen.
TRANSFER_APPROVALS: Final = window("transfer-approvals", 50, 3600, "user")
TRANSFER_APPROVALS_A_DAY: Final = window("transfer-approvals-a-day", 200, 24 * 3600, "user")
