"""What goes back when a paid booking is given up: by whom, when, and as it was promised."""

from typing import Any

import pytest

from tests.functions.bookings.till import DAY_MS, HOUR_MS, LATER, MINUTE_MS, NINE, TEN, Till
from tests.functions.clinic import Answer, refusal

NEXT_WEEK = "2027-01-18T20:00:00.000Z"


def _move_by_hand(till: Till, booking: Any, starts_at: str) -> Answer:
    """Move the visit, as its practitioner, without regard to the booking."""
    return till.clinic.call(
        "visits_reschedule",
        {"startsAt": starts_at},
        token=till.practice.tokens["clinician"],
        path={"visitId": booking["visitId"]},
        headers={"if-match": '"0"'},
    )


@pytest.mark.parametrize("by_hand", [False, True])
def test_whose_time_the_practice_moves_may_leave_for_nothing(till: Till, *, by_hand: bool) -> None:
    """From next week to tomorrow, say; or chooses a time themselves, for which the policy holds again."""
    booking, other = till.paid(NEXT_WEEK), till.paid("2027-01-19T20:00:00.000Z")
    for one, starts_at in ((booking, NINE), (other, TEN)):
        if by_hand:
            assert _move_by_hand(till, one, starts_at).status == 200
            till.fire()
        else:
            assert till.act("reschedule", one, {"startsAt": starts_at}, by="clinician").status == 200
    found = till.look(booking)
    assert (found["startsAt"], found["refundIfCancelled"], found["canReschedule"]) == (NINE, 4500, True)
    chosen = till.act("reschedule", other, {"startsAt": "2027-01-10T21:30:00.000Z"})
    assert (chosen.status, chosen.json["refundIfCancelled"]) == (200, 0)
    till.act("cancel", booking)
    assert till.look(booking)["state"] == "refunded"


def test_whoever_waits_for_an_absent_practitioner_may_give_up(till: Till) -> None:
    """From the beginning on; once the practitioner has come, leaving is the patient's choice."""
    booking, other = till.paid(NINE), till.paid(TEN)
    till.until(NINE)
    till.join(booking, "patient")
    till.wait(8 * MINUTE_MS)
    assert till.look(booking)["refundIfCancelled"] == 4500
    till.act("cancel", booking)
    assert till.look(booking)["state"] == "refunded"
    till.until(TEN)
    till.join(other, "clinician")
    till.wait(MINUTE_MS)
    assert till.act("cancel", other).json["state"] == "cancelled"
    assert till.provider.refunded() == 4500


def test_the_policy_at_the_time_of_booking_holds(till: Till) -> None:
    """Whatever the facility says later."""
    booking = till.paid(LATER)
    assert till.look(booking)["refundIfCancelled"] == 4500
    settings = {"name": "Kauri", "country": "NZ", "timeZone": "Pacific/Auckland"}
    saved = till.clinic.call(
        "users_save_facility",
        {**settings, "bookingPolicy": {"freeUntilHours": 14 * 24, "lateRefundPercent": 0}},
        token=till.practice.tokens["facilityAdmin"],
        path={"facilityId": till.clinic.facility},
        headers={"if-match": '"0"'},
    )
    assert saved.status == 200, saved
    till.wait(2 * MINUTE_MS)
    assert till.look(booking)["refundIfCancelled"] == 4500
    till.act("cancel", booking)
    assert till.look(booking)["state"] == "refunded"


def test_nothing_is_cancelled_for_less_than_was_shown(till: Till) -> None:
    """A page that was left open promises more than is due by now."""
    booking = till.paid(LATER)
    shown = till.look(booking)["refundIfCancelled"]
    till.until(LATER)
    till.wait(-23 * HOUR_MS)
    refusal(till.act("cancel", booking, {"expectedRefund": shown}), 409, "refund-changed")
    assert till.look(booking)["state"] == "confirmed"
    for _ in "twice":
        assert till.act("cancel", booking, {"expectedRefund": 0}).json["state"] == "cancelled"


def test_an_administrator_returns_what_was_kept(till: Till) -> None:
    """Of a visit that is over, or of one that was cancelled late; nobody else does, nor twice."""
    over, late = till.paid(NINE), till.paid(TEN)
    till.act("cancel", late)
    refusal(till.act("settle_refund", over, by="facilityAdmin"), 409, "wrong-state")
    till.until(NINE)
    for who in ("patient", "clinician"):
        till.join(over, who)
    till.wait(61 * MINUTE_MS)
    till.sweep()
    for booking, state in ((over, "confirmed"), (late, "cancelled")):
        found = till.look(booking, "facilityAdmin")
        assert (found["state"], found["canRefund"]) == (state, True)
        for who in ("patient", "clinician"):
            assert not till.look(booking, who)["canRefund"]
            refusal(till.act("settle_refund", booking, by=who), 403, "forbidden")
        for _ in "twice":
            returned = till.act("settle_refund", booking, by="facilityAdmin").json
            assert (returned["state"], returned["canRefund"]) == ("refunded", False)
        assert returned["history"][-2]["by"] == "practice"
    assert till.provider.refunded() == 9000


def test_a_patient_whom_the_provider_forgot_can_pay_again(till: Till) -> None:
    """Deleted there, for an erasure, or a customer of the account before."""
    till.act("cancel", till.book())
    till.provider.forget_customers()
    for _ in "twice":
        till.wait(DAY_MS)
        assert till.try_to_book("2027-01-24T20:00:00.000Z").status == 201
    assert len([call for call in till.provider.asked if call[0] == "create_customer"]) == 2


def test_a_withdrawn_service_takes_no_further_times(till: Till) -> None:
    """But the practice moves what is booked of it."""
    booking = till.paid(LATER)
    service = {"name": "Skin check", "practitionerId": till.practice.practitioner, "durationMinutes": 30}
    saved = till.practice.service(
        "save_service",
        till.service,
        {**service, "price": {"amount": 4500, "currency": "EUR"}, "active": False},
        by="facilityAdmin",
        headers={"if-match": '"1"'},
    )
    assert saved.status == 200, saved
    wanted = {"startsAt": "2027-01-14T20:00:00.000Z"}
    refusal(till.act("reschedule", booking, wanted), 422, "outside-availability")
    assert till.act("reschedule", booking, wanted, by="clinician").status == 200
