"""Alarms of webhooks."""

from typing import Final

from bedside.platform.alarms import Alarm, dead_letters

ALARMS: Final = (
    Alarm(
        "WebhookDeadLettersAlarm",
        "page",
        dead_letters("WebhookDeadLetters"),
        means="A webhook could not be processed in ten attempts over 25 minutes",
        first="`webhook not processed` in the log, with the source and the error",
        then="Fix the cause, then `make redrive`. The sweeper tries it again too, at intervals of up to six hours.",
        period_s=60,
    ),
)
