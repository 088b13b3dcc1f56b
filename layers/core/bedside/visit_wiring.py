"""The parts of functions around visits, webhooks and recordings; see wiring.py."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.errors import UnavailableError
from bedside.invocation import remaining_s
from bedside.observability import (
    live_publish_failed,
    sweep_failed,
    visit_follow_failed,
    webhook_not_queued,
    webhook_source_odd,
)
from bedside.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside.adapters.downloads import Downloads
    from bedside.adapters.dynamo import Table
    from bedside.adapters.queue import Queue
    from bedside.capture.sweeping import Sweeping as CaptureSweeping
    from bedside.identity.principal import Principal
    from bedside.visits.announcing import Announcer
    from bedside.visits.attending import Attending
    from bedside.visits.booking import Booking
    from bedside.visits.changing import Changing
    from bedside.visits.course import Rules
    from bedside.visits.hearing import Hearing
    from bedside.visits.listening import Listening
    from bedside.visits.looking import Looking
    from bedside.visits.notes import Notes
    from bedside.visits.record import VisitRecord
    from bedside.visits.recording_copies import Copies
    from bedside.visits.recording_record import RecordingRecord
    from bedside.visits.recordings import Recordings
    from bedside.visits.rooms import Rooms
    from bedside.visits.sweeping import Sweeping
    from bedside.visits.timers import Scheduler, Timers
    from bedside.visits.watchers import VisitWatcher, Watchers
    from bedside.webhooks.events import WebhookEvents
    from bedside.webhooks.processing import Listener, Processing
    from bedside.webhooks.receiving import Messages, Receiving
    from bedside.webhooks.replaying import Replaying
    from bedside.webhooks.sources import Sources
    from bedside.webhooks.sweeping import Sweeping as WebhookSweeping


class VisitWiring(Wiring):
    """Adds to the parts of every function those of visits."""

    @cached_property
    def visits_table(self) -> "Table":
        from bedside.adapters.dynamo import Table

        return Table(self.settings.visits_table)

    @cached_property
    def rules(self) -> "Rules":
        from bedside.visits.course import Rules

        settings = self.settings
        return Rules(settings.no_show_ms, settings.grace_ms, settings.warning_ms, settings.limit_ms)

    @cached_property
    def visit_record(self) -> "VisitRecord":
        from bedside.visits.record import VisitRecord

        return VisitRecord(self.visits_table, self.rules)

    @cached_property
    def scheduler(self) -> "Scheduler":
        from bedside.adapters.scheduler import Scheduler, Target

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
    def watchers(self) -> "Watchers":
        from bedside.visits.watchers import Watchers

        return Watchers(self.visits_table, self.settings.live_ticket_life_ms)

    @cached_property
    def announcer(self) -> "Announcer":
        from bedside.visits.announcing import AblyAnnouncer, SocketAnnouncer

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

    def _standing(self, watcher: "VisitWatcher", now_ms: int) -> "Principal | None":
        return self.guard.standing(watcher.user_id, watcher.family_id, now_ms)

    @cached_property
    def visit_watching(self) -> "Listening":
        from bedside.visits.listening import Listening

        return Listening(self.watchers, self._standing, self.secrets.pseudonym_key)

    @cached_property
    def rooms(self) -> "Rooms":
        from bedside.adapters.hms import Hms

        settings, keys = self.settings, self.secrets.hms_keys
        if keys is None:
            raise UnavailableError("The secret hms-keys is missing.")
        roles = {"patient": settings.hms_patient_role, "practitioner": settings.hms_practitioner_role}
        return Hms(settings.hms_api_url, keys, settings.room_page, roles)

    @cached_property
    def recording_record(self) -> "RecordingRecord":
        from bedside.visits.recording_record import RecordingRecord

        return RecordingRecord(self.visits_table, self.settings.recording_overdue_ms)

    @cached_property
    def recordings(self) -> "Recordings":
        from bedside.adapters.storage import Links
        from bedside.visits.recordings import Recordings

        settings = self.settings

        def schedule(visit_id: str, at_ms: int) -> None:
            name, payload = f"recording-{visit_id}-{at_ms}", {"kind": "recording", "id": visit_id}
            try:
                self.scheduler.put(name, at_ms, payload)
            except UnavailableError as error:
                visit_follow_failed("recording", error)

        return Recordings(
            record=self.recording_record,
            visits=self.visit_record,
            rooms=lambda: self.rooms,
            links=Links(settings.recordings_bucket, settings.region, settings.storage_origin),
            send=self.recording_queue.send,
            schedule=schedule,
            overdue_ms=settings.recording_overdue_ms,
            url_life_s=settings.download_url_life_s,
        )

    @cached_property
    def recording_queue(self) -> "Messages":
        from bedside.adapters.queue import Queue

        return Queue(self.settings.recording_queue_url, self.settings.region)

    @cached_property
    def downloads(self) -> "Downloads":
        from bedside.adapters.downloads import Downloads

        return Downloads(self.settings.recording_hosts)

    @cached_property
    def copies(self) -> "Copies":
        from bedside.adapters.archive import Archive
        from bedside.visits.recording_copies import Copies

        settings = self.settings
        return Copies(
            record=self.recording_record,
            rooms=lambda: self.rooms,
            archive=Archive(settings.recordings_bucket, settings.region),
            downloads=self.downloads,
            remaining_s=remaining_s,
        )

    @cached_property
    def changing(self) -> "Changing":
        from bedside.visits.changing import Changing

        return Changing(
            record=self.visit_record,
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
        return Booking(self.visit_record, self.changing, self.people, self.rules, os.urandom, key)

    @cached_property
    def attending(self) -> "Attending":
        from bedside.visits.attending import Attending

        return Attending(
            record=self.visit_record,
            changing=self.changing,
            rooms=lambda: self.rooms,
            drafts=self.drafts,
            rules=self.rules,
            randomness=os.urandom,
        )

    @cached_property
    def looking(self) -> "Looking":
        from bedside.visits.looking import Looking

        return Looking(self.visit_record, self.rules, self.recordings.summary)

    @cached_property
    def notes(self) -> "Notes":
        from bedside.visits.notes import Notes

        return Notes(self.visit_record, self.visits_table)

    @cached_property
    def hearing(self) -> "Hearing":
        from bedside.visits.hearing import Hearing

        return Hearing(self.changing, lambda: self.recordings)

    @cached_property
    def sweeping(self) -> "Sweeping":
        from bedside.adapters.dynamo import Table
        from bedside.visits.recording_record import recording_key
        from bedside.visits.sweeping import Source, Sweeping, putting_off

        def by_itself(*_: object) -> None:
            """Webhooks are put off before they are looked at."""

        table, sessions = self.visits_table, Table(self.settings.capture_table)
        sources = {
            "visits": Source(self.visit_record.due, self.changing.sweep, putting_off(table, str)),
            "webhooks": Source(self.webhook_sweeping.due, self.webhook_sweeping.look, by_itself),
            "recordings": Source(self.recording_record.due, self.recordings.overdue, putting_off(table, recording_key)),
            "sessions": Source(self.capture_sweeping.due, self.capture_sweeping.look, putting_off(sessions, str)),
        }
        return Sweeping(sources, remaining_s, sweep_failed)

    @cached_property
    def capture_sweeping(self) -> "CaptureSweeping":
        from bedside.capture.sweeping import Sweeping

        return Sweeping(self.record, self.fast, self.publisher)

    @cached_property
    def webhook_events(self) -> "WebhookEvents":
        from bedside.adapters.dynamo import Table
        from bedside.webhooks.events import WebhookEvents

        return WebhookEvents(Table(self.settings.webhooks_table), retention_days=self.settings.webhook_retention_days)

    @cached_property
    def webhook_queue(self) -> "Queue":
        from bedside.adapters.queue import Queue

        return Queue(self.settings.webhook_queue_url, self.settings.region)

    @cached_property
    def webhook_sources(self) -> "Sources":
        from bedside.adapters.secrets import read_secrets
        from bedside.webhooks.sources import Sources

        def read() -> str:
            return read_secrets(self.settings.secrets_path, self.settings.region).webhook_sources

        return Sources(self.secrets.webhook_sources, read, webhook_source_odd)

    @cached_property
    def receiving(self) -> "Receiving":
        from bedside.webhooks.receiving import Receiving

        return Receiving(self.webhook_sources, self.webhook_events, self.webhook_queue, webhook_not_queued)

    @cached_property
    def listeners(self) -> "Mapping[str, Listener]":
        """Who hears of events, by the name of their source; those of others are kept."""
        return {"hms": self.hearing}

    @cached_property
    def processing(self) -> "Processing":
        from bedside.webhooks.processing import Processing

        return Processing(self.webhook_events, self.listeners)

    @cached_property
    def webhook_sweeping(self) -> "WebhookSweeping":
        from bedside.webhooks.sweeping import Sweeping

        return Sweeping(self.webhook_events, self.webhook_queue)

    @cached_property
    def replaying(self) -> "Replaying":
        from bedside.webhooks.replaying import Replaying

        return Replaying(lambda: self.rooms, self.webhook_events, self.webhook_queue)
