"""The real wirings of every domain over one platform, with a clock that tests move and fakes of what is outside."""

import importlib
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from typing import Any, ClassVar

import pytest

from bedside import domains
from bedside.adapters.aws.idempotency import Idempotency
from bedside.bookings.wiring import BookingsWiring
from bedside.capture.wiring import CaptureWiring
from bedside.commits.record_targets.wiring import RecordTargetsWiring
from bedside.commits.wiring import CommitsWiring
from bedside.encounters.wiring import EncountersWiring
from bedside.identity.wiring import IdentityWiring
from bedside.medications.wiring import MedicationsWiring
from bedside.notifications.channels.wiring import ChannelsWiring
from bedside.notifications.wiring import NotificationsWiring
from bedside.operations.wiring import OperationsWiring
from bedside.patients.wiring import PatientsWiring
from bedside.payouts.wiring import PayoutsWiring
from bedside.platform.wiring import Platform
from bedside.visits.wiring import VisitsWiring
from bedside.webhooks.wiring import WebhooksWiring
from tests.fakes.channels import FakeChannel
from tests.fakes.delay_queue import DelayedMessages
from tests.fakes.faulty_record import FacilityRecord, PassingRenderer
from tests.fakes.messages import Messages
from tests.fakes.outbox import Outbox
from tests.fakes.payments import FakePayments
from tests.fakes.payouts import FakePayouts
from tests.fakes.record_secrets import RecordSecretsInMemory
from tests.fakes.rooms import FakeRooms
from tests.fakes.schedules import Schedules


@cache
def _idempotency(table: str) -> Idempotency:
    """Give the process's own, as in Lambda: making its SDK client takes longer than most tests."""
    return Idempotency(table)


class SteeredPlatform(Platform):
    """A platform whose clock moves on, or stops, as a test says; `replaced` wirings stand in for the real ones."""

    ahead_ms = 0
    stopped_ms: int | None = None

    def __init__(self, env: Mapping[str, str], replaced: Mapping[Any, Any]) -> None:
        super().__init__(env)
        self._replaced = replaced

    @cached_property
    def idempotency(self) -> Idempotency:
        return _idempotency(self.settings.idempotency_table)

    def domain[Wiring](self, kind: Callable[[Platform], Wiring]) -> Wiring:
        stand_in: Callable[[Platform], Wiring] = self._replaced.get(kind, kind)
        return super().domain(stand_in)

    def now_ms(self) -> int:
        return (self.stopped_ms or time.time_ns() // 1_000_000) + self.ahead_ms

    def forget(self, *, keeping: Iterable[str]) -> None:
        """Start anew, as in an environment that was not there before, but for these parts of the domains."""
        for wiring in (self, *self._domains.values()):
            for name in list(wiring.__dict__):
                if isinstance(getattr(type(wiring), name, None), cached_property) and name not in keeping:
                    del wiring.__dict__[name]
        self._on_redis_back.clear()


class SteeredIdentity(IdentityWiring):
    @cached_property
    def sms(self) -> Outbox:
        return Outbox()


class SteeredVisits(VisitsWiring):
    @cached_property
    def rooms(self) -> FakeRooms:
        return FakeRooms()

    @cached_property
    def recording_queue(self) -> Messages:
        return Messages()

    @cached_property
    def fanout_queue(self) -> Messages:
        return Messages()

    @cached_property
    def scheduler(self) -> Schedules:
        return Schedules()


class SteeredBookings(BookingsWiring):
    @cached_property
    def payments(self) -> FakePayments | None:
        return FakePayments()


class SteeredPayouts(PayoutsWiring):
    @cached_property
    def payouts(self) -> FakePayouts:
        return FakePayouts()


class SteeredMedications(MedicationsWiring):
    @cached_property
    def scheduler(self) -> Schedules:
        return Schedules()


class SteeredRecordTargets(RecordTargetsWiring):
    @cached_property
    def secrets(self) -> RecordSecretsInMemory:  # type: ignore[override]  # it does the same in memory
        return RecordSecretsInMemory()

    @cached_property
    def queue(self) -> DelayedMessages:
        return DelayedMessages(self.platform.now_ms)


class SteeredCommits(CommitsWiring):
    @cached_property
    def renderings_queue(self) -> DelayedMessages:
        return DelayedMessages(self.platform.now_ms)

    @cached_property
    def records_queue(self) -> DelayedMessages:
        return DelayedMessages(self.platform.now_ms)

    @cached_property
    def facility(self) -> FacilityRecord:
        return FacilityRecord(name=None)

    @cached_property
    def targets(self) -> FacilityRecord:
        return self.facility

    @cached_property
    def connections(self) -> FacilityRecord:
        return self.facility

    @cached_property
    def renderer(self) -> PassingRenderer:
        return PassingRenderer()

    @cached_property
    def typesetter(self) -> PassingRenderer:
        return PassingRenderer()


class SteeredNotifications(NotificationsWiring):
    @cached_property
    def queue(self) -> DelayedMessages:
        return DelayedMessages(self.platform.now_ms)

    @cached_property
    def scheduler(self) -> Schedules:
        return Schedules()


class SteeredChannels(ChannelsWiring):
    @cached_property
    def push(self) -> FakeChannel:
        return FakeChannel()

    @cached_property
    def mail(self) -> FakeChannel | None:
        return FakeChannel()


class SteeredWiring:
    """One process: a platform and what every domain makes of it."""

    replaced: ClassVar[Mapping[Any, Any]] = {
        IdentityWiring: SteeredIdentity,
        VisitsWiring: SteeredVisits,
        BookingsWiring: SteeredBookings,
        PayoutsWiring: SteeredPayouts,
        MedicationsWiring: SteeredMedications,
        CommitsWiring: SteeredCommits,
        RecordTargetsWiring: SteeredRecordTargets,
        NotificationsWiring: SteeredNotifications,
        ChannelsWiring: SteeredChannels,
    }

    def __init__(self, env: Mapping[str, str]) -> None:
        self.platform = SteeredPlatform(env, self.replaced)

    @property
    def identity(self) -> SteeredIdentity:
        found: Any = self.platform.domain(IdentityWiring)
        return found  # type: ignore[no-any-return]  # what stands in for it

    @property
    def patients(self) -> PatientsWiring:
        return self.platform.domain(PatientsWiring)

    @property
    def capture(self) -> CaptureWiring:
        return self.platform.domain(CaptureWiring)

    @property
    def encounters(self) -> EncountersWiring:
        return self.platform.domain(EncountersWiring)

    @property
    def visits(self) -> SteeredVisits:
        found: Any = self.platform.domain(VisitsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def bookings(self) -> SteeredBookings:
        found: Any = self.platform.domain(BookingsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def payouts(self) -> SteeredPayouts:
        found: Any = self.platform.domain(PayoutsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def notifications(self) -> SteeredNotifications:
        found: Any = self.platform.domain(NotificationsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def medications(self) -> SteeredMedications:
        found: Any = self.platform.domain(MedicationsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def record_targets(self) -> SteeredRecordTargets:
        found: Any = self.platform.domain(RecordTargetsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def commits(self) -> SteeredCommits:
        found: Any = self.platform.domain(CommitsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def channels(self) -> SteeredChannels:
        found: Any = self.platform.domain(ChannelsWiring)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def webhooks(self) -> WebhooksWiring:
        return self.platform.domain(WebhooksWiring)

    @property
    def operations(self) -> OperationsWiring:
        return self.platform.domain(OperationsWiring)

    def now_ms(self) -> int:
        return self.platform.now_ms()

    @property
    def ahead_ms(self) -> int:
        return self.platform.ahead_ms

    @ahead_ms.setter
    def ahead_ms(self, ahead_ms: int) -> None:
        self.platform.ahead_ms = ahead_ms

    @property
    def stopped_ms(self) -> int | None:
        return self.platform.stopped_ms

    @stopped_ms.setter
    def stopped_ms(self, stopped_ms: int | None) -> None:
        self.platform.stopped_ms = stopped_ms

    def serve(self, monkeypatch: pytest.MonkeyPatch, *functions: str) -> None:
        """Let these functions run in this process."""
        kinds = [domain.resolve(domain.wiring) for domain in domains.manifests()]
        for function in functions:
            module = importlib.import_module(f"{function}.handler")
            if hasattr(module, "platform"):
                monkeypatch.setattr(module, "platform", self.platform)
            else:
                [kind] = [kind for kind in kinds if isinstance(module.wiring, kind)]
                monkeypatch.setattr(module, "wiring", self.platform.domain(kind))
