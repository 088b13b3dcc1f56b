"""Alarms of practitioners' money."""

from typing import Final

from bedside.platform.alarms import Alarm, counted

ALARMS: Final = (
    Alarm(
        "PayoutAlarm",
        "ticket",
        counted("PayoutFailed"),
        means="A practitioner's bank did not take what they earned",
        first="`payout failed` in the log, which names the practitioner",
        then="Nothing is lost: Stripe keeps the money. Their page *Availability* tells them what to do; call them.",
    ),
)
