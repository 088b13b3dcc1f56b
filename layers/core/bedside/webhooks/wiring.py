"""Composes the receiver, the processor and the replay of webhooks."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.platform.observability import webhook_not_queued, webhook_source_invalid
from bedside.webhooks.settings import WebhooksSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside.adapters.aws.sqs import Queue
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.video import WebhookSender
    from bedside.webhooks.processor import Listener, WebhookProcessor
    from bedside.webhooks.receiver import WebhookReceiver
    from bedside.webhooks.replay import WebhookReplay
    from bedside.webhooks.repository import WebhookEventRepository
    from bedside.webhooks.requeue import OverdueEvents
    from bedside.webhooks.sources import Sources


class WebhooksWiring:
    """Parts of the webhooks domain; other domains register listeners in their manifests."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def settings(self) -> WebhooksSettings:
        return WebhooksSettings.from_env(self.platform.env)

    @cached_property
    def events(self) -> "WebhookEventRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.webhooks.repository import WebhookEventRepository

        settings = self.settings
        return WebhookEventRepository(Table(settings.webhooks_table), retention_days=settings.webhook_retention_days)

    @cached_property
    def queue(self) -> "Queue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.webhook_queue_url, self.platform.settings.region)

    @cached_property
    def sources(self) -> "Sources":
        from bedside.webhooks.sources import Sources

        def read() -> str:
            return self.platform.read_secrets().webhook_sources

        return Sources(self.platform.secrets.webhook_sources, read, webhook_source_invalid)

    @cached_property
    def receiver(self) -> "WebhookReceiver":
        from bedside.webhooks.receiver import WebhookReceiver

        return WebhookReceiver(self.sources, self.events, self.queue, webhook_not_queued)

    def processor(self, listeners: "Mapping[str, Callable[[], Listener]]") -> "WebhookProcessor":
        """Return a processor for `listeners`, each created when its source's first event arrives."""
        from bedside.webhooks.processor import WebhookProcessor

        return WebhookProcessor(self.events, listeners)

    @cached_property
    def overdue_events(self) -> "OverdueEvents":
        from bedside.webhooks.requeue import OverdueEvents

        return OverdueEvents(self.events, self.queue)

    @cached_property
    def event_sweep(self) -> "SweepSource":
        from bedside.platform.sweeper import SweepSource

        def already_postponed(*_: object) -> None:
            """Do nothing: `requeue` postpones an event before it queues it."""

        return SweepSource(self.overdue_events.due, self.overdue_events.requeue, already_postponed)

    def replay(self, senders: "Mapping[str, Callable[[], WebhookSender]]") -> "WebhookReplay":
        """Return a replay that uses `senders`, by source, to resend webhooks."""
        from bedside.webhooks.replay import WebhookReplay

        return WebhookReplay(senders, self.events, self.queue)
