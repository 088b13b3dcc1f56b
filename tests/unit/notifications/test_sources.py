"""What the domains want people to be told, as things stand with a booking, a visit or a session."""

from dataclasses import replace
from typing import Any

import pytest

from bedside.bookings.booking import Booking
from bedside.bookings.notices import BookingNotices
from bedside.bookings.purchase import Entry
from bedside.bookings.service import Price
from bedside.bookings.states import BookingState
from bedside.capture.notices import PhotoNotices
from bedside.notifications.record import record_id_of
from bedside.ports.notices import Notice
from bedside.ports.payments import Voucher
from bedside.visits.facts import Decision, VisitFacts
from bedside.visits.model import Visit, with_facts
from bedside.visits.notices import VisitNotices
from bedside.visits.presence import Joining
from bedside.visits.records import new_record
from bedside.visits.timeline import TimeLimits
from tests.unit.capture.test_model import ITEM
from tests.unit.notifications.office import DAY, HOUR, MINUTE, NOW

STARTS_AT = NOW + 3 * DAY
RULES = TimeLimits()
VISIT = Visit("v", "FAC001", "patient", "practitioner", 30, VisitFacts(STARTS_AT), patient_name="Aroha")
BOOKING = Booking(
    "b", "FAC001", "patient", "practitioner", "s", "Skin check", Price(4500, "NZD"), STARTS_AT, 30, "v", NOW
)


def told(notices: list[Notice]) -> list[tuple[str, str, int]]:
    """Give each notice's workflow and recipient, and when it is told after NOW."""
    return [(notice.workflow, notice.recipient, notice.send_at - NOW) for notice in notices]


class Stored:
    """A table, or a repository, with one item."""

    def __init__(self, item: Any) -> None:
        self.item = item

    def get(self, _key: str) -> Any:
        return self.item

    find = get


def of_visit(visit: Visit, by: str = "clerk") -> list[tuple[str, str, int]]:
    table: Any = Stored(new_record(visit, by, RULES, NOW))
    return told(VisitNotices(table, RULES).wanted("v"))


REMINDERS = [
    ("visit-reminder-day", "patient", 2 * DAY),
    ("visit-reminder-hour", "patient", 3 * DAY - HOUR),
    ("visit-room-open", "patient", 3 * DAY - 5 * MINUTE),
    ("visit-starts", "practitioner", 3 * DAY - 5 * MINUTE),
]


def at(visit: Visit, now_ms: int, *joinings: Joining, decisions: tuple[Decision, ...] = ()) -> Visit:
    facts = replace(
        visit.facts, joinings={str(number): one for number, one in enumerate(joinings)}, decisions=decisions
    )
    return with_facts(visit, facts, RULES, now_ms)


def test_a_visit_is_announced_and_reminded_of() -> None:
    """Whoever booked it themselves knows; and a booking tells of it itself."""
    assert of_visit(VISIT) == [("visit-booked", "patient", 0), *REMINDERS]
    assert of_visit(VISIT, by="patient") == REMINDERS
    assert of_visit(replace(VISIT, booking_id="b")) == REMINDERS
    moved = replace(VISIT, facts=replace(VISIT.facts, rescheduled_at=NOW + MINUTE))
    news = [("visit-moved", who, MINUTE) for who in ("patient", "practitioner")]
    assert of_visit(moved) == [*news, *REMINDERS]


def test_a_visit_that_moves_back_is_announced_again() -> None:
    """Its new time was told before, but the last message says another one."""

    def news(starts_at: int, moved_at: int) -> list[str]:
        facts = replace(VISIT.facts, starts_at=starts_at, rescheduled_at=moved_at)
        table: Any = Stored(new_record(replace(VISIT, facts=facts), "clerk", RULES, NOW))
        wanted = VisitNotices(table, RULES).wanted("v")
        return [record_id_of(notice) for notice in wanted if notice.workflow == "visit-moved"]

    there, back = news(STARTS_AT, NOW), news(STARTS_AT, NOW + HOUR)
    assert len({*there, *news(STARTS_AT + DAY, NOW + MINUTE), *back}) == 6
    assert news(STARTS_AT, NOW) == there


def test_a_visit_that_starts_soon_has_no_reminders_of_the_past() -> None:
    """Only the room, which opens at once."""
    soon = replace(VISIT, facts=VisitFacts(NOW + 2 * MINUTE))
    assert [each[0] for each in of_visit(soon)] == ["visit-booked", "visit-room-open", "visit-starts"]
    assert of_visit(soon)[1][2] == 0


def test_who_has_not_come_is_told_that_the_other_waits() -> None:
    """Three minutes after the agreed time, and no more once they were there."""
    waits = at(VISIT, STARTS_AT + MINUTE, Joining("practitioner", STARTS_AT))
    assert of_visit(waits)[-1] == ("visit-clinician-waits", "patient", 3 * DAY + 3 * MINUTE)
    waits = at(VISIT, STARTS_AT + MINUTE, Joining("patient", STARTS_AT))
    assert of_visit(waits)[-1] == ("visit-patient-waits", "practitioner", 3 * DAY + 3 * MINUTE)
    both = at(VISIT, STARTS_AT + MINUTE, Joining("patient", STARTS_AT), Joining("practitioner", STARTS_AT))
    assert of_visit(both) == []


def test_a_patient_in_vain_gets_an_apology() -> None:
    """And one who did not come is offered another time."""
    over = STARTS_AT + 11 * MINUTE
    [apology] = of_visit(at(VISIT, over, Joining("patient", STARTS_AT)))
    assert apology == ("visit-clinician-missed", "patient", 3 * DAY + 10 * MINUTE)
    [missed] = of_visit(at(VISIT, over, Joining("practitioner", STARTS_AT)))
    assert missed == ("visit-missed", "patient", 3 * DAY + 10 * MINUTE)
    assert of_visit(at(VISIT, over)) == []


@pytest.mark.parametrize(
    ("by", "others"),
    [("patient", ["practitioner"]), ("practitioner", ["patient"]), ("clerk", ["patient", "practitioner"])],
)
def test_those_who_did_not_cancel_are_told(by: str, others: list[str]) -> None:
    """And of nothing else any more."""
    cancelled = at(VISIT, NOW + HOUR, decisions=(Decision("cancel", NOW + HOUR, by),))
    assert of_visit(cancelled) == [("visit-cancelled", who, HOUR) for who in others]


def of_booking(state: BookingState, *, by: str = "clock", **changes: Any) -> list[tuple[str, str, int]]:
    booking = replace(BOOKING, state=state, history=(Entry(NOW, "held", "patient"), Entry(NOW, state, by)), **changes)
    bookings: Any = Stored(booking)
    return told(BookingNotices(bookings).wanted("b"))


def test_a_booking_tells_of_its_time_and_its_money() -> None:
    """What is held ends soon, what is unpaid expires, what was decided, and what comes back."""
    assert of_booking("held", hold_ends_at=NOW + 30 * MINUTE) == [("booking-hold-ends", "patient", 25 * MINUTE)]
    assert of_booking("held", hold_ends_at=NOW + MINUTE) == [("booking-hold-ends", "patient", 0)]
    voucher = Voucher("1", "2", NOW + 2 * DAY, "https://pay.example.org")
    assert of_booking("awaitingPayment", voucher=voucher) == [("booking-voucher-unpaid", "patient", DAY)]
    assert of_booking("confirmed") == [("booking-confirmed", "patient", 0), ("booking-made", "practitioner", 0)]
    assert of_booking("choiceDue", choice_ends_at=NOW + 2 * DAY) == [("booking-choice-due", "patient", 0)]
    assert of_booking("refunded", refund_due=100) == [("booking-refunded", "patient", 0)]
    # An administrator has told them how.
    assert of_booking("refunded", refund_due=100, returned_otherwise=100) == []
    assert of_booking("cancelled", by="practitioner") == [("booking-given-up", "patient", 0)]
    none: tuple[BookingState, ...] = ("expired", "refunding", "refundFailed")
    assert [of_booking(state) for state in none] == [[], [], []]
    assert of_booking("cancelled", by="patient") == []


def of_session(**changes: Any) -> list[tuple[str, str, int]]:
    photo = {"key": "k", "uploadedAt": NOW - HOUR, "metadata": {}}
    ended = {"open": False, "endedAt": NOW, "retainedUntil": NOW + DAY, "openedBy": "clinician", "revisions": {"i": 1}}
    item = {**ITEM, **ended, "slots": {"i": 1}, "images": {"i": {**photo, **changes.pop("photo", {})}}, **changes}
    table: Any = Stored(item)
    return told(PhotoNotices(table).wanted(str(item["pk"])))


def test_photos_that_vanish_are_announced() -> None:
    """Six hours before, to whoever opened the session; not those that are in the record, nor while it is open."""
    assert of_session() == [("photos-vanish", "clinician", DAY - 6 * HOUR)]
    assert of_session(photo={"committed": True}) == []
    assert of_session(open=True) == []
    assert of_session(retainedUntil=NOW + HOUR) == [("photos-vanish", "clinician", 0)]
    assert of_session(openedBy=None) == []
