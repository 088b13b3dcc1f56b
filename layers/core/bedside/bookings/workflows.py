"""What people are told of bookings; the manifest has it, so this module imports little."""

from typing import Final

from bedside.platform.contract import Workflow

_HOUR_MS: Final = 3_600_000

WORKFLOWS: Final = (
    Workflow("booking-confirmed", "appointments", ("mail", "push", "sms"), grace_ms=12 * _HOUR_MS),
    Workflow("booking-made", "appointments", ("push", "mail"), grace_ms=12 * _HOUR_MS, may_wait=True),
    Workflow("booking-hold-ends", "money", ("push",), grace_ms=_HOUR_MS),
    Workflow("booking-voucher-unpaid", "money", ("push", "mail", "sms"), grace_ms=6 * _HOUR_MS),
    Workflow("booking-choice-due", "money", ("push", "mail", "sms"), critical=True),
    Workflow("booking-refunded", "money", ("mail", "push"), grace_ms=24 * _HOUR_MS, may_wait=True),
    Workflow("booking-given-up", "appointments", ("push", "sms", "mail"), critical=True),
)
