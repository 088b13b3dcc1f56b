"""Composes facilities' records."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.capture.wiring import CaptureWiring
from bedside.commits.record_targets.settings import RecordTargetsSettings
from bedside.identity.wiring import IdentityWiring

if TYPE_CHECKING:
    from bedside.adapters.allowed_hosts import AllowedHosts
    from bedside.adapters.aws.record_secrets import RecordSecrets
    from bedside.commits.record_targets.admin import TargetAdmin
    from bedside.commits.record_targets.checks import Checks
    from bedside.commits.record_targets.connections import Connections
    from bedside.commits.record_targets.repository import FacilityTargets, TargetRepository
    from bedside.platform.wiring import Platform
    from bedside.ports.queue import DelayQueue


class RecordTargetsWiring:
    """Parts of the commits domain that have to do with facilities' records."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def capture(self) -> CaptureWiring:
        return self.platform.domain(CaptureWiring)

    @cached_property
    def settings(self) -> RecordTargetsSettings:
        return RecordTargetsSettings.from_env(self.platform.env)

    @cached_property
    def repository(self) -> "TargetRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.commits.record_targets.repository import TargetRepository

        return TargetRepository(Table(self.settings.commits_table))

    @cached_property
    def directory(self) -> "FacilityTargets":
        from bedside.commits.record_targets.repository import FacilityTargets
        from bedside.identity.facility import COMMITTED_PHOTO_DAYS

        def kept_days(facility_id: str) -> int:
            facility = self.identity.facilities.find(facility_id)
            return facility.settings.committed_photo_days if facility else COMMITTED_PHOTO_DAYS

        return FacilityTargets(self.repository, kept_days)

    @cached_property
    def secrets(self) -> "RecordSecrets":
        from bedside.adapters.aws.record_secrets import RecordSecrets

        platform = self.platform
        # Below the stage's other secrets, as template.yaml has it.
        return RecordSecrets(f"{platform.settings.secrets_path}/record-targets", platform.settings.region)

    @cached_property
    def queue(self) -> "DelayQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.commit_queue_url, self.platform.settings.region)

    @cached_property
    def hosts(self) -> "AllowedHosts":
        from bedside.adapters.allowed_hosts import AllowedHosts

        return AllowedHosts(self.settings.hosts)

    @cached_property
    def admin(self) -> "TargetAdmin":
        from bedside.commits.record_targets.admin import TargetAdmin

        return TargetAdmin(
            repository=self.repository,
            secrets=self.secrets,
            hosts=self.hosts,
            audit=self.identity.trail,
            queue=self.queue,
        )

    @cached_property
    def connections(self) -> "Connections":
        from bedside.commits.record_targets.connections import Connections

        return Connections(self.repository, self.secrets, self.hosts, lambda: self.capture.bucket)

    @cached_property
    def checks(self) -> "Checks":
        from bedside.commits.record_targets.checks import Checks

        return Checks(self.repository, self.connections, self.platform.now_ms)
