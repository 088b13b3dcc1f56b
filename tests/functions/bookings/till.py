"""A practice whose patients pay."""

from datetime import datetime
from typing import Any

from bedside.adapters.aws.attributes import from_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.bookings.booking import booking_from_record
from bedside.bookings.pack import FREE, RETURNED, pack_from_record
from bedside.visits.reservations import Reservations
from tests.conftest import BOOKINGS, VISITS, client
from tests.functions.bookings.practice import Practice
from tests.functions.clinic import Answer

PRICE = {"amount": 4500, "currency": "EUR"}
NINE, TEN = "2027-01-10T20:00:00.000Z", "2027-01-10T21:00:00.000Z"
# Two days later, when cancelling costs nothing.
LATER = "2027-01-12T20:00:00.000Z"
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 24 * 3_600_000


class Till:
    """A practice with a service that costs something, and what its patients do about that."""

    def __init__(self, practice: Practice) -> None:
        self.practice, self.clinic = practice, practice.clinic
        practice.open()
        self.service = str(practice.add(price=PRICE).json["serviceId"])
        provider = self.clinic.wiring.bookings.payments
        assert provider
        self.provider = provider
        self._told = 0

    @property
    def now_ms(self) -> int:
        return self.clinic.wiring.now_ms()

    def wait(self, ms: int) -> None:
        """Let time pass; people go on using their sign-ins."""
        self.clinic.wiring.stopped_ms = self.now_ms + ms
        self.practice.sign_in()

    def until(self, instant: str) -> None:
        """Let time pass until an instant."""
        self.wait(round(datetime.fromisoformat(instant).timestamp() * 1000) - self.now_ms)

    def join(self, booking: Any, who: str) -> None:
        """Let somebody come to the visit of a booking."""
        path = {"visitId": booking["visitId"]}
        assert self.clinic.call("visits_join", token=self.practice.tokens[who], path=path).status == 200

    def sweep(self) -> None:
        self.clinic.invoke("sweep", {}, remaining_ms=240_000)

    def try_to_book(self, starts_at: str = LATER, *, by: str = "", key: str | None = None) -> Answer:
        return self.practice.try_to_book(self.service, starts_at, by=by, key=key, price=PRICE)

    def book(self, starts_at: str = LATER, **more: Any) -> Any:
        answer = self.try_to_book(starts_at, **more)
        assert answer.status == 201, answer
        return answer.json

    def checkout(self, booking: Any) -> str:
        return str(booking["checkoutUrl"]).rpartition("/")[2]

    def tell(self) -> None:
        """Deliver what the provider has to tell since the last time."""
        listener = self.clinic.wiring.bookings.payment_events
        for kind, data in self.provider.events[self._told :]:
            listener.handle(kind, data, self.now_ms)
        self._told = len(self.provider.events)

    def fire(self) -> None:
        """Let the timers fire that follow a change of a visit."""
        for payload in self.clinic.wiring.visits.scheduler.due(self.now_ms + 5000):
            if payload["kind"] == "booking":
                self.clinic.invoke("timeout", payload)

    def look(self, booking: Any, by: str = "patient") -> Any:
        path = {"bookingId": booking["bookingId"]}
        answer = self.clinic.call("bookings_look", token=self.practice.tokens[by], path=path)
        assert answer.status == 200, answer
        return answer.json

    def act(self, what: str, booking: Any, body: Any = None, *, by: str = "patient") -> Answer:
        path = {"bookingId": booking["bookingId"]}
        return self.clinic.call(f"bookings_{what}", body or {}, token=self.practice.tokens[by], path=path)

    def paid(self, starts_at: str = LATER) -> Any:
        """Book and pay."""
        booking = self.book(starts_at)
        self.provider.pay(self.checkout(booking))
        self.tell()
        found = self.look(booking)
        assert found["state"] == "confirmed"
        return found

    def taken(self, starts_at: str) -> int:
        """Count what takes the practitioner's time at an instant."""
        at = round(datetime.fromisoformat(starts_at).timestamp() * 1000)
        day = Reservations(Table(VISITS)).get(self.practice.practitioner, at // DAY_MS)
        return sum(one.start <= at < one.end for one in day.reservations.values())

    def require_settled(self) -> None:
        """Whatever happened: nothing is left open, what is confirmed is paid, and all else was returned or kept."""
        items = [from_attributes(item) for item in client("dynamodb").scan(TableName=BOOKINGS)["Items"]]
        taken = {item["bookingId"]: item["packId"] for item in items if item.get("packId") and "bookingId" in item}
        for pack in [pack_from_record(item) for item in items if "places" in item]:
            due = pack.worth(RETURNED) - pack.returned_otherwise
            assert self.kept(pack.pack_id) == pack.paid - due or pack.state == "expired", pack
            assert pack.state in {"expired", "cancelled", "confirmed", "refunded"}, pack
            assert all(taken[one] == pack.pack_id for one in pack.places if one not in {FREE, RETURNED}), pack
        for booking in [booking_from_record(item) for item in items if "bookingId" in item]:
            kept = self.kept(booking.booking_id)
            if booking.pack_id:
                assert (booking.state, kept) in {("confirmed", 0), ("cancelled", 0)}, booking
                continue
            match booking.state:
                case "confirmed":
                    assert kept == booking.price.amount, booking
                case "cancelled" | "refunded":
                    returned = booking.refund_due - booking.returned_otherwise
                    assert kept == booking.paid - returned, booking
                case state:
                    assert (state, kept) == ("expired", 0), booking

    def kept(self, purchase_id: str) -> int:
        """Give what we have of the money for a booking or a pack."""
        returned = self.provider.refunded(purchase_id) + self.provider.taken_by_banks(purchase_id)
        return self.provider.charged(purchase_id) - returned

    def someone(self, name: str) -> str:
        """Give the token of another patient."""
        return self.clinic.member(self.clinic.facility, ("patient",), phone=self.clinic.number(name))
