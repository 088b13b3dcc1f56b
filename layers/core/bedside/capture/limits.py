"""Rate limits of capture."""

from typing import Final

from bedside.platform.limits.policies import bucket

SESSION_CREATE: Final = bucket("session-create", 600, 600, "user")
# Codes have 256 bits, so this only keeps the noise of guessing down.
TOKEN_VALIDATE: Final = bucket("token-validate", 600, 60, "address")
# Twenty photos, each tried a few times, and again.
PRESIGNED_URL: Final = bucket("presigned-url", 200, 100, "session")
