"""What the two people of a visit are told of; the manifest has it, so this module imports little."""

from typing import Final

from bedside.platform.contract import Workflow

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS

WORKFLOWS: Final = (
    Workflow("visit-booked", "appointments", ("push", "mail", "sms"), grace_ms=12 * HOUR_MS),
    Workflow("visit-moved", "appointments", ("push", "sms", "mail"), critical=True),
    Workflow("visit-cancelled", "appointments", ("push", "sms", "mail"), critical=True),
    Workflow("visit-reminder-day", "appointments", ("push", "mail", "sms"), grace_ms=6 * HOUR_MS),
    Workflow("visit-reminder-hour", "appointments", ("push", "sms"), grace_ms=30 * MINUTE_MS),
    Workflow("visit-room-open", "appointments", ("push", "sms"), grace_ms=10 * MINUTE_MS),
    # Practitioners have many visits a day: no text message for each.
    Workflow("visit-starts", "appointments", ("push",), grace_ms=10 * MINUTE_MS),
    Workflow("visit-clinician-waits", "appointments", ("push", "sms"), critical=True),
    Workflow("visit-patient-waits", "appointments", ("push", "sms"), critical=True),
    Workflow("visit-clinician-missed", "appointments", ("push", "mail", "sms"), grace_ms=12 * HOUR_MS),
    Workflow("visit-missed", "appointments", ("push", "mail"), grace_ms=12 * HOUR_MS),
    Workflow("visit-recorded", "appointments", ("mail",), grace_ms=24 * HOUR_MS, may_wait=True),
)
