"""Composes launches."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.commits.launches.settings import LaunchSettings
from bedside.identity.wiring import IdentityWiring

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.fhir.app_launch import AppLaunch
    from bedside.commits.launches.contexts import Contexts
    from bedside.commits.launches.launches import Launches
    from bedside.commits.launches.repository import LaunchRepository
    from bedside.commits.launches.ties import TieAdmin
    from bedside.commits.record_targets.target import FhirSettings
    from bedside.platform.wiring import Platform
    from bedside.ports.queue import DelayQueue


class LaunchesWiring:
    """Parts of the commits domain that have to do with launches."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def settings(self) -> LaunchSettings:
        return LaunchSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.commits_table)

    @cached_property
    def repository(self) -> "LaunchRepository":
        from bedside.commits.launches.repository import LaunchRepository

        return LaunchRepository(self.table)

    @cached_property
    def launches(self) -> "Launches":
        from bedside.adapters.allowed_hosts import AllowedHosts
        from bedside.adapters.aws.dynamodb import transact
        from bedside.adapters.fhir.app_launch import AppClient, AppLaunch
        from bedside.commits.launches.launches import Launches
        from bedside.commits.record_targets.repository import TargetRepository

        hosts = AllowedHosts(self.settings.hosts)

        def connect(fhir: "FhirSettings", origin: str) -> "AppLaunch":
            client = AppClient(fhir.base_url, fhir.launch_client_id, f"{origin}/launch", fhir.token_url)
            return AppLaunch(client, hosts)

        return Launches(
            repository=self.repository,
            targets=TargetRepository(self.table),
            people=self.identity.people_read,
            sign_ins=lambda: self.identity.vouched_sign_in,
            note=lambda entry, now_ms: transact(self.identity.trail.add_change(entry, now_ms)),
            connect=connect,
        )

    @cached_property
    def queue(self) -> "DelayQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.commit_queue_url, self.platform.settings.region)

    @cached_property
    def contexts(self) -> "Contexts":
        from bedside.commits.launches.contexts import ContextRepository, Contexts
        from bedside.commits.record_targets.repository import TargetRepository

        return Contexts(ContextRepository(self.table), TargetRepository(self.table), self.queue)

    @cached_property
    def ties(self) -> "TieAdmin":
        from bedside.commits.launches.ties import TieAdmin
        from bedside.commits.record_targets.repository import TargetRepository

        return TieAdmin(self.repository, TargetRepository(self.table), self.identity.people_read, self.identity.trail)
