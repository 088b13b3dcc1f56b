"""Rate limits of patients."""

from typing import Final

from bedside.platform.limits.policies import bucket

# A search runs while somebody types, at most five times a second.
PATIENTS: Final = bucket("patients", 600, 300, "user")
