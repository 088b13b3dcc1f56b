"""Alarms of signing in, of its text messages, and of the audit trail."""

from typing import Final

from bedside.platform.alarms import Alarm, Metric, counted, stream_lag

ALARMS: Final = (
    Alarm(
        "SmsFailureAlarm",
        "page",
        Metric(
            "AWS/Logs",
            "IncomingLogEvents",
            "LogGroupName",
            "sns/${AWS::Region}/${AWS::AccountId}/DirectPublishToPhoneNumber/Failure",
        ),
        means="More than 10 text messages in an hour were not delivered",
        first=(
            "the log group `sns/{region}/{account}/DirectPublishToPhoneNumber/Failure`: is it one country or one "
            "carrier?"
        ),
        then=(
            "A spending limit: see `SmsSpendAlarm`. A country that needs a registered sender: `SmsOriginations`, see "
            "[Text messages](operations.md#text-messages)."
        ),
        threshold=10,
        period_s=3600,
        account=True,
    ),
    Alarm(
        "SmsSpendAlarm",
        "page",
        Metric("AWS/SNS", "SMSMonthToDateSpentUSD", statistic="Maximum"),
        means="This month's budget for text messages is nearly used up; once it is, nobody can sign in",
        first="`codesSent` of `GET /admin/counters`: is it growth, or `SmsBreakerAlarm`?",
        then="Raise `SmsMonthlySpendUsd` (ask AWS for a higher limit first), and `SmsSpendAlarmUsd` with it.",
        threshold="SmsSpendAlarmUsd",
        period_s=3600,
        account=True,
    ),
    Alarm(
        "SmsBreakerAlarm",
        "ticket",
        counted("SmsBreakerOpen"),
        means=(
            "Too few codes sent to a number prefix, or requested from an address, were used; it gets no more this hour"
        ),
        first="`sms breaker open` in the log, which names the prefix, or a hash of the address",
        then=(
            "An attack: remove the country from `SmsCountries`. A busy day: raise the allowance. See [Text "
            "messages](operations.md#text-messages)."
        ),
    ),
    Alarm(
        "NumberLockedAlarm",
        "ticket",
        counted("NumberLocked"),
        means="100 wrong codes in a row locked a number, so somebody may be guessing",
        first="the access log at that time: one address, or many?",
        then="Browsers that signed in to it before go on; otherwise unlock it on `/users`. Many locks are an attack.",
    ),
    Alarm(
        "RefreshTokenAlarm",
        "ticket",
        counted("RefreshTokenReused"),
        means=(
            "More than 10 refresh tokens in an hour were used after their successor had been; those sign-ins were ended"
        ),
        first="`refresh token reused` in the log: one `user_id`, or many?",
        then=(
            "A single one may be a browser whose profile was copied or restored; many for one `user_id` suggest "
            "theft: use the kill switch."
        ),
        threshold=10,
        period_s=3600,
    ),
    Alarm(
        "AuditChangeAlarm",
        "page",
        counted("AuditEntryChanged"),
        means="An entry of the audit trail was overwritten or removed",
        first="the newest objects under the prefix “changes” in the bucket `bedside-audit-…`",
        then="Treat it as an intrusion: no code does this. See [People](operations.md#people).",
    ),
    Alarm(
        "AuditCopyAlarm",
        "page",
        stream_lag("AuditCopy"),
        means="Entries of the audit trail have waited for an hour to be copied; the stream keeps them for a day",
        first="`audit entry not copied` in the log",
        then="Fix the cause within the day; copies then catch up by themselves.",
        threshold=3_600_000,
    ),
    Alarm(
        "AuditSkipAlarm",
        "page",
        counted("AuditEntryNotCopied"),
        means=(
            "A record of the audit table's stream was not understood and passed over, so the archive lacks an entry "
            "or a change"
        ),
        first="`audit entry not understood` in the log, and the table's newest entries",
        then="Treat it as an intrusion: no code writes such entries. See [People](operations.md#people).",
    ),
)
