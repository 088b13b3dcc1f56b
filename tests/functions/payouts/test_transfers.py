"""Transfers of practitioners' shares: through the real handler and tables, with the payment provider in memory."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import transact
from bedside.bookings.booking import Booking
from bedside.bookings.pack import FREE, VALID_MS, Pack
from bedside.bookings.purchase import Checkout
from bedside.bookings.service import Price
from bedside.kernel.errors import UnavailableError
from bedside.payouts.ledger_export import without_formula
from bedside.payouts.limits import TRANSFER_APPROVALS_A_DAY
from bedside.payouts.share import AFTER_PAYMENT_MS, AFTER_VISIT_MS, Decision
from bedside.ports.payments import CheckoutRequest
from bedside.ports.payouts import TransferRequest
from tests.functions.clinic import Answer, Clinic
from tests.functions.payouts.payee import Payee

MINUTE_MS = 60_000


class Office:
    """An administrator of the system, and a practitioner with a booking that is paid."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.payee = clinic, Payee(clinic)
        self.admin = clinic.member(None, ("systemAdmin",), phone=clinic.number("payouts admin"))
        self.payments: Any = clinic.wiring.bookings.payments
        self.payouts: Any = self.payee.provider
        self.transfers = clinic.wiring.payouts.transfers
        self.events = clinic.wiring.payouts.money_events
        # Of the payment: the time until it is due lies behind, because sign-ins end before it would pass.
        self.now_ms = clinic.wiring.now_ms() + 1000 - AFTER_PAYMENT_MS
        clinic.wiring.stopped_ms = clinic.wiring.now_ms()
        self.booking = f"booking-of-{self.payee.practitioner[-10:]}-{clinic.number('b')[-6:]}"

    def pay(self, amount: int = 6000) -> str:
        """Let a patient have paid for a visit that ends in an hour."""
        payment_id = self.book(amount)
        self.transfers.follow(self.booking, self.now_ms)
        return payment_id

    def book(self, amount: int = 6000, **changes: Any) -> str:
        """Let a patient have paid for a visit, of which the share has heard nothing yet; give the payment."""
        _, payment_id = self._charge(self.booking, amount)
        paid = replace(self._booked(self.booking, amount), paid=amount, payment_id=payment_id, **changes)
        transact(self.clinic.wiring.bookings.booking_repository.create_change(paid))
        return payment_id

    def pay_pack(self) -> tuple[Pack, list[str]]:
        """Let a patient have bought three visits, two of which they have booked; give the pack and the bookings."""
        packs, names = self.clinic.wiring.bookings.packs, [f"{self.booking}-{number}" for number in range(2)]
        checkout_id, payment_id = self._charge(f"pack-{self.booking}", 10_000)
        pack = Pack(
            f"pack-{self.booking}",
            self.clinic.facility,
            "patient",
            self.payee.practitioner,
            "service",
            "Skin check",
            Price(10_000, "EUR"),
            (FREE,) * 3,
            self.now_ms,
            version=1,
            paid=10_000,
            payment_id=payment_id,
            checkout=Checkout(1, self.now_ms, checkout_id),
            valid_until=self.now_ms + VALID_MS,
        )
        assert packs.repository.create(pack)
        for name in names:
            self.use(pack, name)
        return packs.repository.get(pack.pack_id), names

    def _charge(self, purchase_id: str, amount: int) -> tuple[str, str]:
        request = CheckoutRequest(purchase_id, "Visit", amount, "EUR", "", "", self.now_ms, None, "auto")
        checkout_id: str = self.payments.create_checkout(request, purchase_id).checkout_id
        return checkout_id, self.payments.pay(checkout_id)

    def _booked(self, booking_id: str, amount: int) -> Booking:
        return Booking(
            booking_id,
            self.clinic.facility,
            "patient",
            self.payee.practitioner,
            "service",
            "Skin check",
            Price(amount, "EUR"),
            self.now_ms + 30 * MINUTE_MS,
            30,
            "visit",
            self.now_ms,
            version=1,
        )

    def set_fee(self, percent: int, *, version: int) -> None:
        """Let the facility keep another share of payments."""
        settings = {"name": "Kauri Street Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"}
        facility, seen = {"facilityId": self.clinic.facility}, {"if-match": f'"{version}"'}
        body = {**settings, "feePercent": percent}
        answer = self.clinic.call("users_save_facility", body, token=self.admin, path=facility, headers=seen)
        assert answer.status == 200, answer

    def use(self, pack: Pack, name: str) -> None:
        """Let a patient book a visit of a pack."""
        bookings = self.clinic.wiring.bookings
        taking, taken = bookings.packs.visits.take(pack.pack_id, self._booked(name, 0), self.now_ms)
        transact(bookings.booking_repository.create_change(taking), taken)
        self.transfers.follow(name, self.now_ms + MINUTE_MS)

    def onboard(self) -> None:
        """Let the practitioner answer all that the provider asks."""
        self.payee.done("open_account")
        self.payouts.answer(self.transfers.accounts.get(self.payee.practitioner).account_id)

    def later(self, ms: int) -> None:
        self.clinic.wiring.stopped_ms = self.now_ms + ms

    def call(self, event: str, body: Any = None, *, token: str = "", **query: str) -> Answer:
        path = {"transferId": self.booking} if event in {"approve", "hold"} else None
        return self.clinic.call(f"payouts_{event}", body, token=token or self.admin, path=path, query=query or None)

    def done(self, event: str, body: Any = None) -> Any:
        answer = self.call(event, body)
        assert answer.status == 200, answer
        return answer.json

    def slug(self, event: str, body: Any = None) -> str:
        return self.call(event, body).slug

    def listed(self, state: str) -> list[str]:
        answer = self.call("transfers", state=state)
        assert answer.status == 200, answer
        return [each["transferId"] for each in answer.json["transfers"]]

    def ledger(self) -> dict[str, int]:
        """Give the balances of the booking's postings, each of which sums to zero."""
        share = self.transfers.shares.find(self.booking)
        assert share
        assert all(sum(one.amounts.values()) == 0 for one in share.postings)
        return {
            name: sum(one.amounts.get(name, 0) for one in share.postings) for name in ("cash", "practitioner", "fees")
        }


@pytest.fixture
def office(clinic: Clinic) -> Office:
    return Office(clinic)


def test_a_share_is_transferred_once_it_is_due_and_approved(office: Office) -> None:
    """Not a moment earlier, once however often it is approved, and not before the practitioner can be paid."""
    office.pay()
    assert office.booking in office.listed("scheduled")
    office.later(max(AFTER_PAYMENT_MS, 60 * MINUTE_MS + AFTER_VISIT_MS) - 1)
    assert office.slug("approve") == "not-due"
    office.later(AFTER_PAYMENT_MS)
    assert office.booking in office.listed("due")
    approved = office.done("approve")
    assert (approved["state"], approved["amount"], approved["fee"], office.payouts.transferred(office.booking)) == (
        "approved",
        5100,
        900,
        0,
    )
    office.onboard()
    sent = office.done("approve")
    assert (sent["state"], sent["sent"]) == ("sent", 5100)
    assert office.done("approve")["state"] == "sent"
    assert office.payouts.transferred(office.booking) == 5100
    assert office.slug("hold", {"reason": "Late"}) == "wrong-state"
    assert office.booking in office.listed("sent")
    assert office.ledger() == {"cash": 900, "practitioner": 0, "fees": -900}


def test_a_refund_takes_the_share_back(office: Office) -> None:
    """In part or wholly, before or after the transfer; an event about the refund is enough."""
    payment_id = office.pay()
    office.onboard()
    office.payments.create_refund(payment_id, 2000, "r:1")
    office.later(AFTER_PAYMENT_MS)
    assert office.done("approve")["sent"] == 3400
    office.payments.create_refund(payment_id, 4000, "r:2")
    kind, data = office.payments.events[-1]
    for _ in range(2):
        office.transfers.follow(office.booking, office.clinic.wiring.now_ms())
    assert (kind, data["object"]["payment_intent"]) == ("charge.refunded", payment_id)
    assert office.payouts.transferred(office.booking) == 0
    assert office.booking in office.listed("reversed")
    assert office.ledger() == {"cash": 0, "practitioner": 0, "fees": 0}


def test_a_hold_stops_a_transfer_and_an_approval_ends_it(office: Office) -> None:
    """With its reason, which administrators see."""
    office.pay()
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    held = office.done("hold", {"reason": "Patient complains"})
    assert (held["state"], held["hold"]["reason"]) == ("held", "Patient complains")
    office.transfers.sweep(office.booking, office.clinic.wiring.now_ms())
    assert office.payouts.transferred(office.booking) == 0
    assert office.booking in office.listed("held")
    assert office.done("approve")["state"] == "sent"
    assert office.call("hold", {"reason": ""}).status == 422


def test_a_dispute_holds_a_transfer(office: Office) -> None:
    """While it is open; one that is lost leaves nothing, also of what was transferred."""
    payment_id = office.pay()
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    office.payments.dispute(payment_id)
    office.payouts.dispute(payment_id, 6000)
    assert office.slug("approve") == "disputed"
    office.payouts.dispute(payment_id, 6000, "won")
    assert office.done("approve")["state"] == "sent"
    office.payouts.dispute(payment_id, 6000, "lost")
    office.transfers.sweep(office.booking, office.clinic.wiring.now_ms())
    assert office.payouts.transferred(office.booking) == 0
    assert office.ledger() == {"cash": 0, "practitioner": 0, "fees": 0}
    # Its bank has changed its mind.
    office.payouts.dispute(payment_id, 6000, "won")
    for _ in range(2):
        office.transfers.sweep(office.booking, office.clinic.wiring.now_ms())
    assert office.payouts.transferred(office.booking) == 5100
    assert office.booking in office.listed("sent")
    assert office.ledger() == {"cash": 900, "practitioner": 0, "fees": -900}


def test_a_share_keeps_the_fee_of_its_facility(office: Office) -> None:
    """As it was when the money came; what the facility takes later is for later payments."""
    office.set_fee(10, version=0)
    office.pay()
    office.set_fee(50, version=1)
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    approved = office.done("approve")
    assert (approved["fee"], approved["sent"]) == (600, 5400)


def test_a_lost_answer_pays_nobody_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transfer that the provider has made is found when it is asked again."""
    office.pay()
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    transfer = office.payouts.create_transfer

    def lost(wanted: TransferRequest, key: str) -> None:
        transfer(wanted, key)
        raise UnavailableError("The payment provider does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(office.payouts, "create_transfer", lost)
        assert office.call("approve").status == 503
    # Its state is the provider's, whatever was to happen to it meanwhile.
    assert office.slug("hold", {"reason": "Late"}) == "wrong-state"
    assert office.done("approve")["sent"] == 5100
    assert office.payouts.transferred(office.booking) == 5100


def test_a_refused_transfer_is_due_again(office: Office) -> None:
    """With the provider's reason, until an administrator approves it once more."""
    office.pay()
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    office.payouts.refusal = "balance_insufficient"
    refused = office.done("approve")
    assert (refused["state"], refused["refusal"]) == ("refused", "balance_insufficient")
    assert office.booking in office.listed("refused")
    office.payouts.refusal = ""
    assert office.done("approve")["state"] == "sent"
    assert office.payouts.transferred(office.booking) == 5100


def test_only_administrators_of_the_system_decide(office: Office) -> None:
    """Others see no transfers, and there are none of what was not paid."""
    office.pay()
    for event, body in (("transfers", None), ("approve", None), ("hold", {"reason": "x"}), ("ledger", None)):
        query = {"month": "2099-01"} if event == "ledger" else {}
        assert office.call(event, body, token=office.payee.tokens["facilityAdmin"], **query).status == 403
    office.booking = "booking-of-nobody"
    assert office.slug("approve") == "transfer-not-found"


def test_the_ledger_is_exported(office: Office) -> None:
    """A month as CSV, whose amounts sum to zero; no field begins a formula."""
    office.pay()
    months = (f"{datetime.fromtimestamp(office.now_ms / 1000, UTC):%Y-%m}", "2099-01")
    exported = [office.call("ledger", month=month) for month in months]
    assert [each.headers["content-type"] for each in exported] == ["text/csv; charset=utf-8"] * 2
    rows = [row for row in csv.DictReader(io.StringIO(exported[0].text)) if row["bookingId"] == office.booking]
    assert {row["account"]: int(row["amountMinor"]) for row in rows} == {
        "cash": 6000,
        "practitioner": -5100,
        "fees": -900,
    }
    assert office.booking not in exported[1].text
    assert office.call("ledger", month="2026-13").status == 422
    assert [without_formula(each) for each in ("=cmd()", "+-1", "@a", "\t=x", "plain")] == [
        "cmd()",
        "1",
        "a",
        "x",
        "plain",
    ]


def test_each_visit_of_a_pack_has_its_share(office: Office) -> None:
    """From the pack's charge; none of a visit that went back to the pack; a lost dispute takes all back."""
    pack, (used, given_back) = office.pay_pack()
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    assert {used, given_back} <= set(office.listed("due"))
    bookings = office.clinic.wiring.bookings
    before = bookings.booking_repository.get(given_back)
    after = replace(before, state="cancelled", is_returned=True)
    bookings.packs.visits.give_back(before, after, office.now_ms, extends=False)
    office.transfers.follow(given_back, office.now_ms)
    assert given_back in office.listed("void")
    office.booking = used
    assert office.done("approve")["sent"] == 3333 - 3333 * 15 // 100
    [transfer] = office.payouts.list_transfers(used, pack.pack_id)
    assert (transfer.booking_id, transfer.amount) == (used, 2834)
    # A refund of what nobody has booked is not the practitioner's loss.
    office.payments.create_refund(pack.payment_id, 6667, "r")
    for kind, data in office.payments.events[-2:]:
        assert office.events.handle(kind, data, office.now_ms, office.now_ms)
    assert office.payouts.transferred(used) == 2834
    office.payments.dispute(pack.payment_id)
    office.payouts.dispute(pack.payment_id, 3333, "lost")
    kind, data = office.payments.events[-1]
    assert office.events.handle(kind, data, office.now_ms, office.now_ms)
    assert office.payouts.transferred(used) == 0


def test_the_fee_of_a_packs_visit_is_that_of_its_booking(office: Office) -> None:
    """The pack may have been bought half a year before."""
    pack, (first, _) = office.pay_pack()
    office.set_fee(50, version=0)
    office.use(pack, "last")
    shares = [office.transfers.shares.find(name) for name in (first, "last")]
    assert [share and share.fee_percent for share in shares] == [15, 50]


def test_events_let_a_share_follow(office: Office) -> None:
    """Of a transfer and of an account, whatever their order; others are left alone."""
    office.pay()
    now_ms = office.clinic.wiring.now_ms()
    handle = office.events.handle
    office.onboard()
    account = {"id": "acct_x", "metadata": {"practitionerId": office.payee.practitioner}}
    assert handle("account.updated", {"object": account}, now_ms, now_ms)
    assert office.transfers.accounts.get(office.payee.practitioner).ready
    assert handle("transfer.created", {"object": {"id": "tr_1", "transfer_group": office.booking}}, now_ms, now_ms)
    for kind, about in (
        ("account.updated", {"id": "acct_y", "metadata": {"practitionerId": "nobody"}}),
        ("payout.paid", {"id": "po_1"}),
        ("transfer.created", {"id": "tr_2"}),
        ("transfer.created", {"id": "tr_2", "transfer_group": "nothing"}),
        ("identity.verification_session.verified", {"client_reference_id": 7}),
    ):
        assert not handle(kind, {"object": about}, now_ms, now_ms), kind
    assert not handle("charge.refunded", {}, now_ms, now_ms)


def test_a_share_follows_what_the_sweeper_finds(office: Office) -> None:
    """Of a booking that is due, though no webhook has told of its money."""
    office.book(state="cancelled", due_at=office.now_ms)
    assert office.transfers.shares.find(office.booking) is None
    office.clinic.invoke("sweep", {}, remaining_ms=240_000)
    assert office.transfers.shares.find(office.booking)


def test_what_is_promised_to_the_patient_is_not_the_practitioners(office: Office) -> None:
    """Also before the provider has returned it, or if it cannot."""
    office.pay()
    repository = office.clinic.wiring.bookings.booking_repository
    booking = repository.get(office.booking)
    repository.update(booking, replace(booking, state="refunding", refund_due=6000))
    share = office.transfers.follow(office.booking, office.now_ms)
    assert share
    assert (share.amount, share.money.returned) == (0, 6000)


def test_a_transfer_that_was_on_its_way_to_a_hold_is_seen(office: Office) -> None:
    """Its function died after asking for it, and an administrator has held the share since."""
    office.pay()
    office.onboard()
    office.later(AFTER_PAYMENT_MS)
    share = office.transfers.shares.find(office.booking)
    assert share
    held = office.transfers.shares.save(replace(share, hold=Decision(office.now_ms, "admin", "Late")), office.now_ms)
    assert held
    account_id = office.transfers.accounts.get(office.payee.practitioner).account_id
    office.payouts.create_transfer(
        TransferRequest(office.booking, account_id, share.charge_id, 5100, "EUR"), f"{office.booking}:transfer:0"
    )
    after = office.transfers.follow(office.booking, office.now_ms)
    assert after
    assert (after.money.sent, after.state(office.now_ms)) == (5100, "sent")


def test_approvals_are_limited_by_the_day(office: Office) -> None:
    """As a bound of what one sign-in can send."""
    office.pay()
    admin_id, now_ms = office.clinic.user_id(office.clinic.number("payouts admin")), office.clinic.wiring.now_ms()
    for _ in range(TRANSFER_APPROVALS_A_DAY.limit.quota):
        office.clinic.wiring.payouts.transfer_admin.limiter.check(TRANSFER_APPROVALS_A_DAY, admin_id, now_ms)
    assert office.call("approve").status == 429
