"""A busy practitioner's month in memory, as DynamoDB's answers spell it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from boto3.dynamodb.types import TypeDeserializer

from bedside.adapters.aws.attributes import to_attributes
from bedside.bookings.availability import MINUTE_MS, Availability, Hours
from bedside.bookings.schedule import availability_record
from bedside.bookings.schedule_repository import schedule_key
from bedside.bookings.service import Price, Service, service_record
from bedside.bookings.service_repository import service_key
from bedside.visits.busy_day import Reservation
from bedside.visits.reservations import busy_key

type Json = dict[str, Any]

ZONE: Final = ZoneInfo("Pacific/Auckland")
FIRST, DAYS = date(2027, 3, 22), 31  # summer time ends in between
NOW: Final = datetime(2027, 3, 20, tzinfo=UTC)
FACILITY, DOCTOR, SERVICE = "FAC001", "doctor", "doctor.s"
HOURS: Final = [(day, 8 * 60, 18 * 60) for day in range(6)]
BUFFER, DURATION, INTERVAL = 5, 30, 15
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html: a page has up to 1 MB.
_PAGE_BYTES: Final = 1024 * 1024
_DOCTOR_RECORD: Final = to_attributes(
    {"pk": DOCTOR, "phone": "", "roles": ["clinician"], "verification": "verified", "facilityId": FACILITY}
)
# What a visit's item holds beside its time: names, facts, history and the events of its timeline.
_REST: Final = "x" * 1200


def visits() -> list[datetime]:
    """Return when a busy practitioner's visits are: every 45 minutes of the hours, but for one in six."""
    found: list[datetime] = []
    for day in (FIRST + timedelta(days=after) for after in range(DAYS)):
        if day.weekday() < 6:  # no Sundays
            begin = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE)
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


def _offer() -> Iterator[Mapping[str, Any]]:
    """Yield the service, and the schedule that offers it."""
    service = Service(SERVICE, FACILITY, DOCTOR, "Hana Walker", "Skin check", DURATION, Price(0, "NZD"), True, 1)  # noqa: FBT003  # active
    hours = tuple(Hours(*one) for one in HOURS)
    availability = Availability(str(ZONE), hours, 0, BUFFER, 0, INTERVAL, 60)
    yield to_attributes({"pk": service_key(FACILITY, SERVICE), **service_record(service)})
    offered = {"availability": availability_record(availability), "version": 1, "blocked": {}}
    yield to_attributes({"pk": schedule_key(FACILITY, DOCTOR), **offered})


def _busy(booked: Sequence[datetime]) -> Iterator[Mapping[str, Any]]:
    """Yield what takes the practitioner's time, by UTC day."""
    days: dict[int, dict[str, Any]] = {}
    for place, at in enumerate(booked):
        start = round(at.timestamp() * 1000)
        one = Reservation(f"v{place:025d}", FACILITY, start, start + (DURATION + BUFFER) * MINUTE_MS)
        for day in one.days:
            document = {"facilityId": FACILITY, "start": one.start, "end": one.end}
            days.setdefault(day, {})[one.owner] = document
    for day, reservations in days.items():
        yield to_attributes({"pk": busy_key(DOCTOR, day), "version": len(reservations), "reservations": reservations})


def _pages(booked: Sequence[datetime]) -> list[str]:
    """Return the pages of a query for the visits, whole items as an index of them has."""
    pages: list[list[str]] = [[]]
    for place, at in enumerate(booked):
        item = {
            "pk": f"v{place:025d}",
            "startsAt": round(at.timestamp() * 1000),
            "durationMinutes": DURATION,
            "practitionerId": DOCTOR,
            "rest": _REST,
        }
        text = json.dumps(to_attributes(item))
        if (len(pages[-1]) + 1) * len(text) > _PAGE_BYTES:
            pages.append([])
        pages[-1].append(text)
    return [f'{{"Items": [{",".join(page)}]}}' for page in pages]
