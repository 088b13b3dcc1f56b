"""A hundred patients want overlapping times at once: each time goes to one of them, and everybody is told."""

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bedside.adapters.aws import dynamodb
from bedside.adapters.aws.client import AwsError
from bedside.adapters.aws.dynamodb import Table
from bedside.bookings.errors import OutsideAvailabilityError, SlotBookedError, SlotHeldError
from bedside.bookings.payment_starts import Start
from bedside.bookings.requests import PriceRequest
from bedside.bookings.self_service import BookingRequest
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.visits.reservations import Reservations
from tests.conftest import VISITS, Upstash
from tests.fakes.hostile import refused
from tests.functions.bookings.practice import NOW_MS, Practice
from tests.functions.clinic import Clinic
from tests.functions.steering import SteeredWiring

NINE = datetime.fromisoformat("2027-01-10T20:00:00.000Z")
DAY_MS = 24 * 3600_000
PATIENTS, PROCESSES, REPETITIONS = 100, 8, 100
MODES = ("all is well", "Redis is stopped", "DynamoDB throttles")


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def redis_url(mode: str, upstash: Upstash) -> str:
    return refused() if mode == "Redis is stopped" else upstash.url


class Throttled:
    """DynamoDB, which refuses one request in fifteen for good."""

    def __init__(self) -> None:
        self._service: Any = dynamodb._service()  # noqa: SLF001  # what all tables of a process ask
        self._dice = random.Random(1)  # noqa: S311  # no secret

    def call(self, operation: str, question: Any, **how: Any) -> Any:
        # By chance: whoever repeats a call must not meet the same refusal each time.
        if self._dice.random() < 1 / 15:
            raise AwsError("ProvisionedThroughputExceededException", status=400, sent=True)
        return self._service.call(operation, question, **how)


class Unlimited:
    """Counts nothing."""

    def check(self, *_: object) -> None: ...


class OneAtATime:
    """The payment provider in memory, asked by many processes."""

    def __init__(self, provider: Any) -> None:
        self._provider, self._lock = provider, threading.Lock()

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            with self._lock:
                return getattr(self._provider, name)(*arguments)

        return call


def test_each_time_goes_to_one(mode: str, practice: Practice, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three services, one of which is free; exactly the winners have one, buffers included, and no time is lost."""
    practice.open()
    prices = [PriceRequest(amount=amount, currency="EUR") for amount in (4500, 0, 6000)]
    services = [
        str(practice.add(name=name, durationMinutes=minutes, price=price.model_dump()).json["serviceId"])
        for name, minutes, price in zip("abc", (30, 60, 60), prices, strict=True)
    ]
    wirings = [SteeredWiring(os.environ) for _ in range(PROCESSES)]
    provider = OneAtATime(clinic.wiring.bookings.payments)
    for wiring in wirings:
        wiring.stopped_ms = NOW_MS
        wiring.bookings.__dict__["payments"] = provider
        if mode == "DynamoDB throttles":  # people repeat more often than they may
            starts = replace(wiring.bookings.payment_starts, limiter=Unlimited())  # type: ignore[arg-type]  # in its place
            wiring.bookings.__dict__["payment_starts"] = starts
        assert wiring.bookings.self_service
    free = threading.local()
    idle = iter(wirings)

    def ask(number: int) -> tuple[int, int] | None:
        """Ask as a patient does, who repeats what was not answered; gives what they got: a service and a time."""
        if not hasattr(free, "wiring"):
            free.wiring = next(idle)
        patient = Principal(f"patient-{number}", "family", clinic.facility, ("patient",))
        start = Start(patient, f"203.0.{number}.7", "https://bedside.example.org")
        which, late = number % 3, 30 * (number % 4)
        starts_at = NINE + timedelta(minutes=late)
        wanted = BookingRequest(service_id=services[which], starts_at=starts_at, price=prices[which])
        for _ in range(REPETITIONS):
            try:
                free.wiring.bookings.self_service.book(start, wanted, f"key-{number}", NOW_MS)
            except UnavailableError:
                continue
            except (SlotBookedError, SlotHeldError, OutsideAvailabilityError):
                return None
            return which, late
        pytest.fail("Nobody ever answers.")

    with monkeypatch.context() as patch, ThreadPoolExecutor(PROCESSES) as pool:
        if mode == "DynamoDB throttles":
            throttled = Throttled()
            patch.setattr(dynamodb, "_service", lambda: throttled)
        won = [one for one in pool.map(ask, range(PATIENTS)) if one]
    day = round(NINE.timestamp() * 1000) // DAY_MS
    reservations = Reservations(Table(VISITS)).get(practice.practitioner, day).reservations.values()
    taken = sorted(reservations, key=lambda one: one.start)
    assert len(won) == len(set(won)) == len(taken) >= 1
    assert all(one.end <= two.start for one, two in pairwise(taken))
    # Whoever got nothing wanted what is not there any more.
    asked = {(number % 3, 30 * (number % 4)) for number in range(PATIENTS)} - set(won)
    for which, late in asked:
        wanted_at = NINE + timedelta(minutes=late, hours=13)
        assert f"{wanted_at:%d %H:%M}" not in practice.slots(services[which])
