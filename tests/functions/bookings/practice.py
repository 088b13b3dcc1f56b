"""A facility with a practitioner who can be booked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bedside.identity.person import user_id_of
from tests.functions.clinic import PSEUDONYM_KEY, Answer, Clinic

# Every day from nine to eleven in Auckland; a week of summer time that no test reaches.
HOURS = [{"day": day, "from": "09:00", "to": "11:00"} for day in range(1, 8)]
AVAILABILITY: dict[str, Any] = {
    "timeZone": "Pacific/Auckland",
    "hours": HOURS,
    "bufferBefore": 0,
    "bufferAfter": 10,
    "minimumNotice": 60,
    "interval": 30,
    "windowDays": 30,
}
FREE = {"amount": 0, "currency": "NZD"}
# A Monday in Auckland, from its first minute.
NOW_MS = round(datetime(2027, 1, 10, 11, tzinfo=UTC).timestamp() * 1000)
WEEK = {"from": "2027-01-11", "to": "2027-01-17", "timeZone": "Pacific/Auckland"}


class Practice:
    """A facility with a practitioner, their patient and an administrator."""

    def __init__(self, clinic: Clinic, now_ms: int = NOW_MS) -> None:
        self.clinic = clinic
        clinic.wiring.stopped_ms = now_ms
        self.phones = {role: clinic.number(f"bookings {role}") for role in ("clinician", "facilityAdmin", "patient")}
        self.tokens: dict[str, str] = {}
        self.sign_in()
        self.practitioner = user_id_of(PSEUDONYM_KEY, self.phones["clinician"])
        self.opening = AVAILABILITY
        self.patient = user_id_of(PSEUDONYM_KEY, self.phones["patient"])

    def sign_in(self) -> None:
        """Let everybody sign in anew."""
        for role, phone in self.phones.items():
            self.tokens[role] = self.clinic.member(self.clinic.facility, (role,), phone=phone)

    def schedule(
        self, event: str, body: Any = None, *, by: str = "clinician", seen: str | None = None, **path: str
    ) -> Answer:
        token, headers = self.tokens[by], {"if-match": seen}
        path = {"practitionerId": self.practitioner, **path}
        return self.clinic.call(f"bookings_{event}", body, token=token, path=path, headers=headers)

    def open(self, seen: str = '"0"', **changes: Any) -> Answer:
        """Save when the practitioner can be booked."""
        return self.schedule("save_availability", {**AVAILABILITY, **changes}, seen=seen)

    def add(self, *, by: str = "facilityAdmin", key: str | None = None, **changes: Any) -> Answer:
        body = {"name": "Skin check", "practitionerId": self.practitioner, "durationMinutes": 30, "price": FREE}
        headers = {"idempotency-key": key}
        return self.clinic.call("bookings_create_service", {**body, **changes}, token=self.tokens[by], headers=headers)

    def service(self, event: str, service_id: str, body: Any = None, *, by: str = "patient", **more: Any) -> Answer:
        path = {"serviceId": service_id}
        return self.clinic.call(f"bookings_{event}", body, token=self.tokens[by], path=path, **more)

    def names(self, by: str) -> list[str]:
        answer = self.clinic.call("bookings_service_page", token=self.tokens[by])
        assert answer.status == 200, answer
        return [service["name"] for service in answer.json["services"]]

    def slots(self, service_id: str, by: str = "patient", **query: str) -> list[str]:
        """Give the free times as day and time in Auckland."""
        answer = self.service("slots", service_id, by=by, query={**WEEK, **query})
        assert answer.status == 200, answer
        starts = [datetime.fromisoformat(slot["startsAt"]) for slot in answer.json["slots"]]
        return [f"{start + timedelta(hours=13):%d %H:%M}" for start in starts]

    def try_to_book(
        self, service_id: str, starts_at: str, *, by: str = "", key: str | None = None, **changes: Any
    ) -> Answer:
        """Book a time as a patient."""
        body = {"serviceId": service_id, "startsAt": starts_at, "price": FREE, **changes}
        headers = {"idempotency-key": key}
        return self.clinic.call("bookings_book", body, token=by or self.tokens["patient"], headers=headers)

    def bookings(self, by: str = "patient", **query: str) -> list[str]:
        """Give when the bookings of a list are."""
        answer = self.clinic.call("bookings_page", token=self.tokens[by], query=query)
        assert answer.status == 200, answer
        return [booking["startsAt"] for booking in answer.json["bookings"]]

    def visit(self, starts_at: str, minutes: int = 30) -> None:
        """Book a visit by hand, as the practitioner."""
        answer = self.try_to_visit(starts_at, minutes)
        assert answer.status == 201, answer

    def try_to_visit(self, starts_at: str, minutes: int = 30) -> Answer:
        body = {
            "patientId": self.patient,
            "practitionerId": self.practitioner,
            "startsAt": starts_at,
            "durationMinutes": minutes,
        }
        return self.clinic.call("visits_book", body, token=self.tokens["clinician"])
