"""Composes commits."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.capture.wiring import CaptureWiring
from bedside.commits.launches.wiring import LaunchesWiring
from bedside.commits.metrics import outcome_counted
from bedside.commits.record_targets.wiring import RecordTargetsWiring
from bedside.commits.settings import CommitsSettings
from bedside.identity.wiring import IdentityWiring

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Change, Table
    from bedside.commits.bundles import Bundles
    from bedside.commits.commits import Commits
    from bedside.commits.delivery import Delivery
    from bedside.commits.launches.contexts import ContextReading
    from bedside.commits.messages import Messages
    from bedside.commits.notes.service import NoteCommits
    from bedside.commits.outcomes import Outcomes
    from bedside.commits.record_targets.target import Target
    from bedside.commits.renderings import Renderings
    from bedside.commits.repository import CommitRepository
    from bedside.commits.second_tries import SecondTries
    from bedside.commits.subjects import Subjects
    from bedside.commits.targets import TargetConnections, TargetDirectory
    from bedside.encounters.events import Event
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.queue import DelayQueue
    from bedside.ports.rendering import Renderer, Typesetter
    from bedside.visits.notes.repository import NotesRepository


class CommitsWiring:
    """Parts of the commits domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def capture(self) -> CaptureWiring:
        return self.platform.domain(CaptureWiring)

    @cached_property
    def settings(self) -> CommitsSettings:
        return CommitsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.commits_table)

    @cached_property
    def repository(self) -> "CommitRepository":
        from bedside.commits.repository import CommitRepository

        return CommitRepository(self.table)

    @cached_property
    def messages(self) -> "Messages":
        from bedside.commits.messages import Messages

        return Messages(lambda: self.renderings_queue, lambda: self.records_queue)

    @cached_property
    def renderings_queue(self) -> "DelayQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.rendering_queue_url, self.platform.settings.region)

    @cached_property
    def records_queue(self) -> "DelayQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.commit_queue_url, self.platform.settings.region)

    @cached_property
    def outcomes(self) -> "Outcomes":
        from bedside.commits.outcomes import Outcomes

        capture = self.capture
        holds, sessions = capture.commit_holds, capture.repository

        def tell_visit(visit_id: str, happened: "Event") -> "Change":
            return self.notes.prepare_event(visit_id, happened)

        return Outcomes(self.repository, sessions, holds, lambda: capture.publisher, outcome_counted, tell_visit)

    @cached_property
    def record_targets(self) -> RecordTargetsWiring:
        return self.platform.domain(RecordTargetsWiring)

    @cached_property
    def launching(self) -> LaunchesWiring:
        return self.platform.domain(LaunchesWiring)

    @cached_property
    def context_reading(self) -> "ContextReading":
        from bedside.adapters.alex.record import AlexRecord
        from bedside.commits.launches.contexts import ContextReading, ContextRepository
        from bedside.ports.launches import RecordLaunchError

        records = self.record_targets

        def connect(target: "Target") -> AlexRecord:
            record = records.connections.to(target)
            if not isinstance(record, AlexRecord):
                raise RecordLaunchError("The facility's record cannot open Bedside in this way.")
            return record

        return ContextReading(ContextRepository(self.table), records.repository, connect, self.platform.now_ms)

    @cached_property
    def targets(self) -> "TargetDirectory":
        return self.record_targets.directory

    @cached_property
    def connections(self) -> "TargetConnections":
        return self.record_targets.connections

    @cached_property
    def subjects(self) -> "Subjects":
        from bedside.commits.subjects import Subjects
        from bedside.patients.wiring import PatientsWiring

        return Subjects(self.platform.domain(PatientsWiring).repository)

    @cached_property
    def commits(self) -> "Commits":
        from bedside.commits.commits import Commits

        return Commits(
            repository=self.repository,
            sessions=self.capture.repository,
            holds=self.capture.commit_holds,
            subjects=self.subjects,
            targets=self.targets,
            outcomes=self.outcomes,
            messages=self.messages,
            audit=self.identity.trail,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    @cached_property
    def notes(self) -> "NotesRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.visits.notes.repository import NotesRepository

        return NotesRepository(Table(self.settings.visits_table))

    @cached_property
    def note_commits(self) -> "NoteCommits":
        from bedside.commits.notes.service import NoteCommits
        from bedside.patients.wiring import PatientsWiring
        from bedside.visits.wiring import VisitsWiring

        return NoteCommits(
            repository=self.repository,
            visits=self.platform.domain(VisitsWiring).repository,
            notes=self.notes,
            tied=self.platform.domain(PatientsWiring).tied,
            subjects=self.subjects,
            targets=self.targets,
            outcomes=self.outcomes,
            messages=self.messages,
            audit=self.identity.trail,
        )

    @cached_property
    def second_tries(self) -> "SecondTries":
        from bedside.commits.second_tries import SecondTries

        return SecondTries(
            repository=self.repository,
            sessions=self.capture.repository,
            holds=self.capture.commit_holds,
            subjects=self.subjects,
            targets=self.targets,
            outcomes=self.outcomes,
            messages=self.messages,
            audit=self.identity.trail,
        )

    @cached_property
    def bundles(self) -> "Bundles":
        from bedside.commits.bundles import Bundles

        capture = self.capture
        return Bundles(
            repository=self.repository,
            sessions=capture.repository,
            bucket=capture.bucket,
            links=capture.links,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            life_s=capture.settings.download_url_life_s,
        )

    @cached_property
    def renderings(self) -> "Renderings":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.edit_repository import EditRepository
        from bedside.commits.banners import Banners
        from bedside.commits.notes.renderings import NoteRenderings
        from bedside.commits.renderings import Renderings

        capture, facilities = self.capture, self.identity.facilities

        def time_zone(facility_id: str) -> str:
            facility = facilities.find(facility_id)
            return facility.settings.time_zone if facility else "UTC"

        return Renderings(
            repository=self.repository,
            sessions=capture.repository,
            edits=EditRepository(Table(capture.settings.capture_table), capture.repository),
            targets=self.targets,
            bucket=capture.bucket,
            subjects=self.subjects,
            banners=Banners(time_zone),
            renderer=lambda: self.renderer,
            notes=NoteRenderings(self.notes, self.subjects, time_zone, lambda: self.typesetter),
            outcomes=self.outcomes,
            messages=self.messages,
            now=self.platform.now_ms,
        )

    @cached_property
    def delivery(self) -> "Delivery":
        from bedside.commits.delivery import Delivery
        from bedside.commits.documents import Documents

        ties = self.launching.repository

        def practitioner_of(facility_id: str, user_id: str, record: str) -> str | None:
            return ties.ties(facility_id).of(record).practitioner_of(user_id)

        documents = Documents(
            sessions=self.capture.repository,
            subjects=self.subjects,
            people=self.identity.people_read,
            notes=self.notes,
            bucket=self.capture.bucket,
            practitioner_of=practitioner_of,
        )
        return Delivery(
            self.repository, documents, self.connections, self.outcomes, self.messages, self.platform.now_ms
        )

    @cached_property
    def file_sweep(self) -> "SweepSource":
        from bedside.commits.overdue import OverdueFiles
        from bedside.commits.records import file_key
        from bedside.platform.sweeper import SweepSource, postponer

        overdue = OverdueFiles(self.repository, self.messages, self.outcomes)
        return SweepSource(overdue.due, overdue.remind, postponer(self.table, file_key))

    @cached_property
    def renderer(self) -> "Renderer":
        from bedside.adapters.imaging.renderer import PillowRenderer

        return PillowRenderer()

    @cached_property
    def typesetter(self) -> "Typesetter":
        from bedside.adapters.imaging.renderer import PillowRenderer

        return PillowRenderer()
