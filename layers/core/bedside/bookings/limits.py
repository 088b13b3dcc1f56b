"""Rate limits of bookings."""

from typing import Final

from bedside.platform.limits.policies import bucket, window

# A page asks for another week's free times with every tap.
BOOKINGS: Final = bucket("bookings", 300, 300, "user")
# Who books and cancels all day takes times from others, though never many at once.
FREE_BOOKINGS: Final = window("free-bookings", 40, 24 * 3600, "user")
# Each start holds a practitioner's time for half an hour.
PAYMENT_STARTS: Final = window("payment-starts", 5, 15 * 60, "user")
PAYMENT_STARTS_A_DAY: Final = window("payment-starts-a-day", 20, 24 * 3600, "user")
PAYMENT_STARTS_OF_ADDRESS: Final = window("payment-starts-of-address", 20, 15 * 60, "address")
