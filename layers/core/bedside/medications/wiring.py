"""Composes plans of medicines and their doses."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.medications.settings import MedicationsSettings
from bedside.patients.wiring import PatientsWiring
from bedside.platform.observability import count, logger

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.kernel.errors import UnavailableError
    from bedside.medications.carers import Carers
    from bedside.medications.circle_notices import CircleNotices
    from bedside.medications.circle_repository import CircleRepository
    from bedside.medications.doses import Doses
    from bedside.medications.lifecycle import PlanLifecycle
    from bedside.medications.notices import PlanNotices
    from bedside.medications.plan_patients import PlanPatients
    from bedside.medications.plans import Plans
    from bedside.medications.repository import PlanRepository
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.scheduler import Scheduler


class MedicationsWiring:
    """Parts of the medications domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def patients(self) -> PatientsWiring:
        return self.platform.domain(PatientsWiring)

    @cached_property
    def settings(self) -> MedicationsSettings:
        return MedicationsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.medications_table)

    @cached_property
    def repository(self) -> "PlanRepository":
        from bedside.medications.repository import PlanRepository

        return PlanRepository(self.table)

    @cached_property
    def scheduler(self) -> "Scheduler":
        from bedside.adapters.aws.scheduler import Scheduler, Target

        settings = self.settings
        target = Target(
            settings.schedule_group, settings.schedule_target, settings.schedule_role, settings.schedule_dead_letters
        )
        return Scheduler(target, self.platform.settings.region)

    @cached_property
    def lifecycle(self) -> "PlanLifecycle":
        from bedside.medications.lifecycle import PlanLifecycle

        return PlanLifecycle(self.repository, self.scheduler, _follow_failed)

    @cached_property
    def plan_patients(self) -> "PlanPatients":
        from bedside.medications.plan_patients import PlanPatients

        return PlanPatients(self.patients.repository, self.identity.people_read)

    @cached_property
    def plans(self) -> "Plans":
        from bedside.medications.plans import Plans

        return Plans(self.lifecycle, self.plan_patients, os.urandom, self.platform.secrets.pseudonym_key)

    @cached_property
    def doses(self) -> "Doses":
        from bedside.medications.doses import Doses

        return Doses(self.lifecycle)

    @cached_property
    def carers(self) -> "Carers":
        from bedside.medications.carers import Carers

        identity, key = self.identity, self.platform.secrets.pseudonym_key
        return Carers(self.circles, identity.people_read, identity.trail, self._country, key)

    @cached_property
    def circles(self) -> "CircleRepository":
        from bedside.medications.circle_repository import CircleRepository

        return CircleRepository(self.table)

    @cached_property
    def circle_notices(self) -> "CircleNotices":
        from bedside.medications.circle_notices import CircleNotices

        return CircleNotices(self.circles)

    @cached_property
    def plan_notices(self) -> "PlanNotices":
        from bedside.medications.notices import PlanNotices

        return PlanNotices(self.repository, self.circles)

    @cached_property
    def plan_sweep(self) -> "SweepSource":
        from bedside.platform.sweeper import SweepSource

        return SweepSource(self.repository.due, self.lifecycle.sweep, self.repository.postpone)

    def _country(self, facility_id: str, now_ms: int) -> str:
        facility = self.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.country if facility else self.identity.settings.default_country


def _follow_failed(part: str, error: "UnavailableError") -> None:
    """Record that a follow-up action of a plan's change failed; the sweeper makes up for it."""
    logger.warning("plan not followed", part=part, cause=error.cause or type(error.__cause__).__name__)
    count("PlanFollowFailure")
