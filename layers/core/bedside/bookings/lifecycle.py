"""Bookings that follow their facts: asks the provider, decides, writes on condition, acts, and looks again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.booked_time import BookedTime
from bedside.bookings.booked_visits import BookedVisits
from bedside.bookings.booking import Booking
from bedside.bookings.booking_repository import BookingRepository
from bedside.bookings.decision import Action, NextMove, Step, VisitView, Wait, decide
from bedside.bookings.money import Money
from bedside.bookings.pack_visits import PackVisits
from bedside.bookings.purchase import PROVIDER, Withdrawal
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.bookings.states import transition
from bedside.bookings.transitions import apply_step, with_money
from bedside.bookings.visit_outcome import visit_view
from bedside.identity.facility import BookingPolicy
from bedside.kernel.errors import PaymentRefusedError, UnavailableError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.visits.errors import ClashError
from bedside.visits.facts import Decision, with_decision

# The longest way has five stations; others may write in between.
_TRIES: Final = 12


@dataclass(frozen=True, slots=True)
class BookingLifecycle:
    """Takes bookings where the facts lead; idempotent, and safe to be killed between any two steps.

    `policy` returns that of a facility. `on_refund_failed` and `on_late_payment` (found by the sweeper alone) receive
    the id of a booking.
    """

    bookings: BookingRepository
    reservations: BookedTime
    visits: BookedVisits
    money: PurchaseMoney
    packs: PackVisits
    policy: Callable[[str], BookingPolicy]
    on_refund_failed: Callable[[str], None]
    on_late_payment: Callable[[str], None]

    def advance(self, booking_id: str, now_ms: int) -> Booking:
        """Take all steps that are due, and return the booking. Raises BookingNotFoundError, UnavailableError."""
        for _ in range(_TRIES):
            booking = self.bookings.get(booking_id)
            visit = self._visit(booking, now_ms)
            # Otherwise somebody else has changed it meanwhile: look again.
            with suppress(ChangedMeanwhileError):
                booking = self._noted(booking, visit, now_ms)
                money = self.money.get(booking)
                following = self._decide(booking, money, visit, now_ms)
                match following:
                    case Wait(until):
                        return self._rest(booking, money, visit, until, now_ms)
                    case Step():
                        self._step(booking, following, money, now_ms)
                    case Action():
                        self._act(booking, following, money, now_ms)
        raise UnavailableError("The booking is being changed by others.", cause="Changed")

    def try_advance(self, booking_id: str, now_ms: int) -> Booking:
        """Take the steps that are due, and return the booking; without the provider, the sweeper takes them.

        Raises BookingNotFoundError, UnavailableError.
        """
        try:
            return self.advance(booking_id, now_ms)
        except UnavailableError:
            return self.bookings.get(booking_id)

    def withdraw(self, booking: Booking, withdrawal: Withdrawal) -> None:
        """Record that somebody gives a booking up, or wants its money; who asked before has asked.

        Raises ChangedMeanwhileError if the booking has changed, and UnavailableError.
        """
        if booking.withdrawal is None:
            self.bookings.update(booking, replace(booking, withdrawal=withdrawal, due_at=withdrawal.at))

    def sweep(self, booking_id: str, now_ms: int) -> None:
        """Advance a booking that nobody has looked at in time. Raises BookingNotFoundError, UnavailableError."""
        paid = self.bookings.get(booking_id).paid
        if self.advance(booking_id, now_ms).paid > paid:
            self.on_late_payment(booking_id)

    def policy_of(self, booking: Booking) -> BookingPolicy:
        """Return what goes back when a booking is cancelled, as it was when it was made."""
        return booking.policy or self.policy(booking.facility_id)

    def _visit(self, booking: Booking, now_ms: int) -> VisitView | None:
        if booking.state != "confirmed":
            return None
        return visit_view(booking, self.visits.get(booking.visit_id, now_ms), self.visits.rules, now_ms)

    def _noted(self, booking: Booking, visit: VisitView | None, now_ms: int) -> Booking:
        """Make the booking due if its visit was given up or moved: the provider may not answer for now."""
        changed = visit and (visit.ending or visit.starts_at != booking.starts_at)
        soon = booking.due_at is not None and booking.due_at <= now_ms
        if not changed or soon or booking.checkout is None:
            return booking
        after = replace(booking, due_at=now_ms)
        self.bookings.update(booking, after)
        return replace(after, version=booking.version + 1)

    def _decide(self, booking: Booking, money: Money, visit: VisitView | None, now_ms: int) -> NextMove:
        no_show_ms = self.visits.rules.no_show_ms
        policy = self.policy_of(booking) if visit and visit.ending else BookingPolicy()
        return decide(booking, money, visit, policy, no_show_ms, now_ms)

    def _rest(self, booking: Booking, money: Money, visit: VisitView | None, until: int | None, now_ms: int) -> Booking:
        """Record what was seen, and when somebody has to look again."""
        after = replace(
            with_money(booking, money, now_ms), due_at=until, starts_at=visit.starts_at if visit else booking.starts_at
        )
        self.bookings.update(booking, after)
        return replace(after, version=booking.version + 1)

    def _step(self, before: Booking, step: Step, money: Money, now_ms: int) -> None:
        after, effects = apply_step(before, step, money, now_ms), transition(before.state, step.cause).effects
        if "takeTime" in effects:
            try:
                self.reservations.confirm(before, after, before.patient_id, now_ms)
            except ClashError:
                self._step(before, replace(step, cause="slotLost"), money, now_ms)
        elif "keepTime" in effects:
            self.reservations.prolong(before, after, after.hold_ends_at or now_ms, now_ms)
        elif "returnVisit" in effects:
            self.packs.give_back(before, after, now_ms, extends=step.extends)
        elif "freeTime" in effects:
            self.reservations.give_up(before, after)
        else:
            self.bookings.update(before, after)
        if after.state == "refundFailed":
            self.on_refund_failed(after.booking_id)

    def _act(self, booking: Booking, act: Action, money: Money, now_ms: int) -> None:
        match act.what:
            case "expireCheckout":
                self.money.expire(booking)
            case "cancelVisit":
                self._cancel_visit(booking, now_ms)
            case "refund":
                self._refund(booking, money, now_ms)

    def _cancel_visit(self, booking: Booking, now_ms: int) -> None:
        decision = Decision("cancel", now_ms, PROVIDER)
        with suppress(WrongStateError):
            self.reservations.change_visit(booking, lambda visit: with_decision(visit.facts, decision), now_ms)

    def _refund(self, booking: Booking, money: Money, now_ms: int) -> None:
        try:
            self.money.refund(booking, money, f"{booking.booking_id}:refund")
        except PaymentRefusedError as error:
            self._step(booking, Step("refundFailed", reason=error.code), money, now_ms)
