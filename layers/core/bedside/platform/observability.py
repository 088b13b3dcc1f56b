"""Logs and metrics: structured, correlated, and without patient data."""

import warnings
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from bedside.adapters.redis.circuit_breaker import StateChange
from bedside.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from bedside.platform.transient.cache import CacheOutcome

# Most invocations count nothing, which Powertools would otherwise tell the log, as text among its JSON.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger(service="bedside", log_uncaught_exceptions=False)
metrics = Metrics(namespace="Bedside", service="bedside")


def count(name: str, amount: int = 1) -> None:
    """Add to a metric that is sent when the invocation ends."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)


def redis_failed(reason: str) -> None:
    """Note that Redis did not answer as it should; the record of truth serves instead."""
    logger.warning("redis failed", reason=reason.split("\n", 1)[0][:100])
    count("RedisFailure")


def redis_changed(change: StateChange) -> None:
    """Note that Redis went away, is being tried, or came back, and how it did until then."""
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
    if change.fallbacks:
        count("RedisFallback", change.fallbacks)


def call_limited(policy: str) -> None:
    """Note that somebody calls too often."""
    logger.info("limited", policy=policy)
    count("RateLimited")


def limiter_away(_policy: str) -> None:
    """Note that a limit was checked in this process alone, because Redis is away."""
    count("RateLimiterAway")


def cache_asked(outcome: "CacheOutcome") -> None:
    """Note that a cache knew what it was asked for, or did not, or that Redis could not say."""
    count({"hit": "CacheHit", "miss": "CacheMiss", "away": "CacheAway"}[outcome])


def live_publish_failed(pages: int) -> None:
    """Note that pages could not be told of a change; they catch up by themselves."""
    logger.warning("live publish failed", pages=pages)
    count("LivePublishFailure", pages)


def refresh_token_reused(user_id: str) -> None:
    """Note that a dead refresh token was used: somebody has a copy, or a browser forgot what it was given."""
    logger.warning("refresh token reused", user_id=user_id)
    count("RefreshTokenReused")


def sms_breaker_open(quota: str) -> None:
    """Note that no more codes are sent to a prefix, or for an address, this hour, since too few of them are used."""
    logger.warning("sms breaker open", quota=quota)
    count("SmsBreakerOpen")


def number_locked() -> None:
    """Note that a number was guessed at so often that only an administrator unlocks it."""
    logger.warning("number locked")
    count("NumberLocked")


def visit_follow_failed(part: str, error: UnavailableError) -> None:
    """Note that something that follows a change of a visit was not done; the sweeper makes up for it."""
    logger.warning("visit not followed", part=part, cause=error.cause or type(error.__cause__).__name__)
    count("VisitFollowFailure")


def sweep_failed(kind: str, error: Exception) -> None:
    """Note that the sweeper could not look at something; it tries again in five minutes."""
    logger.error("not swept", kind=kind, error=type(error).__name__)
    count("SweepFailure")


def webhook_source_odd(source: str) -> None:
    """Note that a source of webhooks, or the whole configuration of them, makes no sense: it refuses everything."""
    logger.error("webhook source odd", source=source)
    count("WebhookSourceOdd")


def webhook_not_queued(source: str) -> None:
    """Note that a webhook is kept but could not be queued: the sweeper does it."""
    logger.warning("webhook not queued", source=source)
    count("WebhookNotQueued")


def recording_copied() -> None:
    """Note that a recording is ours now."""
    count("RecordingCopied")


def recording_not_copied(reason: str, cause: str, number: int) -> None:
    """Note that a try to copy a recording has failed; it is tried again, or waits to be redriven."""
    logger.warning("recording not copied", reason=reason, cause=cause, number=number)
    count("RecordingCopyFailure")
