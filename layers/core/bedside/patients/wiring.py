"""Composes the directory of patients."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.patients.settings import PatientsSettings

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.identity.facility import FacilitySettings
    from bedside.patients.directory import Directory
    from bedside.patients.intake import Intake
    from bedside.patients.repository import PatientRepository
    from bedside.patients.tied import TiedPatients
    from bedside.patients.ties import Ties
    from bedside.platform.wiring import Platform


class PatientsWiring:
    """Parts of the patients domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def settings(self) -> PatientsSettings:
        return PatientsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.patients_table)

    @cached_property
    def repository(self) -> "PatientRepository":
        from bedside.patients.repository import PatientRepository

        return PatientRepository(self.table)

    @cached_property
    def directory(self) -> "Directory":
        from bedside.patients.directory import Directory
        from bedside.patients.search import PatientSearch

        return Directory(
            patients=self.repository,
            search=PatientSearch(self.table),
            facility=self._facility,
            default_country=self.identity.settings.default_country,
            randomness=os.urandom,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    @cached_property
    def intake(self) -> "Intake":
        from bedside.patients.intake import Intake

        return Intake(self.repository, os.urandom)

    @cached_property
    def tied(self) -> "TiedPatients":
        from bedside.patients.tied import TiedPatients

        return TiedPatients(self.table)

    @cached_property
    def ties(self) -> "Ties":
        from bedside.patients.ties import Ties

        return Ties(self.directory, self.identity.people_read, self.platform.secrets.pseudonym_key)

    def _facility(self, facility_id: str, now_ms: int) -> "FacilitySettings | None":
        found = self.identity.facility_cache.find(facility_id, now_ms)
        return found.settings if found else None
