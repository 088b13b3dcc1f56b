"""Rate limits of bookings."""

from typing import Final

from bedside.platform.limits.policies import bucket

# A page asks for another week's free times with every tap.
BOOKINGS: Final = bucket("bookings", 300, 300, "user")
