"""The parts of functions around visits, webhooks and recordings; see wiring.py."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.platform.observability import (
    live_publish_failed,
    sweep_failed,
    visit_follow_failed,
    webhook_not_queued,
    webhook_source_odd,
)
from bedside.platform.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.aws.sqs import Queue
    from bedside.adapters.downloads import Downloads
    from bedside.capture.session_expiry import SessionExpiry
    from bedside.identity.principal import Principal
    from bedside.platform.sweeper import Sweeper
    from bedside.ports.video import Rooms
    from bedside.visits.announcements import Announcer
    from bedside.visits.booking import Booking
    from bedside.visits.lifecycle import VisitLifecycle
    from bedside.visits.live_access import LiveAccess
    from bedside.visits.notes import Notes
    from bedside.visits.participation import Participation
    from bedside.visits.provider_events import ProviderEvents
    from bedside.visits.queries import VisitQueries
    from bedside.visits.recordings.copies import Copies
    from bedside.visits.recordings.repository import RecordingRepository
    from bedside.visits.recordings.service import Recordings
    from bedside.visits.repository import VisitRepository
    from bedside.visits.subscriptions import Subscriber, Subscriptions
    from bedside.visits.timeline import TimeLimits
    from bedside.visits.timers import Scheduler, Timers
    from bedside.webhooks.processor import Listener, WebhookProcessor
    from bedside.webhooks.receiver import MessageQueue, WebhookReceiver
    from bedside.webhooks.replay import WebhookReplay
    from bedside.webhooks.repository import WebhookEventRepository
    from bedside.webhooks.requeue import OverdueEvents
    from bedside.webhooks.sources import Sources


class VisitWiring(Wiring):
    """Adds to the parts of every function those of visits."""

    @cached_property
    def visits_table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.visits_table)

    @cached_property
    def rules(self) -> "TimeLimits":
        from bedside.visits.timeline import TimeLimits

        settings = self.settings
        return TimeLimits(settings.no_show_ms, settings.grace_ms, settings.warning_ms, settings.limit_ms)

    @cached_property
    def visit_repository(self) -> "VisitRepository":
        from bedside.visits.repository import VisitRepository

        return VisitRepository(self.visits_table, self.rules)

    @cached_property
    def scheduler(self) -> "Scheduler":
        from bedside.adapters.aws.scheduler import Scheduler, Target

        settings = self.settings
        target = Target(
            settings.schedule_group, settings.schedule_target, settings.schedule_role, settings.schedule_dead_letters
        )
        return Scheduler(target, settings.region)

    @cached_property
    def timers(self) -> "Timers":
        from bedside.visits.timers import Timers

        return Timers(self.scheduler, self.rules)

    @cached_property
    def watchers(self) -> "Subscriptions":
        from bedside.visits.subscriptions import Subscriptions

        return Subscriptions(self.visits_table, self.settings.live_ticket_life_ms)

    @cached_property
    def announcer(self) -> "Announcer":
        from bedside.visits.announcements import AblyAnnouncer, SocketAnnouncer

        settings = self.settings
        if settings.live_provider == "ably":
            return AblyAnnouncer(self.ably, settings.ably_rest_url, settings.ably_realtime_url, live_publish_failed)

        return SocketAnnouncer(
            lambda: self.sockets,
            self.watchers,
            settings.live_url,
            self.secrets.pseudonym_key,
            self._standing,
            os.urandom,
            live_publish_failed,
        )

    def _standing(self, watcher: "Subscriber", now_ms: int) -> "Principal | None":
        return self.guard.standing(watcher.user_id, watcher.family_id, now_ms)

    @cached_property
    def visit_live_access(self) -> "LiveAccess":
        from bedside.visits.live_access import LiveAccess

        return LiveAccess(self.watchers, self._standing, self.secrets.pseudonym_key)

    @cached_property
    def rooms(self) -> "Rooms":
        from bedside.adapters.hms import Hms

        settings, keys = self.settings, self.secrets.hms_keys
        if keys is None:
            raise UnavailableError("The secret hms-keys is missing.")
        roles = {"patient": settings.hms_patient_role, "practitioner": settings.hms_practitioner_role}
        return Hms(settings.hms_api_url, keys, settings.room_page, roles)

    @cached_property
    def recording_repository(self) -> "RecordingRepository":
        from bedside.visits.recordings.repository import RecordingRepository

        return RecordingRepository(self.visits_table, self.settings.recording_overdue_ms)

    @cached_property
    def recordings(self) -> "Recordings":
        from bedside.adapters.aws.s3 import Links
        from bedside.visits.recordings.service import Recordings

        settings = self.settings

        def schedule(visit_id: str, at_ms: int) -> None:
            name, payload = f"recording-{visit_id}-{at_ms}", {"kind": "recording", "id": visit_id}
            try:
                self.scheduler.put(name, at_ms, payload)
            except UnavailableError as error:
                visit_follow_failed("recording", error)

        return Recordings(
            record=self.recording_repository,
            visits=self.visit_repository,
            rooms=lambda: self.rooms,
            links=Links(settings.recordings_bucket, settings.region, settings.storage_origin),
            send=self.recording_queue.send,
            schedule=schedule,
            overdue_ms=settings.recording_overdue_ms,
            url_life_s=settings.download_url_life_s,
        )

    @cached_property
    def recording_queue(self) -> "MessageQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.recording_queue_url, self.settings.region)

    @cached_property
    def downloads(self) -> "Downloads":
        from bedside.adapters.downloads import Downloads

        return Downloads(self.settings.recording_hosts)

    @cached_property
    def copies(self) -> "Copies":
        from bedside.adapters.aws.archive import Archive
        from bedside.visits.recordings.copies import Copies

        settings = self.settings
        return Copies(
            record=self.recording_repository,
            rooms=lambda: self.rooms,
            archive=Archive(settings.recordings_bucket, settings.region),
            downloads=self.downloads,
            remaining_s=remaining_s,
        )

    @cached_property
    def lifecycle(self) -> "VisitLifecycle":
        from bedside.visits.lifecycle import VisitLifecycle

        return VisitLifecycle(
            record=self.visit_repository,
            timers=self.timers,
            announcer=self.announcer,
            rooms=lambda: self.rooms,
            recordings=lambda: self.recordings,
            on_failure=visit_follow_failed,
        )

    @cached_property
    def booking(self) -> "Booking":
        from bedside.visits.booking import Booking

        key = self.secrets.pseudonym_key
        return Booking(self.visit_repository, self.lifecycle, self.people, self.rules, os.urandom, key)

    @cached_property
    def participation(self) -> "Participation":
        from bedside.visits.participation import Participation

        return Participation(
            record=self.visit_repository,
            lifecycle=self.lifecycle,
            rooms=lambda: self.rooms,
            drafts=self.drafts,
            rules=self.rules,
            randomness=os.urandom,
        )

    @cached_property
    def visit_queries(self) -> "VisitQueries":
        from bedside.visits.queries import VisitQueries

        return VisitQueries(self.visit_repository, self.rules, self.recordings.summary)

    @cached_property
    def notes(self) -> "Notes":
        from bedside.visits.notes import Notes

        return Notes(self.visit_repository, self.visits_table)

    @cached_property
    def provider_events(self) -> "ProviderEvents":
        from bedside.visits.provider_events import ProviderEvents

        return ProviderEvents(self.lifecycle, lambda: self.recordings)

    @cached_property
    def sweeping(self) -> "Sweeper":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.platform.sweeper import Sweeper, SweepSource, postponing
        from bedside.visits.recordings.repository import recording_key

        def by_itself(*_: object) -> None:
            """Webhooks are put off before they are looked at."""

        table, sessions = self.visits_table, Table(self.settings.capture_table)
        sources = {
            "visits": SweepSource(self.visit_repository.due, self.lifecycle.sweep, postponing(table, str)),
            "webhooks": SweepSource(self.overdue_webhooks.due, self.overdue_webhooks.look, by_itself),
            "recordings": SweepSource(
                self.recording_repository.due, self.recordings.overdue, postponing(table, recording_key)
            ),
            "sessions": SweepSource(self.session_expiry.due, self.session_expiry.look, postponing(sessions, str)),
        }
        return Sweeper(sources, remaining_s, sweep_failed)

    @cached_property
    def session_expiry(self) -> "SessionExpiry":
        from bedside.capture.session_expiry import SessionExpiry

        return SessionExpiry(self.record, self.fast, self.publisher)

    @cached_property
    def webhook_events(self) -> "WebhookEventRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.webhooks.repository import WebhookEventRepository

        return WebhookEventRepository(
            Table(self.settings.webhooks_table), retention_days=self.settings.webhook_retention_days
        )

    @cached_property
    def webhook_queue(self) -> "Queue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.webhook_queue_url, self.settings.region)

    @cached_property
    def webhook_sources(self) -> "Sources":
        from bedside.adapters.aws.secrets import read_secrets
        from bedside.webhooks.sources import Sources

        def read() -> str:
            return read_secrets(self.settings.secrets_path, self.settings.region).webhook_sources

        return Sources(self.secrets.webhook_sources, read, webhook_source_odd)

    @cached_property
    def webhook_receiver(self) -> "WebhookReceiver":
        from bedside.webhooks.receiver import WebhookReceiver

        return WebhookReceiver(self.webhook_sources, self.webhook_events, self.webhook_queue, webhook_not_queued)

    @cached_property
    def listeners(self) -> "Mapping[str, Listener]":
        """Who hears of events, by the name of their source; those of others are kept."""
        return {"hms": self.provider_events}

    @cached_property
    def webhook_processor(self) -> "WebhookProcessor":
        from bedside.webhooks.processor import WebhookProcessor

        return WebhookProcessor(self.webhook_events, self.listeners)

    @cached_property
    def overdue_webhooks(self) -> "OverdueEvents":
        from bedside.webhooks.requeue import OverdueEvents

        return OverdueEvents(self.webhook_events, self.webhook_queue)

    @cached_property
    def webhook_replay(self) -> "WebhookReplay":
        from bedside.webhooks.replay import WebhookReplay

        return WebhookReplay(lambda: self.rooms, self.webhook_events, self.webhook_queue)
