"""What can be booked and when, as practitioners, administrators and patients see it."""

from typing import Any

import pytest

from tests.conftest import BOOKINGS, client
from tests.functions.bookings.practice import AVAILABILITY, HOURS, NOW_MS, WEEK, Practice
from tests.functions.clinic import refusal


def everything() -> Any:
    return sorted(client("dynamodb").scan(TableName=BOOKINGS)["Items"], key=str)


def test_availability_is_saved_and_read(practice: Practice) -> None:
    """Nothing is offered until the practitioner says when; an administrator may say it for them."""
    before = practice.schedule("availability")
    assert (before.status, before.headers["etag"], before.json["hours"]) == (200, '"0"', [])
    saved = practice.open()
    assert (saved.status, saved.headers["etag"]) == (200, '"1"')
    assert saved.json == {**AVAILABILITY, "practitionerId": practice.practitioner, "blockedDates": []}
    assert practice.schedule("availability", by="facilityAdmin").json == saved.json
    again = practice.open()
    assert (again.status, again.headers["etag"]) == (200, '"1"')
    refusal(practice.open(interval=15), 412, "precondition-failed")
    changed = practice.schedule("save_availability", {**AVAILABILITY, "interval": 15}, by="facilityAdmin", seen='"1"')
    assert (changed.status, changed.headers["etag"], changed.json["interval"]) == (200, '"2"', 15)
    refusal(practice.schedule("save_availability", AVAILABILITY), 428, "precondition-required")


@pytest.mark.parametrize(
    "changes",
    [
        {"timeZone": "Mars/Olympus"},
        {"hours": [{"day": 0, "from": "09:00", "to": "10:00"}]},
        {"hours": [{"day": 1, "from": "9:00", "to": "10:00"}]},
        {"hours": [{"day": 1, "from": "10:00", "to": "10:00"}]},
        {"hours": [{"day": 1, "from": "09:00", "to": "24:01"}]},
        {"hours": [{"day": 1, "from": "09:00", "to": "11:00"}, {"day": 1, "from": "10:59", "to": "12:00"}]},
        {"hours": HOURS * 8},
        {"interval": 4},
        {"windowDays": 366},
        {"bufferAfter": -1},
    ],
    ids=str,
)
def test_an_impossible_availability_changes_nothing(practice: Practice, changes: Any) -> None:
    """422, and what was saved stays."""
    practice.open()
    before = everything()
    refusal(practice.open('"1"', **changes), 422, "invalid-request")
    assert everything() == before


def test_a_blocked_date_offers_nothing_and_says_what_is_booked(practice: Practice) -> None:
    """What is booked stays; a date can be offered again, and blocked before any availability is saved."""
    day = {"date": "2027-01-12"}
    assert practice.schedule("block", **day).json == {**day, "blocked": True, "affectedBookings": []}
    practice.open()
    service = practice.add().json["serviceId"]
    assert practice.schedule("availability").json["blockedDates"] == ["2027-01-12"]
    assert not [slot for slot in practice.slots(service) if slot.startswith("12")]
    practice.visit("2027-01-11T21:00:00Z")
    booked = [{"startsAt": "2027-01-11T21:00:00.000Z", "endsAt": "2027-01-11T21:30:00.000Z"}]
    assert practice.schedule("blocked_date", **day).json == {**day, "blocked": True, "affectedBookings": booked}
    assert practice.schedule("unblock", **day).json == {**day, "blocked": False, "affectedBookings": booked}
    assert practice.schedule("unblock", **day).status == 200
    assert [slot for slot in practice.slots(service) if slot.startswith("12")] == ["12 09:00", "12 10:30"]
    for wrong in ("2027-01-09", "20270112", "tomorrow", "9999-12-31"):
        refusal(practice.schedule("block", date=wrong), 422, "invalid-request")


def test_past_blocked_dates_are_forgotten(practice: Practice) -> None:
    """With the next one that is blocked."""
    practice.schedule("block", date="2027-01-12")
    later = Practice(practice.clinic, NOW_MS + 5 * 24 * 3600_000)
    later.schedule("block", date="2027-01-20")
    assert later.schedule("availability").json["blockedDates"] == ["2027-01-20"]


def test_services_are_added_changed_and_withdrawn(practice: Practice) -> None:
    """Patients see what can be booked, staff everything; a repeated request adds nothing."""
    added = practice.add(key="once")
    assert added.status == 201
    assert practice.add(key="once").json == added.json
    service_id = added.json["serviceId"]
    read = practice.service("service", service_id)
    assert (read.json, read.headers["etag"]) == (added.json, '"1"')
    body = {**added.json, "name": "Long skin check", "active": False}
    saved = practice.service("save_service", service_id, body, by="facilityAdmin", headers={"if-match": '"1"'})
    assert (saved.status, saved.headers["etag"], saved.json) == (200, '"2"', body)
    again = practice.service("save_service", service_id, body, by="facilityAdmin", headers={"if-match": '"1"'})
    assert (again.status, again.headers["etag"]) == (200, '"2"')
    other = {**body, "name": "Other"}
    lost = practice.service("save_service", service_id, other, by="facilityAdmin", headers={"if-match": '"1"'})
    refusal(lost, 412, "precondition-failed")
    assert (practice.names("patient"), practice.names("clinician")) == ([], ["Long skin check"])
    refusal(practice.service("service", service_id), 404, "service-not-found")
    refusal(practice.service("slots", service_id, query=WEEK), 404, "service-not-found")
    practice.open()
    assert practice.slots(service_id, by="clinician") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"durationMinutes": 4},
        {"price": {"amount": -1, "currency": "NZD"}},
        {"price": {"amount": 1, "currency": "XXX"}},
        {"practitionerId": "nobody"},
    ],
    ids=str,
)
def test_an_impossible_service_adds_nothing(practice: Practice, changes: Any) -> None:
    """422, and nothing is stored."""
    refusal(practice.add(**changes), 422, "invalid-request")
    assert everything() == []


def test_only_administrators_change_services(practice: Practice) -> None:
    """A practitioner and a patient see them."""
    for role in ("clinician", "patient"):
        refusal(practice.add(by=role), 403, "forbidden")
    service = practice.add().json
    moved = {**service, "practitionerId": practice.patient}
    answer = practice.service(
        "save_service", service["serviceId"], moved, by="facilityAdmin", headers={"if-match": '"1"'}
    )
    refusal(answer, 422, "invalid-request")


def test_a_list_has_as_many_pages_as_it_needs(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """By cursors, each leading to the next; together every service once."""
    monkeypatch.setattr("bedside.bookings.service_repository.PAGE", 2)
    added = {practice.add(name=f"Check {number}").json["serviceId"] for number in range(5)}
    found, query, pages = list[str](), dict[str, str](), 0
    while pages == 0 or query:
        page = practice.clinic.call("bookings_service_page", token=practice.tokens["patient"], query=query).json
        found += [service["serviceId"] for service in page["services"]]
        query, pages = {"cursor": page["cursor"]} if page["cursor"] else {}, pages + 1
    assert (sorted(found), pages) == (sorted(added), 3)
    wrong = practice.clinic.call("bookings_service_page", token=practice.tokens["patient"], query={"cursor": "#"})
    refusal(wrong, 422, "invalid-request")


@pytest.mark.parametrize("change", [{"roles": ["patient"]}, {"active": False}], ids=str)
def test_nothing_can_be_booked_with_somebody_who_has_left(practice: Practice, change: Any) -> None:
    """Patients do not see their services, and nobody sees free times; staff still can withdraw them."""
    practice.open()
    service_id = practice.add().json["serviceId"]
    assert practice.names("patient") == ["Skin check"]
    assert practice.slots(service_id)
    path = {"userId": practice.practitioner}
    token = practice.tokens["facilityAdmin"]
    event = "users_roles" if "roles" in change else "users_active"
    assert practice.clinic.call(event, change, token=token, path=path).status in {200, 204}
    assert (practice.names("patient"), practice.names("facilityAdmin")) == ([], ["Skin check"])
    refusal(practice.service("service", service_id), 404, "service-not-found")
    refusal(practice.service("slots", service_id, query=WEEK), 404, "service-not-found")
    assert practice.slots(service_id, by="facilityAdmin") == []


def test_slots_leave_out_what_visits_take(practice: Practice) -> None:
    """Buffers included, whoever booked them; in the reader's dates, and none within the notice or after the window."""
    practice.open()
    service = practice.add().json["serviceId"]
    assert practice.slots(service)[:5] == ["11 09:00", "11 09:30", "11 10:00", "11 10:30", "12 09:00"]
    practice.visit("2027-01-10T20:35:00Z", minutes=20)
    assert practice.slots(service)[:3] == ["11 10:00", "11 10:30", "12 09:00"]
    utc = {"from": "2027-01-11", "to": "2027-01-11", "timeZone": "UTC"}
    assert practice.slots(service, **utc) == ["12 09:00", "12 09:30", "12 10:00", "12 10:30"]
    later = {"from": "2027-02-09", "to": "2027-02-12"}
    assert {slot[:2] for slot in practice.slots(service, **later)} == {"09", "10"}


def test_slots_of_a_month_cost_one_request(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """One BatchGetItem reads the service, the schedule and every day's visits."""
    practice.open()
    service = practice.add().json["serviceId"]
    month = {"from": "2027-01-11", "to": "2027-02-10"}
    practice.slots(service, **month)
    dynamodb, asked = practice.clinic.dynamodb, list[str]()
    assert dynamodb
    serve = dynamodb.serve

    def counting(operation: str, body: bytes | str) -> tuple[int, str]:
        asked.append(operation)
        return serve(operation, body)

    monkeypatch.setattr(dynamodb, "serve", counting)
    practice.slots(service, **month)
    # The caller is known from the call before.
    assert asked == ["BatchGetItem"]


@pytest.mark.parametrize(
    "query",
    [
        {"to": "2027-02-11"},
        {"to": "2027-01-10"},
        {"from": "2027-1-11"},
        {"timeZone": "Mars/Olympus"},
        {"from": "9999-12-30", "to": "9999-12-31"},
    ],
    ids=str,
)
def test_an_impossible_range_is_refused(practice: Practice, query: dict[str, str]) -> None:
    """More than 31 days, the last before the first, dates and zones that there are not."""
    service = practice.add().json["serviceId"]
    refusal(practice.service("slots", service, query={**WEEK, **query}), 422, "invalid-request")


def test_ids_that_there_are_not_are_not_found(practice: Practice) -> None:
    """Whatever they look like."""
    for service_id in ("x", f"{practice.practitioner}.x", "." * 3, "x" * 300, f"{practice.practitioner}."):
        refusal(practice.service("slots", service_id, query=WEEK), 404, "service-not-found")
        refusal(practice.service("service", service_id), 404, "service-not-found")
    refusal(practice.schedule("availability", practitionerId="x" * 300), 404, "user-not-found")
    refusal(practice.schedule("availability", by="facilityAdmin", practitionerId="x" * 300), 404, "user-not-found")
