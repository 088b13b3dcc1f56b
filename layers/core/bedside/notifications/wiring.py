"""Composes notifications."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.notifications.channels.wiring import ChannelsWiring
from bedside.notifications.live.wiring import InboxWiring
from bedside.notifications.settings import NotificationsSettings
from bedside.platform.observability import notice_attempted, notice_not_queued, notices_not_planned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside.adapters.aws.dynamodb import Table
    from bedside.live.audiences import SubscriptionAccess
    from bedside.notifications.carriers import Carrier
    from bedside.notifications.channels.carrier_events import CarrierEvents
    from bedside.notifications.delivery import DeliveryService
    from bedside.notifications.delivery_log import DeliveryLog
    from bedside.notifications.dispatch import Dispatcher
    from bedside.notifications.inbox import Inbox
    from bedside.notifications.live.publisher import InboxPublisher
    from bedside.notifications.outlet import Outlet
    from bedside.notifications.planning import Planning
    from bedside.notifications.preference_choice import PreferenceChoice
    from bedside.notifications.recipients import RecipientRepository
    from bedside.notifications.repository import RecordRepository
    from bedside.notifications.summary import SummarySource
    from bedside.notifications.trigger import Trigger
    from bedside.platform.contract import Workflow
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.channels import ChannelName
    from bedside.ports.notices import NoticeSource
    from bedside.ports.queue import ReceivedQueue
    from bedside.ports.scheduler import Scheduler

    type Sources = Mapping[str, Callable[[], NoticeSource]]

# Records that are overdue for so long are not on their way to the dispatcher any more.
_OVERDUE_MS = 60_000
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

    @cached_property
    def queue(self) -> "ReceivedQueue":
        from bedside.adapters.aws.sqs import Queue

        return Queue(self.settings.queue_url, self.platform.settings.region)

    @cached_property
    def scheduler(self) -> "Scheduler":
        from bedside.adapters.aws.scheduler import Scheduler, Target

        settings = self.settings
        target = Target(settings.schedule_group, settings.queue_arn, settings.schedule_role, settings.dead_letters)
        return Scheduler(target, self.platform.settings.region)

    @cached_property
    def outlet(self) -> "Outlet":
        from bedside.notifications.outlet import Outlet

        return Outlet(self.queue, self.scheduler, notice_not_queued)

    @cached_property
    def channels(self) -> ChannelsWiring:
        return self.platform.domain(ChannelsWiring)

    @cached_property
    def carriers(self) -> "Mapping[ChannelName, Callable[[], Carrier]]":
        return self.channels.carriers

    @cached_property
    def carrier_events(self) -> "CarrierEvents":
        return self.channels.carrier_events

    @cached_property
    def delivery(self) -> "DeliveryService":
        from bedside.notifications.delivery import DeliveryService

        origin = self.platform.settings.public_origin
        return DeliveryService(
            self.records, self.recipients, self.carriers, self.identity.trail, origin, notice_attempted
        )

    @cached_property
    def summary_source(self) -> "SummarySource":
        from bedside.notifications.summary import SummarySource

        return SummarySource(self.recipients)

    @cached_property
    def record_sweep(self) -> "SweepSource":
        from bedside.platform.sweeper import SweepSource

        def due(now_ms: int, limit: int) -> list[str]:
            return self.records.due(now_ms - _OVERDUE_MS, limit)

        def postpone(_name: str, _now_ms: int, _until_ms: int) -> None:
            # A queue that answers too late may have the message, which must find its record due; one that is away
            # takes none of the others either.
            return

        return SweepSource(due, lambda name, _now_ms: self.queue.send({"record": name}), postpone)

    @cached_property
    def inbox_publisher(self) -> "InboxPublisher":
        return self.platform.domain(InboxWiring).publisher

    @cached_property
    def live_access(self) -> "SubscriptionAccess":
        return self.platform.domain(InboxWiring).access

    def planning(self, sources: "Sources") -> "Planning":
        from bedside.notifications.planning import Planning
        from bedside.notifications.subjects import SubjectRepository

        return Planning(sources, SubjectRepository(self.table), self.records, self.outlet)

    def trigger(self, sources: "Sources") -> "Trigger":
        from bedside.notifications.trigger import Trigger

        return Trigger(sources, self.planning(sources), self.outlet, notices_not_planned)

    def dispatcher(self, sources: "Sources", workflows: "Mapping[str, tuple[str, Workflow]]") -> "Dispatcher":
        from bedside.notifications.dispatch import Dispatcher

        return Dispatcher(
            records=self.records,
            recipients=self.recipients,
            people=self.identity.people_read,
            sources=sources,
            workflows=workflows,
            delivery=self.delivery,
            outlet=self.outlet,
            time_zone_of=self.time_zone_of,
            on_told=self.inbox_publisher.publish_change,
        )

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
