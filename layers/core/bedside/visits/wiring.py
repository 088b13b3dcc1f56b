"""Composes visits and their recordings."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.platform.observability import live_publish_failed, visit_follow_failed
from bedside.visits.settings import VisitsSettings

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.downloads import Downloads
    from bedside.identity.principal import Principal
    from bedside.live.audiences import SubscriptionAccess
    from bedside.live.subscriptions import Subscriber, Subscriptions
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.queue import MessageQueue
    from bedside.ports.scheduler import Scheduler
    from bedside.ports.video import Rooms
    from bedside.visits.booking import Booking
    from bedside.visits.lifecycle import VisitLifecycle
    from bedside.visits.notes.service import NotesService
    from bedside.visits.notes.templates import NoteTemplates
    from bedside.visits.notices import RecordingNotices, VisitNotices
    from bedside.visits.participation import Participation
    from bedside.visits.patient_names import PatientNames
    from bedside.visits.practitioners import Practitioners
    from bedside.visits.provider_events import ProviderEvents
    from bedside.visits.publisher import VisitPublisher
    from bedside.visits.queries import VisitQueries
    from bedside.visits.recordings.changes import RecordingChanges
    from bedside.visits.recordings.control import RecordingControl
    from bedside.visits.recordings.copies import Copies
    from bedside.visits.recordings.overdue import OverdueRecordings
    from bedside.visits.recordings.queries import RecordingQueries
    from bedside.visits.recordings.repository import RecordingRepository
    from bedside.visits.recordings.service import Recordings
    from bedside.visits.repository import VisitRepository
    from bedside.visits.rescheduling import Rescheduling
    from bedside.visits.timeline import TimeLimits
    from bedside.visits.timers import Timers


class VisitsWiring:
    """Parts of the visits domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def settings(self) -> VisitsSettings:
        return VisitsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.visits_table)

    @cached_property
    def time_limits(self) -> "TimeLimits":
        from bedside.visits.timeline import TimeLimits

        settings = self.settings
        return TimeLimits(settings.no_show_ms, settings.grace_ms, settings.warning_ms, settings.limit_ms)

    @cached_property
    def repository(self) -> "VisitRepository":
        from bedside.visits.repository import VisitRepository

        return VisitRepository(self.table, self.time_limits)

    @cached_property
    def scheduler(self) -> "Scheduler":
        from bedside.adapters.aws.scheduler import Scheduler, Target

        settings = self.settings
        target = Target(
            settings.schedule_group, settings.schedule_target, settings.schedule_role, settings.schedule_dead_letters
        )
        return Scheduler(target, self.platform.settings.region)

    @cached_property
    def timers(self) -> "Timers":
        from bedside.visits.timers import Timers

        return Timers(self.scheduler, self.time_limits)

    @cached_property
    def subscriptions(self) -> "Subscriptions":
        from bedside.live.subscriptions import Subscriptions
        from bedside.live.wiring import LiveWiring

        return Subscriptions(self.table, self.platform.domain(LiveWiring).settings.live_ticket_life_ms)

    @cached_property
    def publisher(self) -> "VisitPublisher":
        from bedside.live.wiring import LiveWiring
        from bedside.visits.publisher import VisitPublisher

        return VisitPublisher(
            self.platform.domain(LiveWiring).publisher,
            self.subscriptions,
            self.platform.secrets.pseudonym_key,
            self._find_principal,
            os.urandom,
            self.fanout_queue.send,
            live_publish_failed,
        )

    @cached_property
    def live_access(self) -> "SubscriptionAccess":
        from bedside.live.audiences import SubscriptionAccess
        from bedside.live.wiring import LiveWiring
        from bedside.visits.channels import TICKET_PREFIX

        dismiss = self.platform.domain(LiveWiring).dismiss
        return SubscriptionAccess(TICKET_PREFIX, self.subscriptions, dismiss, self._admits)

    @cached_property
    def rooms(self) -> "Rooms":
        from bedside.adapters.hms import Hms

        settings, keys = self.settings, self.platform.secrets.hms_keys
        if keys is None:
            raise UnavailableError("The secret hms-keys is missing.")
        roles = {"patient": settings.hms_patient_role, "practitioner": settings.hms_practitioner_role}
        return Hms(settings.hms_api_url, keys, settings.room_page, roles)

    @cached_property
    def lifecycle(self) -> "VisitLifecycle":
        from bedside.visits.lifecycle import VisitLifecycle

        return VisitLifecycle(
            repository=self.repository,
            timers=self.timers,
            announcer=self.publisher,
            rooms=lambda: self.rooms,
            recordings=lambda: self.recordings,
            on_failure=visit_follow_failed,
        )

    @cached_property
    def booking(self) -> "Booking":
        from bedside.patients.wiring import PatientsWiring
        from bedside.visits.booking import Booking

        key = self.platform.secrets.pseudonym_key
        return Booking(
            repository=self.repository,
            lifecycle=self.lifecycle,
            people=self.identity.people,
            patients=self.platform.domain(PatientsWiring).repository,
            names=self.patient_names,
            rules=self.time_limits,
            randomness=os.urandom,
            pseudonym_key=key,
        )

    @cached_property
    def rescheduling(self) -> "Rescheduling":
        from bedside.visits.rescheduling import Rescheduling

        return Rescheduling(self.repository, self.lifecycle, self.patient_names, self.time_limits)

    @cached_property
    def practitioners(self) -> "Practitioners":
        from bedside.visits.practitioners import Practitioners

        return Practitioners(self.identity.people_read)

    @cached_property
    def participation(self) -> "Participation":
        from bedside.visits.participation import Participation

        return Participation(
            repository=self.repository,
            lifecycle=self.lifecycle,
            rooms=lambda: self.rooms,
            drafts=self.platform.drafts,
            rules=self.time_limits,
            randomness=os.urandom,
        )

    @cached_property
    def queries(self) -> "VisitQueries":
        from bedside.visits.queries import VisitQueries

        return VisitQueries(self.repository, self.time_limits, self.recording_queries.summary, self.patient_names)

    @cached_property
    def patient_names(self) -> "PatientNames":
        from bedside.patients.wiring import PatientsWiring
        from bedside.visits.patient_names import PatientNames

        return PatientNames(self.platform.domain(PatientsWiring).tied)

    @cached_property
    def notes(self) -> "NotesService":
        from bedside.visits.notes.repository import NotesRepository
        from bedside.visits.notes.service import NotesService

        notes, people = NotesRepository(self.table), self.identity.people_read
        return NotesService(self.repository, notes, people, self.patient_names, self.time_limits)

    @cached_property
    def note_templates(self) -> "NoteTemplates":
        from bedside.visits.notes.templates import NoteTemplates

        return NoteTemplates(self.table)

    @cached_property
    def provider_events(self) -> "ProviderEvents":
        from bedside.visits.provider_events import ProviderEvents

        return ProviderEvents(self.lifecycle, lambda: self.recording_control)

    @cached_property
    def recording_repository(self) -> "RecordingRepository":
        from bedside.visits.recordings.repository import RecordingRepository

        return RecordingRepository(self.table, self.settings.recording_overdue_ms, self.platform.now_ms)

    @cached_property
    def recording_changes(self) -> "RecordingChanges":
        from bedside.visits.recordings.changes import RecordingChanges

        def schedule(visit_id: str, at_ms: int) -> None:
            name, payload = f"recording-{visit_id}-{at_ms}", {"kind": "recording", "id": visit_id}
            try:
                self.scheduler.put(name, at_ms, payload)
            except UnavailableError as error:
                visit_follow_failed("recording", error)

        overdue_ms = self.settings.recording_overdue_ms
        return RecordingChanges(self.recording_repository, self.recording_queue.send, schedule, overdue_ms)

    @cached_property
    def recordings(self) -> "Recordings":
        from bedside.visits.recordings.service import Recordings

        return Recordings(self.recording_changes, self.repository, lambda: self.rooms)

    @cached_property
    def recording_queries(self) -> "RecordingQueries":
        from bedside.adapters.aws.s3 import Links
        from bedside.visits.recordings.queries import RecordingQueries

        settings = self.settings
        links = Links(settings.recordings_bucket, self.platform.settings.region, settings.storage_origin)
        return RecordingQueries(self.recording_repository, links, settings.download_url_life_s)

    @cached_property
    def overdue_recordings(self) -> "OverdueRecordings":
        from bedside.visits.recordings.overdue import OverdueRecordings

        return OverdueRecordings(self.recording_changes, lambda: self.rooms)

    @cached_property
    def recording_control(self) -> "RecordingControl":
        from bedside.visits.recordings.control import RecordingControl

        return RecordingControl(
            self.lifecycle, self.repository, self.recordings, self.recording_queries, lambda: self.publisher
        )

    @cached_property
    def recording_queue(self) -> "MessageQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.recording_queue_url, self.platform.settings.region)

    @cached_property
    def fanout_queue(self) -> "MessageQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.fanout_queue_url, self.platform.settings.region)

    @cached_property
    def downloads(self) -> "Downloads":
        from bedside.adapters.downloads import Downloads

        return Downloads(self.settings.recording_hosts)

    @cached_property
    def copies(self) -> "Copies":
        from bedside.adapters.aws.archive import Archive
        from bedside.visits.recordings.copies import Copies

        return Copies(
            repository=self.recording_repository,
            rooms=lambda: self.rooms,
            archive=Archive(self.settings.recordings_bucket, self.platform.settings.region),
            downloads=self.downloads,
            remaining_s=remaining_s,
        )

    @cached_property
    def visit_notices(self) -> "VisitNotices":
        from bedside.visits.notices import VisitNotices

        return VisitNotices(self.table, self.time_limits)

    @cached_property
    def recording_notices(self) -> "RecordingNotices":
        from bedside.visits.notices import RecordingNotices

        return RecordingNotices(self.recording_repository, self.table)

    @cached_property
    def visit_sweep(self) -> "SweepSource":
        from bedside.platform.sweeper import SweepSource, postponer

        return SweepSource(self.repository.due, self.lifecycle.sweep, postponer(self.table, str))

    @cached_property
    def recording_sweep(self) -> "SweepSource":
        from bedside.platform.sweeper import SweepSource, postponer
        from bedside.visits.recordings.repository import recording_key

        postpone = postponer(self.table, recording_key)
        return SweepSource(self.recording_repository.due, self.overdue_recordings.check, postpone)

    def _admits(self, subscriber: "Subscriber", key: str, now_ms: int) -> bool:
        """Return whether the channel with a key is still that of a subscriber, who is signed in."""
        from bedside.visits.channels import channel_of

        principal = self._find_principal(subscriber, now_ms)
        return principal is not None and channel_of(principal).key(self.platform.secrets.pseudonym_key) == key

    def _find_principal(self, subscriber: "Subscriber", now_ms: int) -> "Principal | None":
        return self.identity.authorizer.find_principal(subscriber.user_id, subscriber.family_id, now_ms)
