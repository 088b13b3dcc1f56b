"""Rate limits of visits."""

from typing import Final

from bedside.platform.limits.policies import bucket

# Enough for a page that polls every five seconds because its live connection is blocked, another that rejoins
# repeatedly, and notes that save while typing.
VISITS: Final = bucket("visits", 300, 300, "user")
