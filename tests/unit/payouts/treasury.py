"""A visit that was paid and took place, and the practitioner's share of it, followed by callers who may die."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, override

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.principal import Admin
from bedside.payouts.account_repository import AccountRepository
from bedside.payouts.account_updates import AccountUpdates
from bedside.payouts.events import MoneyEvents
from bedside.payouts.payout_account import PayoutAccount
from bedside.payouts.share import AFTER_VISIT_MS, Share
from bedside.payouts.share_repository import ShareRepository
from bedside.payouts.transfer_admin import HoldRequest, TransferAdmin
from bedside.payouts.transfers import Transfers
from bedside.ports.payments import DisputeStatus
from bedside.visits.facts import Decision, VisitFacts, with_decision, with_joining
from bedside.visits.model import Visit
from bedside.visits.presence import PARTIES, Joining
from tests.fakes.payouts import FakePayouts
from tests.lives import Mortal
from tests.tables import PAYOUTS
from tests.unit.bookings.desk import MINUTE, PRICE, STARTS_AT, Desk

FEE_PERCENT = 15
CHANGES = frozenset({"create_refund", "create_transfer", "reverse_transfer"})
ADMIN = Admin("admin", None, everywhere=True, origin="192.0.2.1")


class Anybody:
    """Knows nobody by name, and limits nothing."""

    def find_all(self, *_: object) -> dict[str, Any]:
        return {}

    def check(self, *_: object) -> None: ...


class Treasury(Desk):
    """One practitioner's share from the day after the visit on; each change, here or at the provider, is a step."""

    def __init__(self, mortal: Mortal) -> None:
        super().__init__(mortal)
        # Whoever dies before a question leaves the same behind as before the change that follows it.
        self.provider.hook = lambda call: mortal() if call in CHANGES else None
        self.payouts = FakePayouts(events=self.provider.events, hook=self.provider.hook)
        anybody: Any = Anybody()
        self.shares, accounts = ShareRepository(Table(PAYOUTS)), AccountRepository(Table(PAYOUTS))
        self.transfers = Transfers(
            self.shares,
            accounts,
            self.bookings,
            lambda: self.provider,
            lambda: self.payouts,
            lambda _facility: FEE_PERCENT,
        )
        self.admin = TransferAdmin(self.transfers, self.shares, anybody, anybody)
        self.money_events = MoneyEvents(
            self.events,
            lambda named: [named],
            self.transfers,
            AccountUpdates(accounts, lambda: self.payouts, lambda _practitioner: None),
        )
        self.account_id = ""

    @classmethod
    @contextmanager
    @override
    def opened(cls, mortal: Mortal | None = None) -> Iterator[Self]:
        """Give a treasury that knows one paid visit, which took place, and whose practitioner has begun to answer."""
        with super().opened(mortal) as treasury:
            with treasury.mortal.spared():
                treasury.meet()
            yield treasury

    def meet(self) -> None:
        """Let the visit be booked, paid and held."""
        self.book()
        self.payment_id = self.provider.pay(self.checkout)
        for number in range(len(self.provider.events)):
            self.hear(number)
        self.now = STARTS_AT
        for party in PARTIES:
            self._visit(lambda visit: with_joining(visit.facts, party, Joining(party, self.now)))  # noqa: B023  # called at once
        self.now += 20 * MINUTE
        self._visit(lambda visit: with_decision(visit.facts, Decision("end", self.now, "practitioner")))
        self.sweep()
        self.account_id = self.payouts.create_account("practitioner", "NZ", "account").account_id
        self.transfers.accounts.save(PayoutAccount("practitioner", self.account_id))
        self.now = STARTS_AT + 30 * MINUTE + AFTER_VISIT_MS

    def _visit(self, change: Any) -> None:
        def changed(visit: Visit) -> VisitFacts:
            return change(visit)  # type: ignore[no-any-return]  # the facts of the visit

        self.reservations.visits.update("b", changed, self.now)

    # What people and banks do.

    def approve(self) -> None:
        self.admin.approve(ADMIN, "b", self.now)

    def hold(self) -> None:
        self.admin.hold(ADMIN, "b", HoldRequest(reason="A complaint"), self.now)

    def answer(self) -> None:
        """Let the practitioner answer all that the provider asks."""
        self.payouts.answer(self.account_id)

    def dispute(self, status: DisputeStatus = "needs_response") -> None:
        if status in {"won", "lost"}:
            self.provider.close_dispute(self.payment_id, status)
        else:
            self.provider.dispute(self.payment_id)
        self.payouts.dispute(self.payment_id, PRICE.amount, status)

    def refund(self, amount: int) -> None:
        """Return money at the provider, for the so manieth time."""
        self.provider.create_refund(self.payment_id, amount, f"by hand:{amount}")

    # What makes us look.

    @override
    def hear(self, number: int) -> None:
        if self.provider.events:
            kind, data = self.provider.events[number % len(self.provider.events)]
            self.money_events.handle(kind, data, self.now, self.now)

    @override
    def sweep(self) -> None:
        if (self.bookings.get("b").due_at or self.now + 1) <= self.now:
            self.lifecycle.sweep("b", self.now)
            self.transfers.follow("b", self.now)
        if self._due_at() <= self.now:
            self.transfers.sweep("b", self.now)

    def _due_at(self) -> int:
        """Give when somebody looks at the share, as the sweeper finds it."""
        item = Table(PAYOUTS).get("share#b") or {}
        return int(item["dueAt"])

    def end(self) -> Share:
        """Let a day or two pass without events, and return the share; the sweeper works all the time."""
        for _ in range(2):
            self.now = max(self.now, self._due_at())
            self.sweep()
        share = self.shares.find("b")
        assert share
        return share

    # What has come of it.

    def books(self) -> dict[str, int]:
        """Give the balance of every account; each posting of them sums to zero."""
        share = self.shares.find("b")
        assert share
        assert all(sum(one.amounts.values()) == 0 for one in share.postings)
        names = {name for one in share.postings for name in one.amounts}
        found = {name: sum(one.amounts.get(name, 0) for one in share.postings) for name in sorted(names)}
        return {name: amount for name, amount in found.items() if amount}
