"""Rate limits of notifications."""

from typing import Final

from bedside.platform.limits.policies import bucket, window

# Each open page asks for the inbox when it is told that something has changed.
NOTIFICATIONS: Final = bucket("notifications", 300, 300, "user")
# The settings page reads mail address and browsers whenever it is opened.
CONTACT_POINTS: Final = bucket("contact-points", 60, 300, "user")
# Beside the five checks that each code has.
MAIL_CODES: Final = window("mail-codes", 20, 3600, "user")
# Mail hosts unsubscribe for many people from few addresses.
UNSUBSCRIBE: Final = window("unsubscribe", 600, 300, "address")
