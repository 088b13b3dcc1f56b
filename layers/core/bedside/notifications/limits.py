"""Rate limits of notifications."""

from typing import Final

from bedside.platform.limits.policies import bucket

# Each open page asks for the inbox when it is told that something has changed.
NOTIFICATIONS: Final = bucket("notifications", 300, 300, "user")
