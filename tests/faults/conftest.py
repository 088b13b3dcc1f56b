"""The bench: every function in this process, AWS in memory and a real Redis, each made to fail at will."""

import functools
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from bedside.adapters.redis.circuit_breaker import CircuitBreaker
from bedside.adapters.redis.client import Redis
from bedside.commits.wiring import CommitsWiring
from bedside.medications.wiring import MedicationsWiring
from bedside.notifications.carriers import Carrier
from bedside.notifications.channels.wiring import ChannelsWiring
from bedside.notifications.wiring import NotificationsWiring
from bedside.ports.channels import ChannelName
from bedside.visits.wiring import VisitsWiring
from tests.conftest import Upstash, client
from tests.fakes.management import Connections, management
from tests.fakes.parameter_store import parameter_store
from tests.fakes.serving import Handler, serving
from tests.faults.aws import AwsFaults
from tests.faults.capture import MAX_IMAGES
from tests.faults.commit import COMMIT_QUEUE_URL, FAULTS, RENDERING_QUEUE_URL
from tests.faults.deliveries import RECORDING_QUEUE_URL
from tests.faults.job import FaultyClinic
from tests.faults.notice import NOTICE_QUEUE_URL
from tests.faults.proxy import HANGING, Proxy, proxy
from tests.faults.visit import VIDEO
from tests.functions.clinic import FUNCTIONS, SECRETS, environment, secrets
from tests.functions.steering import SteeredCommits, SteeredVisits, SteeredWiring

# As long as bedside.adapters.hms waits for an answer.
_PROVIDER_MS = 4000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # bedside.platform.observability ignores this warning, but pytest makes every test forget such filters.
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:No application metrics"))


@dataclass(frozen=True)
class Surroundings:
    """What stands around the functions for the whole test session."""

    proxy: Proxy
    parameters: dict[str, str]
    parameter_store: str
    connections: Connections
    videos: str


class _Videos(Handler):
    """The video provider's store."""

    def do_GET(self) -> None:  # noqa: N802  # the name http.server calls
        self.answer(200, VIDEO, "video/mp4")


@pytest.fixture(scope="session")
def surroundings(upstash: Upstash) -> Iterator[Surroundings]:
    with ExitStack() as stack:
        between = stack.enter_context(proxy(upstash.url, upstash.token))
        parameters = secrets(between.origin, upstash.token)
        yield Surroundings(
            between,
            parameters,
            stack.enter_context(parameter_store(parameters)),
            stack.enter_context(management()),
            stack.enter_context(serving(_Videos)),
        )


class FaultyVisits(VisitsWiring):
    """The clinic's, but that queue and schedules are moto's, which AWS's faults meet."""

    rooms = SteeredVisits.rooms  # a fake, as elsewhere


class FaultyChannels(ChannelsWiring):
    """Text messages alone, which need no secrets of their own."""

    @cached_property
    def carriers(self) -> Mapping[ChannelName, Callable[[], Carrier]]:
        return {"sms": functools.partial(self.carrier, "sms")}


class FaultyCommits(CommitsWiring):
    """The clinic's, but that its queues are moto's."""

    facility = SteeredCommits.facility
    targets = SteeredCommits.targets
    connections = SteeredCommits.connections
    renderer = SteeredCommits.renderer
    typesetter = SteeredCommits.typesetter


class FaultyWiring(SteeredWiring):
    # Queue and schedules of notices and doses are moto's, too.
    replaced: ClassVar = {
        **SteeredWiring.replaced,
        VisitsWiring: FaultyVisits,
        NotificationsWiring: NotificationsWiring,
        ChannelsWiring: FaultyChannels,
        MedicationsWiring: MedicationsWiring,
        CommitsWiring: FaultyCommits,
    }

    def forget(self) -> None:
        """Start anew, as in an environment that was not there before; what is outside stays."""
        self.platform.forget(keeping={"sms", "rooms", "facility"})


@dataclass(frozen=True)
class Bench:
    """The clinic, what makes its Redis and its AWS fail, a way to Redis that does not, and how often Redis failed.

    `start_cold` lets every function read its secrets anew, from moto.
    """

    clinic: FaultyClinic
    proxy: Proxy
    faults: AwsFaults
    redis: Redis
    failures: list[str]
    videos: str
    start_cold: Callable[[], None]

    def redis_state(self) -> str:
        """Give how Redis is as far as functions know, without waking one that has not asked yet."""
        redis = self.clinic.wiring.platform.__dict__.get("redis")
        return redis.state if redis else "up"

    def fail_provider(self, fault: str | None) -> None:
        """Begin a fault of the providers of rooms and texts, and of the record, or let them be well."""
        rooms = self.clinic.wiring.visits.rooms
        rooms.away, rooms.forgetful = fault in {"away", "hanging"}, fault == "answer lost"
        sms = self.clinic.wiring.identity.sms
        sms.refusing, sms.broken, sms.forgetful = fault == "away", fault == "hanging", fault == "answer lost"
        record = self.clinic.wiring.commits.facility.record
        record.creating, record.finding = FAULTS[fault]
        record.hook = (lambda: self.clinic.wait(_PROVIDER_MS)) if fault == "hanging" else lambda: None
        rooms.hold = (lambda: self.clinic.wait(_PROVIDER_MS)) if fault == "hanging" else lambda: None


@pytest.fixture
def deadline_ms(request: pytest.FixtureRequest) -> int:
    """How long a call waits for Redis: little where it waits in vain, so that the bench ends soon."""
    cell = request.node.callspec.params.get("cell") if hasattr(request.node, "callspec") else None
    return 80 if getattr(cell, "fault", "") in HANGING else 1000


@pytest.fixture
def bench(
    aws: None,  # noqa: ARG001  # answers what is asked of AWS
    upstash: Upstash,
    surroundings: Surroundings,
    deadline_ms: int,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    variables = {
        **environment(surroundings.parameter_store, surroundings.connections.endpoint, redis_deadline_ms=deadline_ms),
        "BEDSIDE_MAX_IMAGES": str(MAX_IMAGES),
        # The job takes longer than these usually are: its clock jumps until held places lapse.
        "BEDSIDE_QR_TOKEN_LIFE_SECONDS": "3600",
        "BEDSIDE_ACCESS_TOKEN_SECONDS": "3600",
        "BEDSIDE_RECORDING_QUEUE_URL": RECORDING_QUEUE_URL,
        "BEDSIDE_VISIT_FANOUT_QUEUE_URL": RECORDING_QUEUE_URL.replace("recordings", "fanout"),
        "BEDSIDE_NOTIFICATION_QUEUE_URL": NOTICE_QUEUE_URL,
        "BEDSIDE_RECORDING_HOSTS": surroundings.videos,
        "BEDSIDE_RENDERING_QUEUE_URL": RENDERING_QUEUE_URL,
        "BEDSIDE_COMMIT_QUEUE_URL": COMMIT_QUEUE_URL,
        "BEDSIDE_SCHEDULE_GROUP": "default",
        # SSM takes ten names at once; the jobs send no messages and export no counters.
        "BEDSIDE_SECRETS": ",".join(
            name for name in SECRETS if name not in {"novu-keys", "scrape-token", "vapid-keys"}
        ),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    wiring, faults = FaultyWiring(os.environ), AwsFaults()
    clinic = FaultyClinic(wiring, surroundings.connections, faults=faults)
    # The breaker counts seconds by the same clock as everything else, and the pauses between tries move it.
    clock = functools.partial(_now_s, wiring)
    monkeypatch.setattr("bedside.platform.wiring.CircuitBreaker", functools.partial(CircuitBreaker, clock=clock))
    waiting = SimpleNamespace(sleep=lambda seconds: clinic.wait(seconds * 1000), time_ns=time.time_ns, monotonic=clock)
    pauses = (
        "botocore.endpoint",
        "bedside.adapters.aws.client",
        "bedside.adapters.aws.dynamodb",
        "bedside.adapters.aws.secrets",
    )
    for pausing in pauses:
        monkeypatch.setattr(f"{pausing}.time", waiting)
    failures: list[str] = []
    monkeypatch.setattr("bedside.platform.wiring.redis_failed", failures.append)
    wiring.serve(monkeypatch, *FUNCTIONS)
    serve = BotocoreStubber.process_request

    def process(stubber: BotocoreStubber, request: Any) -> Any:
        return faults.process(stubber, request, serve)

    monkeypatch.setattr(BotocoreStubber, "process_request", process)
    surroundings.proxy.switch(None)
    straight = Redis(upstash.url, upstash.token, deadline_s=10)
    straight.execute("FLUSHALL")

    def start_cold() -> None:
        monkeypatch.delenv("AWS_ENDPOINT_URL_SSM")
        for name, value in surroundings.parameters.items():
            client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
        wiring.forget()

    yield Bench(clinic, surroundings.proxy, faults, straight, failures, surroundings.videos, start_cold)
    surroundings.proxy.switch(None)


def _now_s(wiring: SteeredWiring) -> float:
    return time.monotonic() + wiring.ahead_ms / 1000
