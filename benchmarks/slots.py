"""What the free times of a month cost: ours, and the same the usual way, with a query and a loop in FastAPI."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from boto3.dynamodb.types import TypeDeserializer
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel

from bedside.adapters.aws import dynamodb
from bedside.adapters.aws.attributes import to_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.bookings.availability import MINUTE_MS, Availability, Hours
from bedside.bookings.busy_times import BusyTimes
from bedside.bookings.free_times import FreeTimes
from bedside.bookings.requests import SlotsRequest
from bedside.bookings.schedule import availability_record
from bedside.bookings.schedule_repository import schedule_key
from bedside.bookings.service import Price, Service, service_record
from bedside.bookings.service_repository import service_key
from bedside.identity.audit import AuditTrail
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.visits.busy_day import Reservation
from bedside.visits.reservations import busy_key
from benchmarks.table import number, prose, table

type Json = dict[str, Any]

_ZONE: Final = ZoneInfo("Pacific/Auckland")
_FIRST, _DAYS = date(2027, 3, 22), 31  # summer time ends in between
_NOW: Final = datetime(2027, 3, 20, tzinfo=UTC)
_FACILITY, _DOCTOR, _SERVICE = "FAC001", "doctor", "doctor.s"
_HOURS: Final = [(day, 8 * 60, 18 * 60) for day in range(6)]
_BUFFER, _DURATION, _INTERVAL = 5, 30, 15
_AGAIN: Final = 25
_PRINCIPAL: Final = Principal("patient", "f", _FACILITY, ("patient",))
_QUERY: Final = {
    "from": _FIRST.isoformat(),
    "to": (_FIRST + timedelta(days=_DAYS - 1)).isoformat(),
    "timeZone": str(_ZONE),
}
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html: a page has up to 1 MB.
_PAGE_BYTES: Final = 1024 * 1024
_DOCTOR_RECORD: Final = to_attributes(
    {"pk": _DOCTOR, "phone": "", "roles": ["clinician"], "verification": "verified", "facilityId": _FACILITY}
)
# What a visit's item holds beside its time: names, facts, history and the events of its timeline.
_REST: Final = "x" * 1200


@dataclass(frozen=True, slots=True)
class Contest:
    """Free times that were found, processor times (ms), and requests to DynamoDB; those of the peer too."""

    visits: int
    slots: int
    ours: Sequence[float]
    requests: int
    peers: Sequence[float]
    peers_requests: int


class Slot(BaseModel):
    startsAt: datetime  # noqa: N815  # as in JSON
    endsAt: datetime  # noqa: N815  # as in JSON


class Slots(BaseModel):
    slots: list[Slot]
    timeZone: str  # noqa: N815  # as in JSON


def visits() -> list[datetime]:
    """Return when a busy practitioner's visits are: every 45 minutes of the hours, but for one in six."""
    found: list[datetime] = []
    for day in (_FIRST + timedelta(days=after) for after in range(_DAYS)):
        if day.weekday() < 6:  # no Sundays
            begin = datetime(day.year, day.month, day.day, 8, tzinfo=_ZONE)
            found += [begin + timedelta(minutes=45 * place) for place in range(13)]
    return [at for place, at in enumerate(found) if place % 6]


class Record:
    """The items in this process's memory, as DynamoDB's answers spell them; it counts the requests."""

    def __init__(self, booked: Sequence[datetime]) -> None:
        self.requests = 0
        self._together = json.dumps(
            {
                "Responses": {"bookings": [*_offer()], "visits": [*_busy(booked)], "people": [_DOCTOR_RECORD]},
                "UnprocessedKeys": {},
            }
        )
        self._pages = _pages(booked)

    def call(self, _operation: str, _question: object, **_how: object) -> Json:
        """Answer the product's request for items."""
        self.requests += 1
        found: Json = json.loads(self._together)
        return found

    def query(self) -> Iterator[Json]:
        """Yield a practitioner's visits as the SDK does, page by page."""
        plain = TypeDeserializer().deserialize
        for page in self._pages:
            self.requests += 1
            for item in json.loads(page)["Items"]:
                yield {name: plain(value) for name, value in item.items()}


def measure(again: int = _AGAIN) -> Contest:
    """Compute the free times of the month, both ways, in turn. Raises ValueError if they are not the same."""
    booked = visits()
    record = Record(booked)
    ours, peers = _ours(), _peer(record)
    service, before = lambda: record, dynamodb._service  # noqa: SLF001  # what all tables of a process ask
    dynamodb._service = service  # type: ignore[assignment]  # noqa: SLF001  # as above
    try:
        found, requests = _counted(record, ours)
        expected, peers_requests = _counted(record, peers)
        if _instants(found) != _instants(expected):
            raise ValueError("The two do not agree on what is free.")
        times = [(_cpu_ms(ours), _cpu_ms(peers)) for _ in range(again)]
    finally:
        dynamodb._service = before  # noqa: SLF001  # as above
    return Contest(
        len(booked), len(found["slots"]), [one for one, _ in times], requests, [two for _, two in times], peers_requests
    )


def _ours() -> Callable[[], Json]:
    people = PersonRepository(Table("people"), AuditTrail(Table("audit"), os.urandom))
    free_times = FreeTimes(Table("bookings"), BusyTimes(Table("visits")), people)
    now = round(_NOW.timestamp() * 1000)

    def ask() -> Json:
        request = SlotsRequest.model_validate(_QUERY)
        answer: Json = json.loads(json.dumps(free_times.list_slots(_PRINCIPAL, _SERVICE, request, now)))
        return answer

    return ask


def _peer(record: Record) -> Callable[[], Json]:
    """Return the usual way: an endpoint that queries the visits of the range and tries every time against each."""
    app = FastAPI(openapi_url=None)

    @app.get("/services/{service_id}/slots")
    def slots(service_id: str) -> Slots:  # noqa: ARG001  # there is one
        taken = [
            (float(item["startsAt"]), float(item["startsAt"]) + int(item["durationMinutes"]) * 60_000)
            for item in record.query()
        ]
        found = []
        for day in (_FIRST + timedelta(days=after) for after in range(_DAYS)):
            for weekday, start, end in _HOURS:
                if weekday != day.weekday():
                    continue
                for minute in range(start, end - _DURATION + 1, _INTERVAL):
                    begins = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=_ZONE)
                    ends = begins + timedelta(minutes=_DURATION)
                    first, last = begins.timestamp() * 1000, ends.timestamp() * 1000 + _BUFFER * 60_000
                    if begins > _NOW and not any(one < last and first < two + _BUFFER * 60_000 for one, two in taken):
                        found.append(Slot(startsAt=begins.astimezone(UTC), endsAt=ends.astimezone(UTC)))
        return Slots(slots=found, timeZone=str(_ZONE))

    handler = Mangum(app, lifespan="off")
    http = {"method": "GET", "path": f"/services/{_SERVICE}/slots", "sourceIp": "203.0.113.7", "protocol": "HTTP/1.1"}
    event = {
        "version": "2.0",
        "rawPath": http["path"],
        "rawQueryString": "",
        "headers": {"host": "api.example.org"},
        "requestContext": {"http": {**http, "userAgent": ""}, "stage": "$default"},
        "isBase64Encoded": False,
    }

    def ask() -> Json:
        answer: Json = json.loads(handler(event, {})["body"])  # type: ignore[arg-type]  # what it needs of a context
        return answer

    asyncio.set_event_loop(asyncio.new_event_loop())
    return ask


def _counted(record: Record, ask: Callable[[], Json]) -> tuple[Json, int]:
    before = record.requests
    return ask(), record.requests - before


def _cpu_ms(ask: Callable[[], Json]) -> float:
    begun = time.process_time()
    ask()
    return (time.process_time() - begun) * 1000


def _instants(found: Json) -> list[datetime]:
    return [datetime.fromisoformat(slot["startsAt"]) for slot in found["slots"]]


def _offer() -> Iterator[Mapping[str, Any]]:
    """Yield the service, and the schedule that offers it."""
    service = Service(_SERVICE, _FACILITY, _DOCTOR, "Hana Walker", "Skin check", _DURATION, Price(0, "NZD"), True, 1)  # noqa: FBT003  # active
    hours = tuple(Hours(*one) for one in _HOURS)
    availability = Availability(str(_ZONE), hours, 0, _BUFFER, 0, _INTERVAL, 60)
    yield to_attributes({"pk": service_key(_FACILITY, _SERVICE), **service_record(service)})
    offered = {"availability": availability_record(availability), "version": 1, "blocked": {}}
    yield to_attributes({"pk": schedule_key(_FACILITY, _DOCTOR), **offered})


def _busy(booked: Sequence[datetime]) -> Iterator[Mapping[str, Any]]:
    """Yield what takes the practitioner's time, by UTC day."""
    days: dict[int, dict[str, Any]] = {}
    for place, at in enumerate(booked):
        start = round(at.timestamp() * 1000)
        one = Reservation(f"v{place:025d}", _FACILITY, start, start + (_DURATION + _BUFFER) * MINUTE_MS)
        for day in one.days:
            document = {"facilityId": _FACILITY, "start": one.start, "end": one.end}
            days.setdefault(day, {})[one.owner] = document
    for day, reservations in days.items():
        yield to_attributes({"pk": busy_key(_DOCTOR, day), "version": len(reservations), "reservations": reservations})


def _pages(booked: Sequence[datetime]) -> list[str]:
    """Return the pages of a query for the visits, whole items as an index of them has."""
    pages: list[list[str]] = [[]]
    for place, at in enumerate(booked):
        item = {
            "pk": f"v{place:025d}",
            "startsAt": round(at.timestamp() * 1000),
            "durationMinutes": _DURATION,
            "practitionerId": _DOCTOR,
            "rest": _REST,
        }
        text = json.dumps(to_attributes(item))
        if (len(pages[-1]) + 1) * len(text) > _PAGE_BYTES:
            pages.append([])
        pages[-1].append(text)
    return [f'{{"Items": [{",".join(page)}]}}' for page in pages]


def section(found: Contest) -> str:
    """Show what the free times of a month cost, ours and the peer's."""
    rows = [
        ["ours", number(median(found.ours)), str(found.requests), "1"],
        [
            "query and loop",
            number(median(found.peers)),
            str(found.peers_requests),
            f"{median(found.peers) / median(found.ours):.0f}",
        ],
    ]
    return "\n\n".join(
        [
            "## The free times of a month",
            prose(
                f"""
                The {found.slots} times of 31 days at which a practitioner with {found.visits} visits is free, across
                the end of summer time. Ours reads the service, its practitioner, their schedule and busy days together,
                and merges what is taken; the peer, an endpoint of FastAPI behind Mangum, queries the visits and tries
                each time against each of them.
                Both ask a table in the memory of this process, and read its answers. Without sign-in and rate limit.
                n = {len(found.ours)}.
                """
            ),
            table(["", "processor time (ms)", "requests to DynamoDB", "times as much"], rows),
        ]
    )


if __name__ == "__main__":
    print(section(measure()))
