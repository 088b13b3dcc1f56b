"""A desk that also sells packs of visits, and takes bookings that use them."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bedside.adapters.aws.dynamodb import Table
from bedside.bookings.booking import Booking
from bedside.bookings.cancellation import CancelBookingRequest
from bedside.bookings.checkout_pages import CheckoutPages
from bedside.bookings.customers import Customers
from bedside.bookings.decision import ATTENDANCE_KNOWN_MS
from bedside.bookings.errors import PackNotUsableError
from bedside.bookings.pack import FREE, RETURNED, Pack
from bedside.bookings.pack_cancellation import CancelPackRequest, PackCancellation
from bedside.bookings.pack_queries import PackQueries
from bedside.bookings.pack_sales import PackRequest, PackSales
from bedside.bookings.payment_starts import Start
from bedside.bookings.purchase import Entry
from bedside.bookings.refunds import RefundRequest
from bedside.bookings.rescheduling import RescheduleBookingRequest, Rescheduling
from bedside.bookings.service import PackOffer, Service
from bedside.identity.principal import Principal
from bedside.kernel.errors import BedsideError
from tests.lives import Mortal
from tests.tables import BOOKINGS
from tests.unit.bookings.desk import ADMINISTRATOR, DAY, HOUR, MINUTE, PATIENT, PRICE, STARTS_AT, Desk, Nothing

PRACTITIONER = Principal("practitioner", "f", "FAC001", ("clinician",), verified_clinician=True)
OFFER = PackOffer(3, 10_000)
SERVICE = Service(
    "practitioner.s",
    "FAC001",
    "practitioner",
    None,
    "Skin check",
    30,
    PRICE,
    active=True,
    version=1,
    packs=(OFFER,),
)
_START = Start(PATIENT, "203.0.113.7", "https://bedside.example.org")


class _Shelf:
    """What the desk offers, and who works there."""

    verified_clinician, user_id, display_name = True, "practitioner", None

    def find(self, _where: object, what: str) -> Any:
        return (SERVICE, self) if what == SERVICE.service_id else self

    def count(self, *_: object) -> None:
        """Limit nothing."""

    def require(self, *_: object) -> tuple[None, tuple[()]]:
        """Offer every time."""
        return None, ()

    def refusal(self, error: Exception, _now: int) -> Exception:
        return error


class PackDesk(Desk):
    """A desk at which one patient buys one pack of three visits, and uses them."""

    def __init__(self, mortal: Mortal) -> None:
        super().__init__(mortal)
        shelf: Any = _Shelf()
        nothing: Any = Nothing()
        pages = CheckoutPages(Customers(Table(BOOKINGS), nothing), lambda: self.provider)
        self.sales = PackSales(self.packs.packs, shelf, shelf, shelf, pages, lambda n: b"1" * n, b"key")
        self.counter = PackCancellation(
            PackQueries(self.packs.packs, self.packs), self.packs.packs, self.money, self.packs
        )
        self.rescheduling = Rescheduling(
            queries=self.queries,
            documents=self.documents,
            bookings=self.bookings,
            visits=self.booked,
            money=self.money,
            reservations=self.reservations,
            lifecycle=self.lifecycle,
            offers=shelf,
            starts=shelf,
        )
        self.pack_id = ""

    def buy(self) -> None:
        price = {"amount": OFFER.amount, "currency": "EUR"}
        request = PackRequest.model_validate({"serviceId": SERVICE.service_id, "visits": OFFER.visits, "price": price})
        self.pack_id = self.sales.buy(_START, request, "key", self.now).pack_id

    @property
    def pack(self) -> Pack:
        return self.packs.packs.get(self.pack_id)

    @property
    def checkout(self) -> str:
        checkout = self.pack.checkout
        assert checkout
        assert checkout.checkout_id
        return checkout.checkout_id

    def use(self, number: int) -> None:
        """Book a visit of the pack, each on a day of its own, if the pack still has one."""
        name, at = f"v{number}", STARTS_AT + number * DAY
        if self.bookings.find(name) or at < self.now:
            return
        history = (Entry(self.now, "confirmed", "patient"),)
        booking = Booking(
            name,
            "FAC001",
            "patient",
            "practitioner",
            SERVICE.service_id,
            SERVICE.name,
            PRICE,
            at,
            30,
            name,
            self.now,
            version=1,
            history=history,
            due_at=at + ATTENDANCE_KNOWN_MS,
        )
        with suppress(PackNotUsableError):
            taking, change = self.pack_visits.take(self.pack_id, booking, self.now)
            self.reservations.create(taking, self.now, [change])

    def give_up(self, number: int, who: Principal = PATIENT) -> None:
        """Cancel a booking, if there is one that can be."""
        with suppress(BedsideError):
            self.cancellation.cancel(who, f"v{number}", CancelBookingRequest(), self.now)

    def grant(self, number: int) -> None:
        """Give a visit back that was used up, if there is one that can be."""
        with suppress(BedsideError):
            self.refunds.settle(ADMINISTRATOR, f"v{number}", RefundRequest(reason="The video failed"), self.now)

    def move(self, number: int, hours: int) -> None:
        """Move a booking within its day, if there is one that can be moved."""
        at = STARTS_AT + number * DAY + hours * HOUR
        wish = RescheduleBookingRequest.model_validate({"startsAt": datetime.fromtimestamp(at / 1000, UTC)})
        with suppress(BedsideError):
            self.rescheduling.reschedule(PATIENT, f"v{number}", wish, self.now)

    def cancel_pack(self, who: Principal = PATIENT) -> None:
        with suppress(BedsideError):
            self.counter.cancel(who, self.pack_id, CancelPackRequest(), self.now)

    def sweep(self) -> None:
        """Look at all that is due."""
        for name in self.bookings.due(self.now, 20):
            self.lifecycle.sweep(name, self.now)
        for name in self.packs.packs.due(self.now, 20):
            self.packs.sweep(name, self.now)

    def settle(self, until: int = STARTS_AT - HOUR) -> Any:
        """Let time pass until an instant; the sweeper works all the time."""
        while (due := self._next_due()) and due < until:
            self.now = max(self.now + MINUTE, due)
            self.fire()
            self.sweep()
        return self.pack

    def _next_due(self) -> int | None:
        """Give when somebody next has to look at something, None if never."""
        found = [self.pack.due_at, *(one.due_at for one in self.all_bookings())]
        return min((at for at in found if at is not None), default=None)

    def all_bookings(self) -> list[Booking]:
        return [one for number in range(9) if (one := self.bookings.find(f"v{number}"))]

    def require_visits(self) -> None:
        """Each visit is free, returned, or taken by the booking that says so; so is the price."""
        pack = self.pack
        taken = [place for place in pack.places if place not in {FREE, RETURNED}]
        used = [one for one in self.all_bookings() if not one.is_returned]
        assert sorted(taken) == sorted(one.booking_id for one in used)
        assert {one.state for one in used} <= {"confirmed", "cancelled"}
        shares = sum(one.price.amount for one in used)
        assert pack.worth(FREE) + pack.worth(RETURNED) + shares == pack.price.amount == OFFER.amount

    def require_money(self) -> None:
        """What we have of the patient's money is what the visits cost that were not returned."""
        pack = self.pack
        kept = self.provider.charged(self.pack_id) - self.provider.refunded(self.pack_id)
        assert kept == (pack.paid - pack.worth(RETURNED) if pack.paid else 0), pack
        assert not self.failed_refunds
