"""Rate limits of visits."""

from typing import Final

from bedside.platform.limits.policies import bucket

# A page that asks every five seconds, beside one that joins again and again, and notes that are saved as one types.
VISITS: Final = bucket("visits", 300, 300, "user")
