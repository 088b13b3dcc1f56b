"""Alarms of what happens without anybody waiting: queues, schedules and the sweeper."""

from typing import Final

from bedside.platform.alarms import Alarm, Metric, counted, oldest_message

WORKER_ALARMS: Final = (
    Alarm(
        "QueueAgeAlarm",
        "page",
        {"renderings": oldest_message("PhotoRenderQueue"), "webhooks": oldest_message("WebhookQueue")},
        means="A webhook, or a photo on its way to the record, has waited for half an hour",
        first="the log of `WebhookProcessor` or `PhotoRender`: do they fail, or do they not run?",
        then="If they do not run, look at the function's event source mapping, and at `AccountThrottleAlarm`.",
        expression="MAX(METRICS())",
        threshold=1800,
    ),
    Alarm(
        "LateQueueAgeAlarm",
        "ticket",
        {
            "commits": oldest_message("RecordCommitQueue"),
            "notices": oldest_message("NotificationQueue"),
            "recordings": oldest_message("RecordingCopyQueue"),
        },
        means=(
            "A notice, a recording or a commit to the record has waited for two hours, longer than all its attempts "
            "take"
        ),
        first="the log of the queue's function: `NotificationDispatch`, `RecordingCopy` or `RecordCommit`",
        then="As for `QueueAgeAlarm`. Their queues keep messages for two weeks.",
        expression="MAX(METRICS())",
        threshold=7200,
    ),
    Alarm(
        "ScheduleDropAlarm",
        "page",
        {
            "dropped": Metric("AWS/Scheduler", "InvocationDroppedCount", "ScheduleGroup", "Schedules"),
            "lost": Metric("AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", "ScheduleGroup", "Schedules"),
        },
        means="A schedule gave up: a timer of a visit, a booking or a plan of medicines, or a notice",
        first=(
            "`ScheduleDeadLettersAlarm` and `NotificationDeadLettersAlarm`: what was dropped is in their queues, "
            "unless those failed too"
        ),
        then=(
            "The sweeper does what was due within five minutes. Fix the cause (usually the role `ScheduleRole`), then "
            "`make redrive`."
        ),
        expression="SUM(METRICS())",
    ),
    Alarm(
        "SweepAlarm",
        "ticket",
        counted("SweepFailure"),
        means="The sweeper has failed on some items for half an hour, such as rooms that cannot be ended",
        first="`not swept` in the log, with the kind of item; usually the video provider is down",
        then="Nothing is lost meanwhile: the sweeper tries again every five minutes.",
        period_s=900,
        periods=2,
    ),
    Alarm(
        "SweeperAlarm",
        "page",
        counted("SweepDone"),
        means=(
            "No sweep has been completed for half an hour, whether they fail or do not run, so nothing makes up for "
            "lost timers"
        ),
        first="the log of `Sweep`, and its schedule",
        then="Until it runs again, lost timers are not made up for, and photos stay longer than was promised.",
        threshold=1,
        below=True,
        period_s=900,
        periods=2,
        silence_rings=True,
    ),
)
