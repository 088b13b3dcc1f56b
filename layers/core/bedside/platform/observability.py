"""Logs and metrics: structured, correlated, and free of patient data."""

import os
import warnings
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from bedside.adapters.redis.circuit_breaker import StateChange
from bedside.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from bedside.platform.transient.cache import CacheOutcome

# Powertools would log a plain-text warning for every invocation without metrics, and most have none.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger(service="bedside", log_uncaught_exceptions=False)
# The namespace carries the stage, so that no stage raises the alarms of another.
metrics = Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Bedside"), service="bedside")


def count(name: str, amount: int = 1) -> None:
    """Add to a metric, which is emitted when the invocation ends."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)


def measure(name: str, milliseconds: float) -> None:
    """Add a duration to a metric, which is emitted when the invocation ends."""
    metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=round(milliseconds, 2))


def redis_called(key: str, seconds: float) -> None:
    """Record a command that was sent to Redis: how long it took, and what it was for.

    The metric's number of samples is the number of commands, which Upstash bills. What they were for, such as `cache`
    of the key `bedside:prod:cache:…`, is beside the metric in its log line and costs no metric of its own.
    """
    if "RedisLatency" not in metrics.metric_set:
        metrics.add_metadata("redisCommands", {})
    parts = key.split(":", 3)
    purpose = parts[2] if len(parts) > 3 else key.lower()  # noqa: PLR2004  # product, stage, purpose, name
    purposes = metrics.metadata_set["redisCommands"]
    purposes[purpose] = purposes.get(purpose, 0) + 1
    measure("RedisLatency", seconds * 1000)


def redis_refused() -> None:
    """Record that a fallback served a call at once, because Redis is known to be away."""
    count("RedisFallback")


def redis_failed(reason: str) -> None:
    """Record that a Redis command failed, and that a fallback served the call."""
    logger.warning("redis failed", reason=reason.split("\n", 1)[0][:100])
    count("RedisFailure")


def redis_changed(change: StateChange) -> None:
    """Record a change of the circuit breaker's state, with statistics for the state it left."""
    calls = change.calls + change.fallbacks
    logger.warning(
        "redis changed",
        before=change.before,
        after=change.after,
        calls=change.calls,
        fallback_share=round(change.fallbacks / calls, 3) if calls else 0.0,
        error_rate=round(change.failures / change.calls, 3) if change.calls else 0.0,
        latency_ms=round(change.latency_s * 1000, 1),
    )
    count({"up": "RedisUp", "open": "RedisOpen", "probing": "RedisProbe"}[change.after])


def call_limited(policy: str) -> None:
    """Record that a call exceeded a rate limit."""
    logger.info("limited", policy=policy)
    count("RateLimited")


def limiter_away(_policy: str) -> None:
    """Record that a limit was enforced in this process only, because Redis is down."""
    count("RateLimiterAway")


def cache_looked_up(outcome: "CacheOutcome") -> None:
    """Record a cache lookup and its outcome."""
    count({"hit": "CacheHit", "miss": "CacheMiss", "away": "CacheAway"}[outcome])


def live_publish_failed(pages: int) -> None:
    """Record that some pages did not receive a live message; they catch up on their next request."""
    logger.warning("live publish failed", pages=pages)
    count("LivePublishFailure", pages)


def refresh_token_reused(user_id: str) -> None:
    """Record that a superseded refresh token was used: somebody copied it, or restored a browser's profile."""
    logger.warning("refresh token reused", user_id=user_id)
    count("RefreshTokenReused")


def sms_breaker_open(quota: str) -> None:
    """Record that a number prefix or client address gets no more codes this hour, because too few of them are used."""
    logger.warning("sms breaker open", quota=quota)
    count("SmsBreakerOpen")


def mail_suppressed(reason: str) -> None:
    """Record that a mail address gets no more mail, because some came back or was marked as spam there."""
    logger.warning("mail address suppressed", reason=reason)
    count("MailSuppressed")


def number_locked() -> None:
    """Record that a number was locked after too many wrong codes; only an administrator can unlock it."""
    logger.warning("number locked")
    count("NumberLocked")


def stream_record_passed_over(table: str, key: str) -> None:
    """Record which item a record of a table's stream reports that was not understood."""
    logger.error("stream record passed over", table=table, key=key)


def audit_entry_changed(kind: str) -> None:
    """Record that an entry of the audit trail was overwritten or removed, which no function's code does."""
    logger.error("audit entry changed", kind=kind)
    count("AuditEntryChanged")


def audit_entry_not_understood(reason: str) -> None:
    """Record that a record of the audit table's stream was passed over: the archive lacks what it reports."""
    logger.error("audit entry not understood", error=reason)
    count("AuditEntryNotCopied")


def timeline_event_not_understood(reason: str) -> None:
    """Record that a record of a stream was passed over: a timeline lacks what it reports, and will say so."""
    logger.error("timeline event not understood", error=reason)
    count("TimelineEventNotAppended")


def visit_follow_failed(part: str, error: UnavailableError) -> None:
    """Record that a follow-up action of a visit's change failed; the sweeper repeats it."""
    logger.warning("visit not followed", part=part, cause=error.cause or type(error.__cause__).__name__)
    count("VisitFollowFailure")


def notice_not_queued(error: UnavailableError) -> None:
    """Record that a notice could not be sent on its way to the dispatcher; the sweeper does that."""
    logger.warning("notice not queued", cause=error.cause or type(error.__cause__).__name__)
    count("NoticeNotQueued")


def notices_not_planned(kind: str, error: Exception) -> None:
    """Record that notices of a subject could not be planned for a mistake of ours; the queue tries it again."""
    logger.error("notices not planned", kind=kind, error=type(error).__name__)
    count("NoticesNotPlanned")


def notice_attempted(channel: str, state: str) -> None:
    """Record what became of a message on a channel."""
    logger.info("notice attempted", channel=channel, state=state)
    count(f"Notice{channel.capitalize()}{state.capitalize()}")


def notice_record_not_understood(reason: str) -> None:
    """Record that a record of a stream is on its way to the dead letters: people may not be told of what it reports."""
    logger.error("notice record not understood", error=reason)
    count("NoticesNotPlanned")


def refund_failed(booking_id: str) -> None:
    """Record that a refund failed: the money is still owed."""
    logger.error("refund failed", booking=booking_id)
    count("RefundFailed")


def payout_failed(practitioner_id: str) -> None:
    """Record that what a practitioner has earned did not reach their bank."""
    logger.error("payout failed", practitioner=practitioner_id)
    count("PayoutFailed")


def payment_found_late(booking_id: str) -> None:
    """Record that the sweeper found money of which no webhook has told."""
    logger.warning("payment found by the sweeper", booking=booking_id)
    count("PaymentFoundBySweep")


def checkout_unknown(checkout_id: str) -> None:
    """Record that the provider does not know a Checkout that it has opened: the keys may be another account's."""
    logger.error("checkout unknown", checkout=checkout_id)
    count("CheckoutUnknown")


def sweep_failed(kind: str, error: Exception) -> None:
    """Record that the sweeper failed to process an item; it tries again in five minutes."""
    logger.error("not swept", kind=kind, error=type(error).__name__)
    count("SweepFailure")


def webhook_source_invalid(source: str) -> None:
    """Record that the configuration of a webhook source, or of all of them (""), is invalid and rejects everything."""
    logger.error("webhook source odd", source=source)
    count("WebhookSourceOdd")


def webhook_not_queued(source: str) -> None:
    """Record that a stored webhook could not be queued; the sweeper queues it."""
    logger.warning("webhook not queued", source=source)
    count("WebhookNotQueued")


def recording_copied() -> None:
    """Record that a recording was copied into our bucket."""
    count("RecordingCopied")


def recording_not_copied(reason: str, cause: str, number: int) -> None:
    """Record a failed attempt to copy a recording, which is retried, or waits in the dead-letter queue."""
    logger.warning("recording not copied", reason=reason, cause=cause, number=number)
    count("RecordingCopyFailure")
