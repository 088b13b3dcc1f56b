"""Composes notifications."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.notifications.settings import NotificationsSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside.adapters.aws.dynamodb import Table
    from bedside.notifications.delivery_log import DeliveryLog
    from bedside.notifications.inbox import Inbox
    from bedside.notifications.preference_choice import PreferenceChoice
    from bedside.notifications.recipients import RecipientRepository
    from bedside.notifications.repository import RecordRepository
    from bedside.platform.contract import Workflow
    from bedside.platform.wiring import Platform

# Of facilities whose settings nobody has saved, and of people without one.
_TIME_ZONE = "UTC"


class NotificationsWiring:
    """Parts of the notifications domain. What all domains register is given to those that need it."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def settings(self) -> NotificationsSettings:
        return NotificationsSettings.from_env(self.platform.env)

    @cached_property
    def table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.notifications_table)

    @cached_property
    def records(self) -> "RecordRepository":
        from bedside.notifications.repository import RecordRepository

        return RecordRepository(self.table)

    @cached_property
    def recipients(self) -> "RecipientRepository":
        from bedside.notifications.recipients import RecipientRepository

        return RecipientRepository(self.table)

    def inbox(self, workflows: "Mapping[str, Workflow]") -> "Inbox":
        from bedside.notifications.inbox import Inbox

        return Inbox(self.records, self.recipients, workflows)

    def preference_choice(self, workflows: "Mapping[str, Workflow]") -> "PreferenceChoice":
        from bedside.notifications.preference_choice import PreferenceChoice

        return PreferenceChoice(self.recipients, workflows, self.time_zone_of)

    def delivery_log(self, workflows: "Mapping[str, Workflow]") -> "DeliveryLog":
        from bedside.notifications.delivery_log import DeliveryLog

        return DeliveryLog(self.records, self.identity.people_read, workflows)

    def time_zone_of(self, facility_id: str | None, now_ms: int) -> str:
        """Return a facility's time zone, or UTC while none is known."""
        facility = self.identity.facility_cache.find(facility_id, now_ms)
        return facility.settings.time_zone if facility else _TIME_ZONE
