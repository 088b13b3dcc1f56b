"""Alarms of commits to the record."""

from typing import Final

from bedside.platform.alarms import Alarm, counted, dead_letters

ALARMS: Final = (
    Alarm(
        "PhotoRenderAlarm",
        "page",
        dead_letters("PhotoRenderDeadLetters"),
        means="A photo on its way to the patient's record could not be rendered in five attempts",
        first="the log of `PhotoRender`: did it run out of time or memory?",
        then=(
            "The photo is held and still here. Fix the cause, then `make redrive`: see [Commits to the "
            "record](operations.md#commits-to-the-record)."
        ),
        period_s=60,
    ),
    Alarm(
        "RecordCommitAlarm",
        "page",
        dead_letters("RecordCommitDeadLetters"),
        means="A photo, or a visit's notes, could not be taken to the patient's record in five attempts",
        first="the log of `RecordCommit`, and `POST …/check` of the facility's record",
        then=(
            "It is held and still here. Fix the cause, then `make redrive`: see [Commits to the "
            "record](operations.md#commits-to-the-record)."
        ),
        period_s=60,
    ),
    Alarm(
        "FileUnknownAlarm",
        "page",
        counted("FileUnknown"),
        means="Nobody knows whether a photo, or a visit's notes, are in the patient's record; a clinician has to look",
        first="`file not committed` in the log, which names the facility's record and the problem",
        then=(
            "Tell the facility: a clinician looks into the record and says on the desktop what is there. Nothing else "
            "ends it: see [Commits to the record](operations.md#commits-to-the-record)."
        ),
    ),
)
