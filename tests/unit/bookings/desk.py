"""A desk that takes bookings, over tables and a payment provider in memory, whose callers may die between two steps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

from bedside.adapters.aws.dynamodb import Table
from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_documents import BookingDocuments
from bedside.bookings.booking_queries import BookingQueries
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.cancellation import CancelBookingRequest, Cancellation
from bedside.bookings.checkout_pages import HOLD_MS, CheckoutPages, first_checkout
from bedside.bookings.checkouts import Checkouts
from bedside.bookings.customers import Customers
from bedside.bookings.decision import ATTENDANCE_KNOWN_MS, POLL_INTERVAL_MS
from bedside.bookings.lifecycle import BookingLifecycle
from bedside.bookings.pack_lifecycle import PackLifecycle
from bedside.bookings.pack_repository import PackRepository
from bedside.bookings.pack_visits import PackVisits
from bedside.bookings.payment_events import PaymentEvents
from bedside.bookings.purchase import Entry
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.bookings.refunds import RefundRequest, Refunds
from bedside.bookings.service import Price
from bedside.identity.facility import BookingPolicy
from bedside.identity.principal import Principal
from bedside.visits.errors import ClashError, VisitNotFoundError
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.repository import VisitRepository
from bedside.visits.reservations import Reservations
from bedside.visits.timeline import TimeLimits
from bedside.visits.timers import Timers
from tests.fakes.payments import FakePayments
from tests.fakes.rooms import FakeRooms
from tests.lives import Mortal, MortalSchedules, again, tables
from tests.tables import BOOKINGS, VISITS

MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR
NOW = 1_795_228_200_000
STARTS_AT = NOW + 30 * DAY
PRICE = Price(4500, "EUR")
ADMINISTRATOR = Principal("administrator", "f", "FAC001", ("facilityAdmin",))
PATIENT = Principal("patient", "f", "FAC001", ("patient",))


class Nothing:
    """Announces nothing, records nothing, and remembers nothing."""

    def publish_change(self, *_: object) -> None: ...

    def publish_warning(self, *_: object) -> None: ...

    def end_with_visit(self, *_: object) -> None: ...

    def get(self, *_: object) -> None: ...

    def put(self, *_: object) -> bool:
        return False


class Desk:
    """One booking's desk, at an instant that moves on."""

    def __init__(self, mortal: Mortal) -> None:
        self.now, self.mortal, self.provider = NOW, mortal, FakePayments()
        self.provider.hook = mortal
        self.schedules = MortalSchedules(mortal=mortal)
        nothing: Any = Nothing()
        rules, visits = TimeLimits(), Table(VISITS)
        self.visits = VisitRepository(visits, rules)
        timers = Timers(self.schedules, rules)
        failures: list[object] = []
        follows = VisitLifecycle(self.visits, timers, nothing, FakeRooms, Nothing, lambda *one: failures.append(one))
        self.bookings = BookingRepository(Table(BOOKINGS))
        self.reservations = BookedTime(self.bookings, follows)
        booked = BookedVisits(visits, rules)
        self.failed_refunds: list[str] = []
        money = PurchaseMoney(lambda: self.provider, lambda _checkout: None)
        self.packs = PackLifecycle(
            PackRepository(Table(BOOKINGS)), money, self.failed_refunds.append, lambda _pack: None
        )
        self.money = money
        self.pack_visits = PackVisits(self.bookings, self.packs.packs, self.packs)
        self.lifecycle = BookingLifecycle(
            self.bookings,
            self.reservations,
            booked,
            money,
            self.pack_visits,
            lambda _facility: BookingPolicy(),
            self.failed_refunds.append,
            lambda _booking: None,
        )
        self.booked = booked
        self.documents = BookingDocuments(booked, lambda _facility, _now: BookingPolicy())
        self.queries = BookingQueries(self.bookings, self.documents, self.lifecycle)
        self.cancellation = Cancellation(self.queries, self.documents, self.bookings, self.reservations, self.lifecycle)
        self.refunds = Refunds(self.queries, self.documents, self.bookings, booked, money, self.lifecycle)
        self.checkouts = Checkouts(
            self.bookings,
            self.reservations,
            CheckoutPages(Customers(Table(BOOKINGS), nothing), lambda: self.provider),
        )
        self.events = PaymentEvents(self.lifecycle, self.packs, money, lambda: True)

    @classmethod
    @contextmanager
    def opened(cls, mortal: Mortal | None = None) -> Iterator[Self]:
        """Give a desk whose tables are empty."""
        mortal = mortal or Mortal()
        with tables(mortal):
            yield cls(mortal)

    def live(self, happenings: Sequence[Callable[[Self], object]]) -> None:
        """Let happen what makes a life; each event comes at once, and whoever dies is asked again."""
        heard = len(self.provider.events)
        for happening in happenings:
            again(lambda: happening(self))  # noqa: B023  # called at once
            while heard < len(self.provider.events):
                again(lambda: self.hear(heard))  # noqa: B023  # as above
                heard += 1
            again(self.fire)

    # What people do; whoever meets a function that died does it again.

    def book(self, who: str = "patient", *, name: str = "b") -> Booking | None:
        """Hold the time and open the Checkout; None if somebody else has the time."""
        booking = Booking(
            name,
            "FAC001",
            who,
            "practitioner",
            "practitioner.s",
            "Skin check",
            PRICE,
            STARTS_AT,
            30,
            name,
            self.now,
            state="held",
            version=1,
            history=(Entry(self.now, "held", who),),
            hold_ends_at=self.now + HOLD_MS,
            checkout=first_checkout(self.now),
            due_at=self.now + POLL_INTERVAL_MS,
        )
        try:
            if self.bookings.find(name) is None:
                self.reservations.hold(booking, self.now + HOLD_MS, self.now)
        except ClashError:
            return None
        return self.checkouts.ensure(self.bookings.get(name), "https://bedside.example.org", self.now)

    def book_free(self, name: str) -> bool:
        """Book the time for somebody else, for nothing."""
        history = (Entry(self.now, "confirmed", name),)
        free = Booking(
            name,
            "FAC001",
            name,
            "practitioner",
            "practitioner.s",
            "Skin check",
            Price(0, "EUR"),
            STARTS_AT,
            30,
            name,
            self.now,
            version=1,
            history=history,
            due_at=STARTS_AT + ATTENDANCE_KNOWN_MS,
        )
        try:
            self.reservations.create(free, self.now)
        except ClashError:
            return False
        return True

    def cancel(self) -> None:
        self.cancellation.cancel(PATIENT, "b", CancelBookingRequest(), self.now)

    def return_payment(self) -> None:
        self.refunds.settle(ADMINISTRATOR, "b", RefundRequest(), self.now)

    def return_otherwise(self) -> None:
        """Record that the patient has got the money in another way."""
        self.refunds.settle(ADMINISTRATOR, "b", RefundRequest(reason="By bank transfer", otherwise=True), self.now)

    @property
    def checkout(self) -> str:
        checkout = self.bookings.get("b").checkout
        assert checkout
        assert checkout.checkout_id
        return checkout.checkout_id

    # What makes us look.

    def hear(self, number: int) -> None:
        """Deliver one of the events so far, the oldest first; none if there is none."""
        if self.provider.events:
            kind, data = self.provider.events[number % len(self.provider.events)]
            self.events.handle(kind, data, self.now)

    def sweep(self) -> None:
        """Look at the booking if it is due."""
        if "b" in self.bookings.due(self.now, 10):
            self.lifecycle.sweep("b", self.now)

    def read(self) -> None:
        """Show the patient their booking."""
        self.queries.get(PATIENT, "b", self.now)

    def fire(self) -> None:
        """Let timers fire that a visit has set."""
        for payload in self.schedules.due(self.now):
            if payload["kind"] == "booking":
                self.lifecycle.advance(str(payload["id"]), self.now)

    def settle(self) -> Booking:
        """Let time pass until shortly before the visit, and return the booking; the sweeper works all the time."""
        while self.now < STARTS_AT - HOUR:
            booking = self.bookings.get("b")
            # Of the daily looks at a refund that may yet fail, one is enough.
            due = booking.due_at if booking.state != "refunded" else None
            self.now = min(STARTS_AT - HOUR, max(self.now + MINUTE, due or STARTS_AT))
            self.fire()
            self.sweep()
        return self.bookings.get("b")

    # What has come of it.

    def owners(self) -> set[str]:
        """Give whose the practitioner's time is."""
        return set(Reservations(Table(VISITS)).get("practitioner", STARTS_AT // DAY).reservations)

    def kept(self) -> int:
        """Give what we have of the patient's money."""
        return self.provider.charged("b") - self.provider.refunded("b") - self.provider.taken_by_banks("b")

    def has_visit(self) -> bool:
        with suppress(VisitNotFoundError):
            return self.visits.get("b").ongoing
        return False
