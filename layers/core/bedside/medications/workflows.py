"""What patients and their carers are told of; the manifest has it, so this module imports little."""

from typing import Final

from bedside.platform.contract import Workflow

_HOUR_MS: Final = 3_600_000

WORKFLOWS: Final = (
    Workflow("plan-new", "medicines", ("push", "mail"), grace_ms=12 * _HOUR_MS, may_wait=True),
    Workflow("dose-due", "medicines", ("push", "mail", "sms"), grace_ms=_HOUR_MS),
    Workflow("dose-missed", "medicines", ("push", "mail"), grace_ms=6 * _HOUR_MS),
    Workflow("reminders-paused", "medicines", ("push", "mail", "sms"), grace_ms=24 * _HOUR_MS, may_wait=True),
    Workflow("reminders-paused-carer", "medicines", ("push", "sms", "mail"), grace_ms=24 * _HOUR_MS, most_a_day=3),
    Workflow("reminders-paused-clinician", "medicines", ("push", "mail"), grace_ms=24 * _HOUR_MS, may_wait=True),
    # Whoever is asked has not asked for it: a few words a day, whatever somebody does.
    Workflow("carer-named", "medicines", ("push", "mail", "sms"), grace_ms=12 * _HOUR_MS, most_a_day=3),
    Workflow("carer-accepted", "medicines", ("push", "mail"), grace_ms=12 * _HOUR_MS, may_wait=True),
    Workflow("carer-declined", "medicines", ("push", "mail"), grace_ms=12 * _HOUR_MS, may_wait=True),
    Workflow("carer-ended", "medicines", ("push", "mail"), grace_ms=12 * _HOUR_MS, may_wait=True),
    Workflow("dose-missed-carer", "medicines", ("push", "sms", "mail"), grace_ms=6 * _HOUR_MS, most_a_day=3),
)
