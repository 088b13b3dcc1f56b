"""Rate limits of plans and doses."""

from typing import Final

from bedside.platform.limits.policies import bucket, window

# A page reads plans and doses anew with every answer.
PLANS: Final = bucket("plans", 300, 300, "user")
# Whether a number belongs to somebody of the facility must not be found out by trying.
CARERS: Final = window("carers", 5, 3600, "user")
