"""Bookings with a price: time is held while somebody pays, the visit follows the money, and no money is lost."""

from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from bedside.bookings.checkout_pages import HOLD_MS
from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.ports.payments import CheckoutRequest
from tests.functions.bookings.practice import NOW_MS
from tests.functions.bookings.till import DAY_MS, HOUR_MS, LATER, MINUTE_MS, NINE, TEN, Till
from tests.functions.clinic import refusal


def test_a_hold_becomes_a_visit_once_it_is_paid(till: Till) -> None:
    """Meanwhile others are told when to try again; the provider knows the patient, and no word of the treatment."""
    booking = till.book(key="once")
    assert (booking["state"], booking["visitId"], booking["visitState"]) == ("held", None, None)
    ends_at = datetime.fromtimestamp((NOW_MS + HOLD_MS) / 1000, UTC)
    assert datetime.fromisoformat(booking["holdExpiresAt"]) == ends_at
    assert till.book(key="once") == till.book() == booking
    assert len([call for call in till.provider.asked if call[0] == "create_checkout"]) == 1
    other = till.try_to_book(by=till.someone("other"))
    refusal(other, 409, "slot-held")
    assert other.json["retryAt"] == booking["holdExpiresAt"]
    assert till.look(booking, "clinician")["checkoutUrl"] is None
    till.provider.pay(till.checkout(booking))
    till.tell()
    paid = till.look(booking)
    assert (paid["state"], paid["visitState"], paid["paid"]) == ("confirmed", "scheduled", 4500)
    assert [entry["state"] for entry in paid["history"]] == ["held", "confirmed"]
    assert (paid["checkoutUrl"], paid["canCancel"], paid["refundIfCancelled"]) == (None, True, 4500)
    refusal(till.try_to_book(by=till.someone("other")), 409, "slot-booked")
    assert till.taken(LATER) == 1


def test_whoever_walks_away_gives_the_time_back(till: Till) -> None:
    """Only when the provider says that the Checkout takes no more money; until then the time stays held."""
    booking = till.book()
    till.provider.away = True
    till.wait(HOLD_MS)
    till.sweep()
    refusal(till.try_to_book(by=till.someone("other")), 409, "slot-held")
    till.provider.away = False
    # Somebody who wants the time need not wait for the sweeper.
    assert till.try_to_book(by=till.someone("other")).status == 201
    found = till.look(booking)
    assert (found["state"], found["checkoutUrl"], found["canCancel"]) == ("expired", None, False)
    assert ("expire_checkout", till.checkout(booking)) in till.provider.asked


def test_a_hold_that_is_over_is_looked_at_for_staff_too(till: Till) -> None:
    """Who book by hand: the first try asks for it, and the next one has the time."""
    booking = till.book()
    till.fire()
    till.wait(HOLD_MS - MINUTE_MS)
    refusal(till.practice.try_to_visit(LATER), 409, "clash")
    till.fire()
    assert till.look(booking)["state"] == "held"
    till.wait(MINUTE_MS)
    refusal(till.practice.try_to_visit(LATER), 409, "clash")
    till.fire()
    assert till.practice.try_to_visit(LATER).status == 201


def test_what_was_never_paid_is_forgotten_after_a_day(till: Till) -> None:
    """By its patient and its practitioner: administrators go on seeing it, and late money brings it back."""
    others = "2027-01-13T20:00:00.000Z"
    booking, _ = _late(till, LATER), till.paid(others)
    till.wait(DAY_MS - MINUTE_MS)
    assert till.practice.bookings() == till.practice.bookings("clinician") == [LATER, others]
    till.wait(MINUTE_MS)
    assert till.practice.bookings() == till.practice.bookings("clinician") == [others]
    assert till.practice.bookings("facilityAdmin") == [LATER, others]
    till.provider.pay_voucher(till.checkout(booking))
    till.tell()
    assert till.practice.bookings() == [LATER, others]


def test_vouchers_are_offered_long_before_a_visit_only(till: Till) -> None:
    """So that they are over before it starts."""
    late, early = till.book(LATER), till.book("2027-01-18T20:00:00.000Z")
    assert [till.provider.wanted(till.checkout(one)).vouchers for one in (late, early)] == [False, True]


def test_money_without_a_webhook_is_found(till: Till) -> None:
    """By the patient who comes back from paying, and by the sweeper."""
    booking = till.book()
    till.provider.pay(till.checkout(booking))
    assert till.look(booking)["state"] == "held"
    till.wait(11_000)
    assert till.look(booking)["state"] == "confirmed"
    second = till.book(TEN)
    till.provider.pay(till.checkout(second))
    till.wait(16 * MINUTE_MS)
    till.sweep()
    assert [
        one["state"]
        for one in till.practice.clinic.call("bookings_page", token=till.practice.tokens["patient"], query={}).json[
            "bookings"
        ]
    ] == ["confirmed"] * 2


def test_a_voucher_holds_the_time_until_it_is_paid_or_expires(till: Till) -> None:
    """Plus a day for the bank. Only the patient sees it."""
    booking, other = till.book(LATER), till.book("2027-01-13T20:00:00.000Z")
    expires_at = till.now_ms + DAY_MS
    for one in (booking, other):
        till.provider.take_voucher(till.checkout(one), expires_at)
    till.tell()
    found = till.look(booking)
    assert (found["state"], found["voucher"]["entity"]) == ("awaitingPayment", "11249")
    assert till.look(booking, "clinician")["voucher"] is None
    till.wait(2 * DAY_MS - MINUTE_MS)
    till.sweep()
    assert till.look(other)["state"] == "awaitingPayment"
    till.provider.pay_voucher(till.checkout(booking))
    till.provider.expire_voucher(till.checkout(other))
    till.tell()
    assert till.look(booking)["state"] == "confirmed"
    assert till.look(other)["state"] == "expired"
    assert till.taken("2027-01-13T20:00:00.000Z") == 0


def _late(till: Till, starts_at: str) -> Any:
    """Book, take a voucher, let it expire, and pay it all the same."""
    booking = till.book(starts_at)
    till.provider.take_voucher(till.checkout(booking), till.now_ms + HOUR_MS)
    till.tell()
    till.provider.expire_voucher(till.checkout(booking))
    till.tell()
    assert till.look(booking)["state"] == "expired"
    return booking


def test_late_money_takes_the_time_again_if_it_is_free(till: Till) -> None:
    booking = _late(till, LATER)
    till.provider.pay_voucher(till.checkout(booking))
    till.tell()
    assert till.look(booking)["state"] == "confirmed"
    assert till.taken(LATER) == 1


@pytest.mark.parametrize("choice", ["another time", "the money", "nothing"])
def test_whose_time_is_lost_chooses(till: Till, choice: str) -> None:
    """Another time of the service, or the money, which comes by itself after 48 hours."""
    booking = _late(till, LATER)
    assert till.try_to_book(by=till.someone("faster")).status == 201
    till.provider.pay_voucher(till.checkout(booking))
    till.tell()
    found = till.look(booking)
    assert found["state"] == "choiceDue"
    assert datetime.fromisoformat(found["choiceDueAt"]).timestamp() * 1000 == till.now_ms + 2 * DAY_MS
    refusal(till.act("choose", booking, {"startsAt": LATER}), 409, "slot-held")
    refusal(till.act("choose", booking, {"startsAt": "2027-01-12T20:10:00Z"}), 422, "outside-availability")
    for body in ({}, {"startsAt": TEN, "refund": True}):
        refusal(till.act("choose", booking, body), 422, "invalid-request")
    refusal(till.act("choose", booking, {"refund": True}, by="clinician"), 403, "forbidden")
    if choice == "another time":
        for _ in "twice":
            chosen = till.act("choose", booking, {"startsAt": "2027-01-14T20:00:00.000Z"})
            assert (chosen.status, chosen.json["state"]) == (200, "confirmed")
        assert chosen.json["startsAt"] == "2027-01-14T20:00:00.000Z"
        assert till.provider.refunded() == 0
        refusal(till.act("choose", booking, {"refund": True}), 409, "wrong-state")
        return
    if choice == "the money":
        for _ in "twice":
            assert till.act("choose", booking, {"refund": True}).json["state"] == "refunded"
    else:
        till.wait(2 * DAY_MS)
        till.sweep()
    found = till.look(booking)
    assert (found["state"], found["refund"]) == ("refunded", {"amount": 4500, "state": "returned"})
    assert till.provider.refunded(booking["bookingId"]) == 4500


@pytest.mark.parametrize(
    ("by", "starts_at", "percent", "returned"),
    [
        ("patient", LATER, 0, 4500),
        ("patient", NINE, 0, 0),
        ("patient", NINE, 33, 1485),
        ("clinician", NINE, 0, 4500),
        ("facilityAdmin", NINE, 0, 4500),
    ],
)
@pytest.mark.parametrize("by_hand", [False, True])
def test_cancelling_returns_what_the_policy_says(
    till: Till, by: str, starts_at: str, percent: int, returned: int, *, by_hand: bool
) -> None:
    """A patient's by policy, a practice's always all; by the booking, or by its visit. Once, however often."""
    settings = {"name": "Kauri", "country": "NZ", "timeZone": "Pacific/Auckland"}
    policy = {"freeUntilHours": 24, "lateRefundPercent": percent}
    admin, path = till.practice.tokens["facilityAdmin"], {"facilityId": till.clinic.facility}
    saved = till.clinic.call(
        "users_save_facility",
        {**settings, "bookingPolicy": policy},
        token=admin,
        path=path,
        headers={"if-match": '"0"'},
    )
    assert (saved.status, saved.json["bookingPolicy"]) == (200, policy)
    booking = till.paid(starts_at)
    assert till.look(booking, by)["refundIfCancelled"] == returned
    if by_hand:
        visit = {"visitId": booking["visitId"]}
        answer = till.clinic.call("visits_cancel", {}, token=till.practice.tokens[by], path=visit)
        assert answer.status == 200, answer
        promised = till.look(booking)
        assert promised["state"] == ("refunding" if returned else "cancelled")
        assert promised["refund"] == ({"amount": returned, "state": "pending"} if returned else None)
        till.fire()
    else:
        for _ in "twice":
            answer = till.act("cancel", booking, {"reason": "Feels better."}, by=by)
            assert answer.status == 200, answer
    till.tell()
    found = till.look(booking)
    assert found["state"] == ("refunded" if returned else "cancelled")
    assert found["refund"] == ({"amount": returned, "state": "returned"} if returned else None)
    assert found["history"][-1 if not returned else -2]["by"] == ("patient" if by == "patient" else "practice")
    assert (found["visitState"], found["canCancel"], till.taken(starts_at)) == ("cancelled", False, 0)
    assert till.provider.refunded() == returned


def test_a_cancellation_during_an_outage_is_refunded_after_it(till: Till) -> None:
    """Within a sweep, not when the visit would have been: the booking is due before the provider is asked."""
    booking = till.paid("2027-02-05T20:00:00.000Z")
    by_hand = till.paid("2027-02-06T20:00:00.000Z")
    till.provider.away = True
    assert till.act("cancel", booking).status == 200
    token, path = till.practice.tokens["clinician"], {"visitId": by_hand["visitId"]}
    assert till.clinic.call("visits_cancel", {}, token=token, path=path).status == 200
    for payload in till.clinic.wiring.visits.scheduler.due(till.now_ms + 5000):
        if payload["kind"] == "booking":
            with pytest.raises(UnavailableError):
                till.clinic.invoke("timeout", payload)
    till.provider.away = False
    till.wait(11 * MINUTE_MS)
    till.sweep()
    assert [till.look(one)["state"] for one in (booking, by_hand)] == ["refunded", "refunded"]


def test_a_checkout_that_the_provider_does_not_know_changes_nothing(till: Till, capsys: Any) -> None:
    """With the keys of another account or mode: neither is the time free, nor has nobody paid. It raises an alarm."""
    held, paid = till.book(TEN), till.paid()
    till.provider.other_account = True
    assert till.act("cancel", paid, by="clinician").status == 200
    till.wait(HOLD_MS + MINUTE_MS)
    till.sweep()
    assert till.look(held)["state"] == "held"
    assert "CheckoutUnknown" in capsys.readouterr().out
    till.provider.other_account = False
    till.wait(11 * MINUTE_MS)
    till.sweep()
    assert [till.look(one)["state"] for one in (held, paid)] == ["expired", "refunded"]


def test_money_for_something_else_is_not_returned(till: Till) -> None:
    """A payment link of the same account takes `client_reference_id` from its address: anybody can name a booking."""
    booking = till.book()
    request = CheckoutRequest(booking["bookingId"], "Cream", 9900, "EUR", "", "", till.now_ms + DAY_MS, None, "auto")
    till.provider.pay(till.provider.create_checkout(request, "another shop").checkout_id, metadata=False)
    till.tell()
    assert till.provider.refunded() == 0


def test_an_unpaid_booking_is_cancelled_and_late_money_comes_back(till: Till) -> None:
    """The Checkout expires first; money of a voucher that arrives later is returned, all of it."""
    booking, other = till.book(LATER), till.book("2027-01-13T20:00:00.000Z")
    assert till.act("cancel", booking).json["state"] == "cancelled"
    assert ("expire_checkout", till.checkout(booking)) in till.provider.asked
    assert till.taken(LATER) == 0
    till.provider.take_voucher(till.checkout(other), till.now_ms + DAY_MS)
    till.tell()
    assert till.act("cancel", other, {"reason": "No."}).json["state"] == "cancelled"
    till.provider.pay_voucher(till.checkout(other))
    till.wait(7 * HOUR_MS)
    till.sweep()
    assert till.look(other)["state"] == "refunded"
    assert till.provider.refunded() == till.provider.charged() == 4500


def test_a_practitioner_who_does_not_come_is_not_paid(till: Till) -> None:
    booking = till.paid(NINE)
    till.wait(round(datetime.fromisoformat(NINE).timestamp() * 1000) - till.now_ms)
    joined = till.clinic.call(
        "visits_join", token=till.practice.tokens["patient"], path={"visitId": booking["visitId"]}
    )
    assert joined.status == 200
    till.wait(21 * MINUTE_MS)
    till.sweep()
    assert till.look(booking)["state"] == "refunded"


def test_a_failed_refund_stays_visible_until_it_is_settled(till: Till) -> None:
    """To administrators, who try again; no patient, nor anybody of another facility."""
    booking = till.paid()
    till.provider.refund_status = "pending"
    assert till.act("cancel", booking).json["refund"] == {"amount": 4500, "state": "pending"}
    [refund] = till.provider.list_refunds(
        till.clinic.wiring.bookings.booking_repository.get(booking["bookingId"]).payment_id or ""
    )
    till.provider.settle_refund(refund.refund_id, "failed")
    till.tell()
    assert till.look(booking)["refund"] == {"amount": 4500, "state": "failed"}
    token = till.practice.tokens["facilityAdmin"]
    owed = till.clinic.call("bookings_page", token=token, query={"view": "refundFailed"}).json["bookings"]
    assert [one["bookingId"] for one in owed] == [booking["bookingId"]]
    for who in ("patient", "clinician"):
        listed = till.clinic.call("bookings_page", token=till.practice.tokens[who], query={"view": "refundFailed"})
        refusal(listed, 403, "forbidden")
        refusal(till.act("settle_refund", booking, by=who), 403, "forbidden")
    till.provider.refund_status = "succeeded"
    for _ in "twice":
        assert till.act("settle_refund", booking, by="facilityAdmin").json["refund"]["state"] == "returned"
    assert till.clinic.call("bookings_page", token=token, query={"view": "refundFailed"}).json["bookings"] == []
    assert till.provider.refunded() == 4500
    refusal(till.act("settle_refund", till.paid(TEN), by="facilityAdmin"), 409, "wrong-state")


def test_a_refund_that_fails_for_good_is_made_in_another_way(till: Till) -> None:
    """Which an administrator records with how; it is owed no longer, nor returned again."""
    booking = till.paid()
    till.provider.refusal = "charge_disputed"
    assert till.act("cancel", booking).json["state"] == "refundFailed"
    refusal(till.act("settle_refund", booking, {"otherwise": True}, by="facilityAdmin"), 422, "invalid-request")
    how = {"otherwise": True, "reason": "Bank transfer of 12 January"}
    for _ in "twice":
        settled = till.act("settle_refund", booking, how, by="facilityAdmin").json
        assert (settled["state"], settled["refund"]) == ("refunded", {"amount": 4500, "state": "returned"})
    assert settled["history"][-1] | {"at": ""} == {
        "at": "",
        "state": "refunded",
        "by": "practice",
        "reason": how["reason"],
    }
    till.provider.refusal = ""
    till.wait(2 * DAY_MS)
    till.sweep()
    assert (till.look(booking)["state"], till.provider.refunded()) == ("refunded", 0)


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_delays_the_refund_until_it_ends(till: Till, end: Literal["won", "lost"]) -> None:
    """Then it is refunded, or the bank has done so. The practice sees the dispute; a past one blocks nothing."""
    booking = till.paid()
    payment_id = till.provider.payment_of("cs_2")
    assert till.look(booking, "clinician")["dispute"] is None
    till.provider.dispute(payment_id)
    till.tell()
    assert [till.look(booking, who)["dispute"] for who in ("clinician", "patient")] == ["open", None]
    till.act("cancel", booking, by="clinician")
    till.wait(2 * DAY_MS)
    till.sweep()
    assert till.look(booking)["state"] == "refunding"
    till.provider.close_dispute(payment_id, end)  # the event is lost
    till.wait(DAY_MS)
    till.sweep()
    assert till.look(booking)["state"] == "refunded"
    assert till.look(booking, "clinician")["dispute"] == {"won": None, "lost": "lost"}[end]
    assert (till.provider.refunded(), till.provider.taken_by_banks()) == {"won": (4500, 0), "lost": (0, 4500)}[end]


def test_a_moved_booking_stands_where_it_is_now(till: Till) -> None:
    """By either of the two; not later than cancelling is free, and only to what is offered."""
    first, second = till.paid(LATER), till.paid("2027-01-13T20:00:00.000Z")
    moved = till.act("reschedule", first, {"startsAt": "2027-01-14T20:00:00.000Z"})
    assert (moved.status, moved.json["startsAt"]) == (200, "2027-01-14T20:00:00.000Z")
    assert till.act("reschedule", first, {"startsAt": "2027-01-14T20:00:00.000Z"}).json == moved.json
    assert till.practice.bookings() == ["2027-01-13T20:00:00.000Z", "2027-01-14T20:00:00.000Z"]
    assert (till.taken(LATER), till.taken("2027-01-14T20:00:00.000Z")) == (0, 1)
    refusal(till.act("reschedule", second, {"startsAt": "2027-01-14T20:00:00.000Z"}), 409, "slot-booked")
    refusal(till.act("reschedule", second, {"startsAt": "2027-01-14T20:07:00.000Z"}), 422, "outside-availability")
    # Staff move the visit by hand.
    token, path = till.practice.tokens["clinician"], {"visitId": second["visitId"]}
    by_hand = till.clinic.call(
        "visits_reschedule",
        {"startsAt": "2027-01-15T20:00:00.000Z"},
        token=token,
        path=path,
        headers={"if-match": '"0"'},
    )
    assert by_hand.status == 200, by_hand
    till.fire()
    assert till.practice.bookings() == ["2027-01-14T20:00:00.000Z", "2027-01-15T20:00:00.000Z"]
    till.wait(3 * DAY_MS + 10 * HOUR_MS)
    refusal(till.act("reschedule", first, {"startsAt": "2027-01-16T20:00:00.000Z"}), 409, "too-late")
    assert not till.look(first)["canReschedule"]
    assert till.act("reschedule", first, {"startsAt": "2027-01-16T20:00:00.000Z"}, by="clinician").status == 200
    till.act("cancel", first)
    refusal(till.act("reschedule", first, {"startsAt": LATER}), 409, "wrong-state")


def test_a_killed_start_is_completed_by_repeating_it(till: Till) -> None:
    """The hold is there, its Checkout's answer was lost: the same one, or after a while another, and never two paid."""
    till.provider.forgetful = True
    refusal(till.try_to_book(key="once"), 503, "unavailable")
    till.provider.forgetful = False
    booking = till.book(key="once")
    assert (booking["state"], till.checkout(booking)) == ("held", "cs_2")
    till.provider.forgetful = True
    refusal(till.try_to_book(TEN, key="two"), 503, "unavailable")
    till.provider.forgetful = False
    till.wait(10 * MINUTE_MS)
    renewed = till.book(TEN, key="two")
    assert till.checkout(renewed) == "cs_4"
    # Nobody has ever seen the first one; should it be paid all the same, the money comes back.
    till.provider.pay("cs_3")
    till.provider.pay("cs_4")
    till.tell()
    assert till.look(renewed)["state"] == "confirmed"
    assert till.provider.refunded() == 4500


def test_what_the_provider_refuses_is_not_held(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a price below what it takes."""

    def refuse(*_: Any) -> Any:
        raise PaymentRefusedError("The payment provider refused.", "amount_too_small")

    monkeypatch.setattr(till.provider, "create_checkout", refuse)
    refusal(till.try_to_book(), 409, "payments-not-ready")
    assert till.taken(LATER) == 0


def test_starts_are_limited(till: Till) -> None:
    """Each holds somebody's time for half an hour. A patient's count for their address only while they are allowed."""
    days = [f"2027-01-{day}T20:00:00Z" for day in range(12, 18)]
    for start in days[:5]:
        till.act("cancel", till.book(start))
    limited = till.try_to_book(days[5])
    refusal(limited, 429, "too-many-requests")
    assert "payment-starts" in limited.headers["ratelimit-policy"]
    assert till.taken(days[5]) == 0
    for _ in range(20):
        refusal(till.try_to_book(days[5]), 429, "too-many-requests")
    assert till.try_to_book(days[5], by=till.someone("in the same waiting room")).status == 201
