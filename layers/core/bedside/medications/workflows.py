"""What patients and their carers are told of; the manifest has it, so this module imports little."""

from typing import Final

from bedside.platform.contract import Workflow

_HOUR_MS: Final = 3_600_000

WORKFLOWS: Final = (
    Workflow("plan-new", "medicines", ("push", "mail"), grace_ms=12 * _HOUR_MS, may_wait=True),
    Workflow("dose-due", "medicines", ("push", "mail", "sms"), grace_ms=_HOUR_MS),
    Workflow("dose-missed", "medicines", ("push", "mail"), grace_ms=6 * _HOUR_MS),
    # Whoever was named has not asked for it: a few words a day, whatever somebody plans.
    Workflow("carer-named", "medicines", ("push", "mail", "sms"), grace_ms=12 * _HOUR_MS, most_a_day=3),
    Workflow("dose-missed-carer", "medicines", ("push", "sms", "mail"), grace_ms=6 * _HOUR_MS, most_a_day=3),
)
