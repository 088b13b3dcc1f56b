"""Rate limits of identity."""

from typing import Final

from bedside.platform.limits.policies import bucket, window

ROLE_CHANGES: Final = window("role-changes", 5, 3600, "user")
FORCE_VERIFICATION: Final = window("force-verification", 10, 86_400, "user")
EXPERT_VERIFICATION: Final = window("expert-verification", 20, 3600, "user")
UNLOCK: Final = window("unlock", 20, 3600, "user")
# Each is a text message, which costs money.
INVITE: Final = window("invite", 50, 86_400, "user")
ADMIN: Final = window("admin", 100, 600, "user")
PROFILE: Final = window("profile", 30, 300, "user")
# High, because all devices of a hospital may share one address; caps in DynamoDB protect numbers and the bill.
OTP_SEND: Final = bucket("otp-send-address", 600, 3600, "address")
OTP_VERIFY: Final = bucket("otp-verify-address", 600, 600, "address")
