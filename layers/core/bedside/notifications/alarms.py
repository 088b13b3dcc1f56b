"""Alarms of what people should be told."""

from typing import Final

from bedside.platform.alarms import Alarm, counted, dead_letters, stream_lag

ALARMS: Final = (
    Alarm(
        "NotificationDeadLettersAlarm",
        "page",
        dead_letters("NotificationDeadLetters"),
        means=(
            "A notice could not be told in ten attempts, or a subject's notices not planned, or nobody understands an "
            "item"
        ),
        first="`notice not dispatched` in the log",
        then="Fix the cause, then `make redrive`: see [Notifications](operations.md#notifications).",
        period_s=60,
    ),
    Alarm(
        "NotificationTriggerAlarm",
        "page",
        stream_lag("NotificationTrigger"),
        means="Notices are planned ten minutes late; the streams keep what is missing for a day",
        first="`notices not planned` in the log: usually DynamoDB or SQS is away",
        then="Once the cause is mended it catches up by itself: see [Notifications](operations.md#notifications).",
        threshold=600_000,
    ),
    Alarm(
        "NoticesNotPlannedAlarm",
        "page",
        counted("NoticesNotPlanned"),
        means="A mistake in the code keeps notices of a subject from being planned; those of others go on",
        first="`notices not planned` in the log, which names the kind of subject",
        then="Fix it, then `make redrive`.",
    ),
    Alarm(
        "MailEventsDeadLettersAlarm",
        "ticket",
        dead_letters("MailEventsDeadLetters"),
        means="An address may still get mail that comes back from it",
        first="the log of `MailEvents`",
        then="Fix the cause, then `make redrive`.",
        period_s=60,
    ),
)
