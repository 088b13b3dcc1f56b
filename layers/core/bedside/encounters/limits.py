"""Rate limits of encounters."""

from typing import Final

from bedside.platform.limits.policies import bucket

# Enough for somebody who leafs through encounters, and for pages that read an encounter again after each change.
ENCOUNTERS: Final = bucket("encounters", 300, 300, "user")
