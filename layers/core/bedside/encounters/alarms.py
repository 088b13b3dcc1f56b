"""Alarms of timelines."""

from typing import Final

from bedside.platform.alarms import Alarm, counted, stream_lag

ALARMS: Final = (
    Alarm(
        "TimelineAppendAlarm",
        "page",
        stream_lag("TimelineAppend"),
        means="Timelines lag by an hour; the streams keep what is missing for a day",
        first="`timeline not extended` in the log",
        then=(
            "Fix the cause within the day: timelines then catch up by themselves. See "
            "[Encounters](operations.md#encounters)."
        ),
        threshold=3_600_000,
    ),
    Alarm(
        "TimelineSkipAlarm",
        "page",
        counted("TimelineEventNotAppended"),
        means="A record of a stream was not understood and passed over, so a timeline lacks an event, and says so",
        first=(
            "`timeline event not understood` in the log: a release wrote events that this one does not know, or "
            "somebody else wrote to the table"
        ),
        then="After going back to an earlier release, deploy the later one. Otherwise treat it as an intrusion.",
    ),
)
