"""Packs: visits that are paid at once and booked one by one; none is used twice, and none is lost."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest

from bedside.bookings.checkout_pages import HOLD_MS
from bedside.bookings.errors import PackNotUsableError
from bedside.bookings.pack import EXTENSION_MS, VALID_MS
from bedside.bookings.payment_starts import Start
from bedside.bookings.self_service import BookingRequest
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.kernel.instants import iso
from tests.functions.bookings.practice import NOW_MS
from tests.functions.bookings.till import DAY_MS, HOUR_MS, LATER, MINUTE_MS, NINE, PRICE, TEN, Till
from tests.functions.clinic import Answer, refusal
from tests.functions.steering import SteeredWiring

# Three visits: two shares of 3,333 and one of 3,334.
OFFER = {"visits": 3, "amount": 10_000}
WEDNESDAY, THURSDAY, FRIDAY = (f"2027-01-{day}T20:00:00.000Z" for day in (13, 14, 15))


class Counter:
    """A till at which packs are sold."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.service = str(till.practice.add(price=PRICE, packs=[OFFER]).json["serviceId"])

    def try_to_buy(self, *, by: str = "", key: str | None = None, amount: int = 10_000, **changes: Any) -> Answer:
        price = {"amount": amount, "currency": "EUR"}
        body = {"serviceId": self.service, "visits": 3, "price": price, **changes}
        token = by or self.till.practice.tokens["patient"]
        return self.till.clinic.call("bookings_buy_pack", body, token=token, headers={"idempotency-key": key})

    def buy(self, **more: Any) -> Any:
        answer = self.try_to_buy(**more)
        assert answer.status == 201, answer
        return answer.json

    def bought(self) -> Any:
        """Buy a pack, and pay it."""
        pack = self.buy()
        self.till.provider.pay(self.till.checkout(pack))
        self.till.tell()
        found = self.look(pack)
        assert (found["state"], found["visitsLeft"]) == ("active", 3)
        return found

    def ask(self, what: str, pack: Any, body: Any = None, *, by: str = "patient") -> Answer:
        path = {"packId": pack["packId"]}
        return self.till.clinic.call(f"bookings_{what}", body, token=self.till.practice.tokens[by], path=path)

    def look(self, pack: Any, **more: Any) -> Any:
        answer = self.ask("pack", pack, **more)
        assert answer.status == 200, answer
        return answer.json

    def left(self, pack: Any) -> int:
        return int(self.look(pack)["visitsLeft"])

    def try_to_use(
        self, pack: Any, starts_at: str = LATER, *, by: str = "", key: str | None = None, **changes: Any
    ) -> Answer:
        body = {"serviceId": self.service, "startsAt": starts_at, "packId": pack["packId"], **changes}
        token = by or self.till.practice.tokens["patient"]
        return self.till.clinic.call("bookings_book", body, token=token, headers={"idempotency-key": key})

    def use(self, pack: Any, starts_at: str = LATER, **more: Any) -> Any:
        answer = self.try_to_use(pack, starts_at, **more)
        assert answer.status == 201, answer
        return answer.json

    def packs(self, by: str = "patient", **query: str) -> list[str]:
        answer = self.till.clinic.call("bookings_list_packs", token=self.till.practice.tokens[by], query=query)
        assert answer.status == 200, answer
        return [pack["packId"] for pack in answer.json["packs"]]


@pytest.fixture
def counter(till: Till) -> Counter:
    return Counter(till)


def test_a_pack_is_paid_once_and_booked_visit_by_visit(counter: Counter) -> None:
    """Confirmed at once, without another payment; a free cancellation gives the visit back to the same pack."""
    till = counter.till
    pack = counter.buy(key="once")
    assert (pack["state"], pack["visits"], pack["visitsLeft"], pack["validUntil"]) == ("held", 3, 0, None)
    assert counter.buy(key="once") == pack
    refusal(counter.try_to_use(pack), 409, "pack-not-usable")
    till.provider.pay(till.checkout(pack))
    till.tell()
    found = counter.look(pack)
    assert (found["state"], found["visitsLeft"], found["validUntil"]) == ("active", 3, iso(NOW_MS + VALID_MS))
    assert (found["checkoutUrl"], found["refundIfCancelled"], found["canCancel"]) == (None, 10_000, True)
    booking = counter.use(pack, key="visit")
    assert counter.use(pack, key="visit") == booking
    assert (booking["state"], booking["visitState"], booking["paid"]) == ("confirmed", "scheduled", 0)
    assert booking["price"] == {"amount": 3333, "currency": "EUR"}
    assert booking["pack"] == {"packId": pack["packId"], "isReturned": False, "returnsIfCancelled": True}
    counter.use(pack, WEDNESDAY)
    last = counter.use(pack, THURSDAY)
    assert last["price"]["amount"] == 3334
    assert counter.look(pack)["state"] == "used"
    refusal(counter.try_to_use(pack, FRIDAY), 409, "pack-not-usable")
    moved = till.act("reschedule", booking, {"startsAt": FRIDAY})
    assert (moved.status, counter.left(pack)) == (200, 0)
    for _ in "twice":
        assert till.act("cancel", last).json["state"] == "cancelled"
    assert counter.left(pack) == 1
    assert till.look(last)["pack"] == {"packId": pack["packId"], "isReturned": True, "returnsIfCancelled": None}
    assert counter.use(pack, THURSDAY)["price"]["amount"] == 3334
    assert till.provider.charged() == 10_000


@pytest.mark.parametrize("told", ["by a timer", "by the sweeper"])
def test_a_visit_that_is_cancelled_by_hand_goes_back(counter: Counter, told: str) -> None:
    """On the page of visits; also if the timer that follows is lost."""
    till, pack = counter.till, counter.bought()
    booking = counter.use(pack)
    token, path = till.practice.tokens["patient"], {"visitId": booking["visitId"]}
    assert till.clinic.call("visits_cancel", {}, token=token, path=path).status == 200
    assert (till.look(booking)["state"], counter.left(pack)) == ("cancelled", 2)
    if told == "by a timer":
        till.fire()
    else:
        till.wait(3 * DAY_MS)
        till.sweep()
    assert (counter.left(pack), till.look(booking)["pack"]["isReturned"]) == (3, True)


def test_visits_are_used_once_however_many_ask_at_once(counter: Counter) -> None:
    """Each of eight calls wants another time with the last two visits of a pack; two get it."""
    till, pack = counter.till, counter.bought()
    counter.use(pack)
    patient = Principal(till.practice.patient, "family", till.clinic.facility, ("patient",))
    wirings = [SteeredWiring(os.environ) for _ in range(4)]
    for wiring in wirings:
        wiring.stopped_ms = till.now_ms
        assert wiring.bookings.self_service

    def ask(wiring: SteeredWiring, number: int) -> bool:
        at = datetime.fromisoformat(f"2027-01-{13 + number // 2}T2{number % 2}:00:00Z")
        wanted = BookingRequest(service_id=counter.service, starts_at=at, pack_id=pack["packId"])
        start = Start(patient, "203.0.113.7", "https://bedside.example.org")
        for _ in range(20):
            with suppress(UnavailableError):  # others were faster three times
                try:
                    wiring.bookings.self_service.book(start, wanted, f"key-{number}", till.now_ms)
                except PackNotUsableError:
                    return False
                return True
        pytest.fail("Nobody ever answers.")

    with ThreadPoolExecutor(4) as pool:
        # Each process takes two of the calls, one after the other.
        won = pool.map(lambda which: [ask(wirings[which], number) for number in (which, which + 4)], range(4))
        assert sum(map(sum, won)) == 2
    assert (counter.look(pack)["state"], len(till.practice.bookings())) == ("used", 3)


def test_only_its_patient_uses_a_pack_and_only_for_its_service(counter: Counter) -> None:
    till, pack = counter.till, counter.bought()
    other = till.someone("other")
    refusal(counter.try_to_use(pack, by=other), 404, "pack-not-found")
    refusal(till.clinic.call("bookings_pack", token=other, path={"packId": pack["packId"]}), 404, "pack-not-found")
    refusal(counter.ask("cancel_pack", pack, by="clinician"), 404, "pack-not-found")
    refusal(counter.ask("settle_pack_refund", pack), 403, "forbidden")
    refusal(counter.try_to_use(pack, serviceId=till.service), 409, "pack-not-usable")
    refusal(counter.try_to_use(pack, price=PRICE), 422, "invalid-request")
    refusal(till.practice.try_to_book(counter.service, LATER, price=None), 422, "invalid-request")
    assert (counter.packs(), counter.packs("facilityAdmin", of="facility")) == ([pack["packId"]], [pack["packId"]])
    assert counter.packs("clinician") == []
    refused = till.clinic.call("bookings_list_packs", token=till.practice.tokens["patient"], query={"of": "facility"})
    refusal(refused, 403, "forbidden")
    assert counter.look(pack, by="facilityAdmin")["patientId"] == till.practice.patient


def test_what_is_sold_is_what_is_offered(counter: Counter) -> None:
    till = counter.till
    changed = counter.try_to_buy(amount=9000)
    refusal(changed, 409, "price-changed")
    assert changed.json["price"] == {"amount": 10_000, "currency": "EUR"}
    refusal(counter.try_to_buy(visits=4), 404, "pack-not-found")
    refusal(counter.try_to_buy(visits=21), 422, "invalid-request")
    refusal(counter.try_to_buy(by=till.practice.tokens["clinician"]), 403, "forbidden")
    for packs in ([OFFER, OFFER], [{"visits": 1, "amount": 5}], [{"visits": 5, "amount": 4}]):
        refusal(till.practice.add(price=PRICE, packs=packs), 422, "invalid-request")
    refusal(till.practice.add(packs=[OFFER]), 422, "invalid-request")
    # Who has bought one keeps it, whatever is offered now.
    pack = counter.bought()
    offered = till.practice.service("service", counter.service)
    assert offered.json["packs"] == [OFFER]
    body = {**offered.json, "packs": [], "price": {"amount": 9900, "currency": "EUR"}}
    del body["serviceId"], body["practitionerName"]
    saved = till.practice.service(
        "save_service", counter.service, body, by="facilityAdmin", headers={"if-match": '"1"'}
    )
    assert (saved.status, saved.json["packs"]) == (200, [])
    refusal(counter.try_to_buy(), 404, "pack-not-found")
    assert counter.use(pack)["price"]["amount"] == 3333


@pytest.mark.parametrize(
    ("percent", "by", "left"), [(0, "patient", 2), (50, "patient", 2), (100, "patient", 3), (0, "clinician", 3)]
)
def test_late_cancelling_uses_the_visit_up(counter: Counter, percent: int, by: str, left: int) -> None:
    """Unless all would go back of a payment, too, or the practice cancels."""
    till = counter.till
    settings = {"name": "Kauri", "country": "NZ", "timeZone": "Pacific/Auckland"}
    policy = {"freeUntilHours": 24, "lateRefundPercent": percent}
    admin, path = till.practice.tokens["facilityAdmin"], {"facilityId": till.clinic.facility}
    body, seen = {**settings, "bookingPolicy": policy}, {"if-match": '"0"'}
    assert till.clinic.call("users_save_facility", body, token=admin, path=path, headers=seen).status == 200
    pack = counter.bought()
    booking = counter.use(pack, TEN)
    assert till.look(booking, by)["pack"]["returnsIfCancelled"] == (left == 3)
    refusal(till.act("reschedule", booking, {"startsAt": LATER}), 409, "too-late")
    assert till.act("cancel", booking, by=by).json["state"] == "cancelled"
    assert (counter.left(pack), till.look(booking)["pack"]["isReturned"]) == (left, left == 3)


def test_a_visit_that_the_practice_gives_up_can_still_be_used(counter: Counter) -> None:
    """Though the pack has ended, for 30 days; one that a patient gives up comes back to a pack that has ended."""
    till = counter.till
    till.practice.open('"1"', windowDays=365)
    pack = counter.bought()
    late, later = "2027-07-19T21:00:00.000Z", "2027-07-20T21:00:00.000Z"
    till.wait(VALID_MS - HOUR_MS)
    mine, theirs = counter.use(pack, late), counter.use(pack, later)
    till.wait(HOUR_MS)
    assert (counter.look(pack)["state"], counter.look(pack)["canCancel"]) == ("ended", False)
    refusal(counter.try_to_use(pack, "2027-07-21T21:00:00.000Z"), 409, "pack-not-usable")
    refusal(counter.ask("cancel_pack", pack), 409, "wrong-state")
    till.act("cancel", mine)
    assert (counter.look(pack)["state"], counter.left(pack)) == ("ended", 2)
    till.act("cancel", theirs, by="clinician")
    found = counter.look(pack)
    assert (found["state"], found["visitsLeft"], found["validUntil"]) == ("active", 3, iso(till.now_ms + EXTENSION_MS))
    assert counter.use(pack, later)["state"] == "confirmed"


def test_an_administrator_gives_a_used_visit_back(counter: Counter) -> None:
    """After the visit or a late cancellation, for a reason that its patient reads; nobody else does, nor twice."""
    till = counter.till
    pack = counter.bought()
    over, late, coming = (counter.use(pack, at) for at in (NINE, TEN, LATER))
    assert till.act("cancel", late).json["canRefund"] is False
    why = {"reason": "The video failed"}
    refusal(till.act("settle_refund", over, why, by="facilityAdmin"), 409, "wrong-state")
    till.until(NINE)
    for who in ("patient", "clinician"):
        till.join(over, who)
    till.wait(61 * MINUTE_MS)
    till.sweep()
    ends = counter.look(pack)["validUntil"]
    for booking in (over, late):
        found = till.look(booking, "facilityAdmin")
        assert (found["canRefund"], found["pack"]["isReturned"]) == (True, False)
        for who in ("patient", "clinician"):
            refusal(till.act("settle_refund", booking, why, by=who), 403, "forbidden")
        refusal(till.act("settle_refund", booking, by="facilityAdmin"), 422, "invalid-request")
        refusal(till.act("settle_refund", booking, {**why, "otherwise": True}, by="facilityAdmin"), 409, "wrong-state")
        for _ in "twice":
            given = till.act("settle_refund", booking, why, by="facilityAdmin").json
            assert (given["state"], given["pack"]["isReturned"], given["canRefund"]) == ("cancelled", True, False)
        last = till.look(booking)["history"][-1]
        assert (last["by"], last["reason"]) == ("practice", "The video failed")
    assert (counter.left(pack), counter.look(pack)["validUntil"]) == (2, ends)
    refusal(till.act("settle_refund", coming, why, by="facilityAdmin"), 409, "wrong-state")
    assert till.provider.refunded() == 0


@pytest.mark.parametrize("by", ["patient", "facilityAdmin"])
def test_cancelling_a_pack_returns_what_is_not_booked(counter: Counter, by: str) -> None:
    """What is booked stays, and if it is cancelled later, its share goes back, too."""
    till, pack = counter.till, counter.bought()
    shown = {"expectedRefund": counter.look(pack, by=by)["refundIfCancelled"]}
    booking = counter.use(pack)
    refusal(counter.ask("cancel_pack", pack, shown, by=by), 409, "refund-changed")
    for _ in "twice":
        cancelled = counter.ask("cancel_pack", pack, {"expectedRefund": 6667}, by=by)
        assert (cancelled.status, cancelled.json["refund"]) == (200, {"amount": 6667, "state": "returned"})
    assert (till.provider.refunded(), till.look(booking)["state"]) == (6667, "confirmed")
    refusal(counter.try_to_use(pack, THURSDAY), 409, "pack-not-usable")
    assert till.act("cancel", booking).json["state"] == "cancelled"
    till.tell()
    assert counter.look(pack)["refund"] == {"amount": 10_000, "state": "returned"}
    assert till.provider.refunded() == 10_000


def test_an_unused_pack_returns_all_and_a_used_one_nothing(counter: Counter) -> None:
    till, unused, used = counter.till, counter.bought(), counter.bought()
    assert counter.ask("cancel_pack", unused).json["refund"]["amount"] == 10_000
    for day in (LATER, WEDNESDAY, THURSDAY):
        counter.use(used, day)
    refusal(counter.ask("cancel_pack", used), 409, "wrong-state")
    assert till.provider.refunded() == 10_000


def test_a_pack_that_nobody_pays_ends(counter: Counter) -> None:
    """Once the provider says that its Checkout takes no more money; late money becomes the pack all the same."""
    till = counter.till
    pack, late, given_up = counter.buy(), counter.buy(), counter.buy()
    for one in (late, given_up):
        till.provider.take_voucher(till.checkout(one), till.now_ms + HOUR_MS)
    till.tell()
    found = counter.look(late)
    assert (found["state"], found["voucher"]["entity"]) == ("awaitingPayment", "11249")
    assert counter.look(late, by="facilityAdmin")["voucher"] is None
    assert counter.ask("cancel_pack", given_up).json["state"] == "cancelled"
    till.wait(HOLD_MS)
    till.sweep()
    assert ("expire_checkout", till.checkout(pack)) in till.provider.asked
    assert counter.look(pack)["state"] == "unpaid"
    till.provider.expire_voucher(till.checkout(late))
    till.tell()
    assert counter.look(late)["state"] == "unpaid"
    till.wait(5 * DAY_MS)
    for one in (late, given_up):
        till.provider.pay_voucher(till.checkout(one))
    till.tell()
    assert (counter.look(late)["state"], counter.left(late)) == ("active", 3)
    assert counter.look(late)["validUntil"] == iso(till.now_ms + VALID_MS)
    assert counter.look(given_up)["refund"] == {"amount": 10_000, "state": "returned"}


def test_money_without_a_webhook_is_found(counter: Counter) -> None:
    """By the patient who comes back from paying, and by the sweeper."""
    till, first, second = counter.till, counter.buy(), counter.buy()
    for pack in (first, second):
        till.provider.pay(till.checkout(pack))
    till.wait(11_000)
    assert counter.look(first)["state"] == "active"
    till.wait(16 * MINUTE_MS)
    till.sweep()
    repository = till.clinic.wiring.bookings.packs.repository
    assert repository.get(second["packId"]).state == "confirmed"


def test_a_killed_start_is_completed_by_repeating_it(counter: Counter) -> None:
    till = counter.till
    till.provider.pay(till.checkout(counter.buy()))
    till.provider.forgetful = True
    refusal(counter.try_to_buy(key="once"), 503, "unavailable")
    till.provider.forgetful = False
    till.wait(10 * MINUTE_MS)
    pack = counter.buy(key="once")
    # Nobody has seen the first Checkout; should it be paid all the same, the money comes back.
    first = f"cs_{int(till.checkout(pack).removeprefix('cs_')) - 1}"
    for checkout in (first, till.checkout(pack)):
        till.provider.pay(checkout)
    till.tell()
    assert (counter.left(pack), till.provider.refunded()) == (3, 10_000)


def test_what_was_returned_in_another_way_is_not_returned_again(counter: Counter) -> None:
    """Only the price of a visit that comes back afterwards goes back by the provider."""
    till, pack = counter.till, counter.bought()
    booking = counter.use(pack)
    till.provider.refusal = "charge_disputed"
    assert counter.ask("cancel_pack", pack).json["refund"] == {"amount": 6667, "state": "failed"}
    otherwise = {"otherwise": True, "reason": "In cash"}
    refusal(counter.ask("settle_pack_refund", pack, {"otherwise": True}, by="facilityAdmin"), 422, "invalid-request")
    for _ in "twice":
        settled = counter.ask("settle_pack_refund", pack, otherwise, by="facilityAdmin").json
        assert settled["refund"] == {"amount": 6667, "state": "returned"}
    till.provider.refusal = ""
    assert till.act("cancel", booking).json["state"] == "cancelled"
    till.tell()
    assert counter.look(pack)["refund"] == {"amount": 10_000, "state": "returned"}
    assert till.provider.refunded() == 3333


def test_what_is_owed_is_what_has_not_gone_back(counter: Counter) -> None:
    """Of a pack whose visits come back one by one; and again all that the bank sends back."""
    till, pack = counter.till, counter.bought()
    booking, late = counter.use(pack), counter.use(pack, WEDNESDAY)
    counter.ask("cancel_pack", pack)
    till.provider.refusal = "charge_disputed"
    till.act("cancel", booking)
    assert counter.look(pack)["refund"] == {"amount": 3333, "state": "failed"}
    till.act("cancel", late)
    assert counter.look(pack)["refund"] == {"amount": 6666, "state": "failed"}
    counter.ask("settle_pack_refund", pack, {"otherwise": True, "reason": "In cash"}, by="facilityAdmin")
    assert counter.look(pack)["refund"] == {"amount": 10_000, "state": "returned"}
    payment_id = till.clinic.wiring.bookings.packs.repository.get(pack["packId"]).payment_id or ""
    till.provider.settle_refund(till.provider.list_refunds(payment_id)[0].refund_id, "failed")
    till.tell()
    assert counter.look(pack)["refund"] == {"amount": 3334, "state": "failed"}
    till.provider.refusal = ""
    assert counter.ask("settle_pack_refund", pack, by="facilityAdmin").json["refund"]["state"] == "returned"
    assert till.provider.refunded() == 3334


def test_a_failed_refund_is_tried_again(counter: Counter) -> None:
    """By an administrator, who finds it in the facility's list; a disputed payment pays for no more visits."""
    till, pack, disputed = counter.till, counter.bought(), counter.bought()
    till.provider.refund_status = "pending"
    assert counter.ask("cancel_pack", pack).json["refund"] == {"amount": 10_000, "state": "pending"}
    payment_id = till.clinic.wiring.bookings.packs.repository.get(pack["packId"]).payment_id or ""
    till.provider.settle_refund(till.provider.list_refunds(payment_id)[0].refund_id, "failed")
    till.tell()
    assert counter.look(pack)["state"] == "refundFailed"
    owed = {"of": "facility", "view": "refundFailed"}
    assert counter.packs("facilityAdmin", **owed) == [pack["packId"]]
    till.provider.refund_status = "succeeded"
    for _ in "twice":
        assert counter.ask("settle_pack_refund", pack, by="facilityAdmin").json["refund"]["state"] == "returned"
    assert counter.packs("facilityAdmin", **owed) == []
    otherwise = {"otherwise": True, "reason": "In cash"}
    refusal(counter.ask("settle_pack_refund", disputed, otherwise, by="facilityAdmin"), 409, "wrong-state")
    refusal(counter.ask("settle_pack_refund", disputed, by="facilityAdmin"), 409, "wrong-state")
    till.provider.dispute(till.clinic.wiring.bookings.packs.repository.get(disputed["packId"]).payment_id or "")
    till.tell()
    refusal(counter.try_to_use(disputed), 409, "pack-not-usable")
    assert (counter.look(disputed)["state"], counter.look(disputed)["canCancel"]) == ("disputed", False)
