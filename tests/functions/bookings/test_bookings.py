"""A patient books a free time, and nobody gets a time that somebody else has."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from bedside.bookings.wiring import BookingsWiring
from tests.conftest import BOOKINGS, VISITS, client
from tests.functions.bookings.practice import FREE, NOW_MS, Practice
from tests.functions.clinic import Clinic, refusal

NINE, HALF_PAST = "2027-01-10T20:00:00.000Z", "2027-01-10T20:30:00.000Z"
DAY_MS = 24 * 3600_000


@pytest.fixture
def service(practice: Practice) -> str:
    """A free service of half an hour, with ten minutes kept free after it."""
    practice.open()
    return str(practice.add().json["serviceId"])


def stored() -> list[Any]:
    tables = (client("dynamodb").scan(TableName=table)["Items"] for table in (BOOKINGS, VISITS))
    return [sorted(items, key=str) for items in tables]


def test_a_free_time_becomes_a_visit(practice: Practice, service: str) -> None:
    """Both and the administrator find it, and the time and its buffer are no longer offered."""
    answer = practice.try_to_book(service, NINE, key="once")
    assert answer.status == 201
    booked = answer.json
    assert (booked["state"], booked["visitState"], booked["serviceName"]) == ("confirmed", "scheduled", "Skin check")
    assert (booked["startsAt"], booked["endsAt"], booked["price"]) == (NINE, HALF_PAST, FREE)
    assert practice.try_to_book(service, NINE, key="once").json == booked
    assert practice.slots(service)[:2] == ["11 10:00", "11 10:30"]
    visit = practice.clinic.call("visits_look", token=practice.tokens["patient"], path={"visitId": booked["visitId"]})
    assert (visit.status, visit.json["startsAt"], visit.json["serviceName"]) == (200, NINE, "Skin check")
    for who in ("patient", "clinician", "facilityAdmin"):
        assert practice.bookings(who) == [NINE]
        path = {"bookingId": booked["bookingId"]}
        assert practice.clinic.call("bookings_look", token=practice.tokens[who], path=path).json == booked
    assert practice.bookings(view="past") == []
    later = Practice(practice.clinic, NOW_MS + DAY_MS // 2)
    assert (later.bookings(), later.bookings(view="past")) == ([], [NINE])


def test_a_booking_stands_in_calendars(practice: Practice, service: str) -> None:
    """The same file twice replaces itself; moved and cancelled ones are told as such; it names no patient."""
    clinic, patient = practice.clinic, practice.tokens["patient"]
    booking_id = practice.try_to_book(service, NINE).json["bookingId"]

    def lines(by: str = "patient", language: str = "") -> list[str]:
        path, headers = {"bookingId": booking_id}, {"accept-language": language}
        answer = clinic.call("bookings_calendar_file", token=practice.tokens[by], path=path, headers=headers)
        assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
        return answer.text.replace("\r\n ", "").split("\r\n")

    own, theirs = lines(), lines("clinician", "de-AT")
    assert own[:9] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bedside//Bookings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking_id}@bedside",
        "DTSTAMP:20270110T110000Z",
        "SEQUENCE:0",
        "DTSTART:20270110T200000Z",
    ]
    assert {"DTEND:20270110T203000Z", "STATUS:CONFIRMED", "TRIGGER:-PT10M"} < set(own)
    assert any(line.startswith("SUMMARY:Video visit") and "Skin check" not in line for line in own)
    assert "SUMMARY:Videosprechstunde" in theirs
    assert any(line.endswith(f"/visit#v={booking_id}") for line in theirs)
    moved = clinic.call(
        "visits_reschedule",
        {"startsAt": HALF_PAST},
        token=practice.tokens["clinician"],
        path={"visitId": booking_id},
        headers={"if-match": '"0"'},
    )
    assert moved.status == 200
    assert {"SEQUENCE:1", "DTSTART:20270110T203000Z", own[5]} < set(lines())
    assert clinic.call("visits_cancel", {}, token=patient, path={"visitId": booking_id}).status == 200
    cancelled = lines()
    assert {"SEQUENCE:2", "STATUS:CANCELLED", own[5]} < set(cancelled)
    assert "BEGIN:VALARM" not in cancelled


def test_a_cancelled_visit_gives_its_time_back(practice: Practice, service: str) -> None:
    """With its buffer; the booking says that it is cancelled."""
    booked = practice.try_to_book(service, NINE).json
    token, path = practice.tokens["patient"], {"visitId": booked["visitId"]}
    assert practice.clinic.call("visits_cancel", {}, token=token, path=path).status == 200
    again = practice.clinic.call("bookings_look", token=token, path={"bookingId": booked["bookingId"]})
    assert (again.json["state"], again.json["visitState"]) == ("cancelled", "cancelled")
    assert practice.slots(service)[:2] == ["11 09:00", "11 09:30"]


@pytest.mark.parametrize(
    ("starts_at", "changes", "status", "slug"),
    [
        ("2027-01-10T20:15:00Z", {}, 422, "outside-availability"),
        ("2027-01-10T19:30:00Z", {}, 422, "outside-availability"),
        ("2026-01-10T20:00:00Z", {}, 422, "outside-availability"),
        (NINE, {"serviceId": "nobody.x"}, 404, "service-not-found"),
        (NINE, {"price": {"amount": 1, "currency": "NZD"}}, 409, "price-changed"),
        (NINE, {"price": {"amount": 0, "currency": "EUR"}}, 409, "price-changed"),
        ("tomorrow", {}, 422, "invalid-request"),
    ],
)
def test_what_is_not_offered_is_not_booked(
    practice: Practice, service: str, starts_at: str, changes: Any, status: int, slug: str
) -> None:
    """A clear answer, and nothing is stored."""
    before = stored()
    refusal(practice.try_to_book(service, starts_at, **changes), status, slug)
    assert stored() == before


def test_a_price_that_changed_is_told(practice: Practice, service: str) -> None:
    """With the new one; what has a price needs a payment provider, and what was withdrawn is not booked any more."""
    practice.clinic.wiring.bookings.__dict__["payments"] = None

    def save(seen: str, **changes: Any) -> None:
        body = practice.service("service", service, by="facilityAdmin").json | changes
        headers = {"if-match": seen}
        saved = practice.service("save_service", service, body, by="facilityAdmin", headers=headers)
        assert saved.status == 200

    price = {"amount": 4500, "currency": "NZD"}
    save('"1"', price=price)
    answer = practice.try_to_book(service, NINE)
    refusal(answer, 409, "price-changed")
    assert answer.json["price"] == price
    refusal(practice.try_to_book(service, NINE, price=price), 409, "payments-not-ready")
    save('"2"', active=False)
    refusal(practice.try_to_book(service, NINE, price=price), 404, "service-not-found")


def test_only_patients_book_and_nobody_twice_at_one_time(practice: Practice, service: str) -> None:
    """Staff book visits by hand. A patient who has another visit then is told of it."""
    refusal(practice.try_to_book(service, NINE, by=practice.tokens["clinician"]), 403, "forbidden")
    other = practice.clinic.member(practice.clinic.facility, ("patient",), phone=practice.clinic.number("other"))
    assert practice.try_to_book(service, NINE, by=other).status == 201
    refusal(practice.try_to_book(service, NINE), 409, "slot-booked")
    # The ten minutes after it are taken too.
    refusal(practice.try_to_book(service, HALF_PAST), 409, "slot-booked")
    colleague = practice.clinic.number("colleague")
    practice.clinic.member(practice.clinic.facility, ("clinician",), phone=colleague)
    second = practice.clinic.user_id(colleague)
    practice.schedule("save_availability", practice.opening, by="facilityAdmin", seen='"0"', practitionerId=second)
    elsewhere = practice.add(practitionerId=second).json["serviceId"]
    answer = practice.try_to_book(elsewhere, NINE, by=other)
    refusal(answer, 409, "patient-clash")
    assert practice.try_to_book(elsewhere, NINE).status == 201


def test_a_list_goes_on_where_it_ended(practice: Practice, service: str, clinic: Clinic) -> None:
    """Although the border between past and upcoming has moved on meanwhile."""
    times = [
        (datetime.fromisoformat(start) + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:00.000Z")
        for day in range(14)
        for start in (NINE, "2027-01-10T21:00:00Z")
    ]
    patients = [clinic.member(clinic.facility, ("patient",), phone=clinic.number(f"of a list {n}")) for n in range(3)]
    for number, starts_at in enumerate(times):
        assert practice.try_to_book(service, starts_at, by=patients[number % 3]).status == 201
    assert practice.bookings("clinician") == times[:25]
    first = clinic.call("bookings_page", token=practice.tokens["clinician"], query={})
    later = Practice(clinic, NOW_MS + 15 * DAY_MS)
    assert later.bookings("clinician", cursor=first.json["cursor"]) == times[25:]
    assert later.bookings("clinician", view="past") == times[:2:-1]
    past = clinic.call("bookings_page", token=later.tokens["clinician"], query={"view": "past"})
    assert later.bookings("clinician", view="past", cursor=past.json["cursor"]) == times[2::-1]
    for cursor in (
        "x",
        base64.urlsafe_b64encode(b'["\\ud800", 5]').decode(),
        base64.urlsafe_b64encode(b'["x", -5]').decode(),
    ):
        answer = clinic.call("bookings_page", token=later.tokens["patient"], query={"cursor": cursor})
        refusal(answer, 422, "invalid-request")


def test_a_booking_ends_where_the_practitioner_works_no_longer(practice: Practice, service: str) -> None:
    """Of one who has moved to another facility, neither list nor booking is shown there; the patient keeps both."""
    booked = practice.try_to_book(service, NINE).json
    path = {"bookingId": booked["bookingId"]}
    moved = practice.clinic.member("FAC-ELSEWHERE", ("clinician",), phone=practice.clinic.number("bookings clinician"))
    practice.clinic.wiring.identity.person_cache.discard(practice.practitioner)
    assert practice.clinic.call("bookings_page", token=moved, query={}).json["bookings"] == []
    refusal(practice.clinic.call("bookings_look", token=moved, path=path), 404, "booking-not-found")
    assert practice.bookings() == [NINE]


def test_what_changes_while_somebody_books_counts(
    practice: Practice, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day that is blocked between looking and booking is not booked."""
    desk = practice.clinic.wiring.platform.domain(BookingsWiring).self_service
    visits = desk.reservations.visits.repository
    create = visits.create

    def blocking(*visit: Any, **more: Any) -> bool:
        practice.schedule("block", date="2027-01-11")
        return create(*visit, **more)

    monkeypatch.setattr(visits, "create", blocking)
    refusal(practice.try_to_book(service, NINE), 422, "outside-availability")
    assert practice.bookings() == []


@pytest.mark.parametrize("starts_at", ["9999-12-31T20:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_times_beyond_all_calendars_are_not_offered(practice: Practice, service: str, starts_at: str) -> None:
    """Although no clock shows them."""
    refusal(practice.try_to_book(service, starts_at), 422, "outside-availability")


def test_one_patient_does_not_take_all_times(practice: Practice, service: str) -> None:
    """Ten bookings to come at most; a cancelled one does not count."""
    days = [f"2027-01-{day}T20:00:00Z" for day in range(10, 22)]
    booked = [practice.try_to_book(service, start) for start in days[:10]]
    assert {answer.status for answer in booked} == {201}
    refusal(practice.try_to_book(service, days[10]), 409, "too-many-bookings")
    path = {"visitId": booked[0].json["visitId"]}
    assert practice.clinic.call("visits_cancel", {}, token=practice.tokens["patient"], path=path).status == 200
    assert practice.try_to_book(service, days[10]).status == 201


def test_cancelled_bookings_hide_none_that_are_to_come(practice: Practice, service: str) -> None:
    """Though they fill the first page of the list; nor does anybody book and cancel all day."""

    def cancel(booking: Any) -> None:
        path = {"bookingId": booking["bookingId"]}
        assert practice.clinic.call("bookings_cancel", {}, token=practice.tokens["patient"], path=path).status == 200

    for _ in range(25):
        cancel(practice.try_to_book(service, NINE).json)
    days = [f"2027-01-{day}T20:00:00Z" for day in range(11, 22)]
    booked = [practice.try_to_book(service, start) for start in days]
    assert [answer.status for answer in booked] == [201] * 10 + [409]
    for answer in booked[:5]:
        cancel(answer.json)
    for start in days[:5]:
        assert practice.try_to_book(service, start).status == 201
    cancel(booked[9].json)
    limited = practice.try_to_book(service, NINE)
    refusal(limited, 429, "too-many-requests")
    assert "free-bookings" in limited.headers["ratelimit-policy"]


def test_staff_find_what_they_booked_for_themselves(practice: Practice, service: str) -> None:
    """As patients: a practitioner of another service of the same facility."""
    both = practice.clinic.member(
        practice.clinic.facility, ("clinician", "patient"), phone=practice.clinic.number("bookings both")
    )
    assert practice.try_to_book(service, NINE, by=both).status == 201
    practice.tokens["both"] = both
    assert (practice.bookings("both"), practice.bookings("both", **{"as": "patient"})) == ([], [NINE])
    assert (practice.bookings("clinician"), practice.bookings("clinician", **{"as": "patient"})) == ([NINE], [])
    wrong = practice.clinic.call("bookings_page", token=both, query={"as": "clinician"})
    refusal(wrong, 422, "invalid-request")


def test_nobody_books_with_themselves(practice: Practice, service: str) -> None:
    """A practitioner who is a patient too."""
    both = practice.clinic.member(
        practice.clinic.facility, ("clinician", "patient"), phone=practice.clinic.number("bookings clinician")
    )
    practice.clinic.wiring.identity.person_cache.discard(practice.practitioner)
    refusal(practice.try_to_book(service, NINE, by=both), 403, "forbidden")
