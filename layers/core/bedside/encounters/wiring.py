"""Composes encounters and their timelines."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.encounters.settings import EncountersSettings
from bedside.identity.wiring import IdentityWiring
from bedside.patients.wiring import PatientsWiring

if TYPE_CHECKING:
    from bedside.encounters.queries import EncounterQueries
    from bedside.encounters.repository import EncounterRepository
    from bedside.encounters.timeline import Timeline
    from bedside.platform.wiring import Platform


class EncountersWiring:
    """Parts of the encounters domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def patients(self) -> PatientsWiring:
        return self.platform.domain(PatientsWiring)

    @cached_property
    def settings(self) -> EncountersSettings:
        return EncountersSettings.from_env(self.platform.env)

    @cached_property
    def repository(self) -> "EncounterRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.encounters.repository import EncounterRepository

        return EncounterRepository(Table(self.settings.timeline_table))

    @cached_property
    def timeline(self) -> "Timeline":
        from bedside.encounters.timeline import Timeline

        return Timeline(self.repository)

    @cached_property
    def queries(self) -> "EncounterQueries":
        from bedside.encounters.queries import EncounterQueries

        return EncounterQueries(self.repository, self.identity.people_read, self.patients.repository)
