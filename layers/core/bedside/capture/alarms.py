"""Alarms of photos."""

from typing import Final

from bedside.platform.alarms import Alarm, dead_letters

ALARMS: Final = (
    Alarm(
        "DeadLettersAlarm",
        "page",
        dead_letters("UploadWatchDeadLetters"),
        means="A stored photo could not be added to its session after all retries",
        first="the log of `UploadWatch`; the message is the S3 event, with the photo's key",
        then=(
            "Fix the cause, then `make redrive` before the session's other photos have been gone for a day: it has no "
            "session any more then."
        ),
        period_s=60,
    ),
)
