"""Alarms of visits: timers and recordings."""

from typing import Final

from bedside.platform.alarms import Alarm, dead_letters

ALARMS: Final = (
    Alarm(
        "ScheduleDeadLettersAlarm",
        "ticket",
        dead_letters("ScheduleDeadLetters"),
        means="A timer of a visit, a booking or a plan failed; the sweeper makes up for it",
        first="the log of `Timeout`: the message is the timer's kind and id",
        then="The sweeper has done its work by now. Fix the cause, then `make redrive`.",
        period_s=60,
    ),
    Alarm(
        "RecordingCopyAlarm",
        "page",
        dead_letters("RecordingCopyDeadLetters"),
        means="A recording could not be copied from the video provider, which keeps it for only a few days",
        first=(
            "`recording not copied` in the log, with its reason: usually a host is missing in `RecordingHosts`, or "
            "the provider was down"
        ),
        then="Fix it soon, then `make redrive`: see [Recordings](operations.md#recordings).",
        period_s=60,
    ),
)
