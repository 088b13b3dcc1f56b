"""What is to be done with a record whose time has come. No I/O."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bedside.notifications.attempts import RETURNED
from bedside.notifications.preferences import Preferences, next_digest, quiet_until
from bedside.notifications.record import Record
from bedside.platform.contract import Workflow
from bedside.ports.notices import Notice

# Late notices that are found within this time are told together.
_WINDOW_MS: Final = 10 * 60_000
# Time enough to find others that are late for the same reason.
_SOONEST_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell it now."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Do not tell it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Look at it again at an instant (Unix ms)."""

    until: int


@dataclass(frozen=True, slots=True)
class Summarise:
    """Put it into the inbox, and tell of it in a summary at an instant (Unix ms)."""

    at: int


type Verdict = Tell | Withdraw | Postpone | Summarise


def judge(
    record: Record,
    notice: Notice | None,
    workflow: Workflow | None,
    preferences: Preferences,
    zone: ZoneInfo,
    now_ms: int,
) -> Verdict:
    """Return what to do with a record; `notice` is what its source wants to be told now, or None."""
    if notice is None or workflow is None:
        return Withdraw("notWanted")
    if notice.until is not None and now_ms >= notice.until:
        return Withdraw("tooLate")
    if record.reason == RETURNED and now_ms - record.send_at > workflow.grace_ms:
        return Withdraw("tooLate")
    return Tell() if workflow.critical else _judge_harmless(record, notice, workflow, preferences, zone, now_ms)


def summary_at(now_ms: int) -> int:
    """Return when those who are told something late now get their summary."""
    return -(-(now_ms + _SOONEST_MS) // _WINDOW_MS) * _WINDOW_MS


def _judge_harmless(
    record: Record, notice: Notice, workflow: Workflow, preferences: Preferences, zone: ZoneInfo, now_ms: int
) -> Verdict:
    """Return what to do with what is not critical. What the inbox has already, is neither late nor can it wait."""
    begun = record.told_at is not None
    if not begun and now_ms - record.send_at > workflow.grace_ms:
        return Summarise(summary_at(now_ms))
    # The daily message waits for the end of quiet hours itself; waiting for that first could miss the day's.
    if not begun and workflow.may_wait and preferences.digest == "daily":
        return Summarise(next_digest(zone, now_ms))
    quiet = None if notice.at_chosen_time else quiet_until(preferences.quiet_hours, zone, now_ms)
    # What is of no use after the quiet hours is told in them.
    if quiet is not None and (notice.until is None or quiet < notice.until):
        return Postpone(quiet)
    return Tell()
