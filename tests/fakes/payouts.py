"""The payment provider's side of payouts in memory: a test answers its questions, and counts what was transferred."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.ports.payments import Dispute, DisputeStatus
from bedside.ports.payouts import Account, Payout, Transfer, TransferRequest, Verification
from tests.fakes.idempotency import IdempotencyKeys
from tests.fakes.payments import Event

_ASKED = ("external_account", "individual.dob.day", "tos_acceptance.date")


@dataclass
class FakePayouts:
    """Does what bedside.ports.payouts.PayoutProvider promises; `asked` is every call that reached it, in order.

    While `away` it fails as the provider does; with `forgetful` it does what is asked, and its answer is lost.
    `countries` are those of accounts, `returns` where checks lead back to. `refusal`, if set, is the code for which
    transfers and reversals are refused. `events` are what webhooks would tell, as those of FakePayments are; `hook`
    hears of every call.
    """

    away: bool = False
    forgetful: bool = False
    refusal: str = ""
    asked: list[tuple[str, ...]] = field(default_factory=list)
    countries: dict[str, str] = field(default_factory=dict)
    returns: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    hook: Callable[[str], None] = lambda _call: None
    _accounts: dict[str, Account] = field(default_factory=dict)
    _transfers: dict[str, Transfer] = field(default_factory=dict)
    _payouts: dict[str, Payout] = field(default_factory=dict)
    _disputes: dict[str, Dispute] = field(default_factory=dict)
    _verifications: dict[str, Verification] = field(default_factory=dict)
    _keys: IdempotencyKeys = field(default_factory=IdempotencyKeys)

    def create_account(self, practitioner_id: str, country: str, key: str) -> Account:
        def opened() -> Account:
            made = Account(
                f"acct_{len(self._accounts)}", ready=False, submitted=False, due=_ASKED, practitioner_id=practitioner_id
            )
            self._accounts[made.account_id] = made
            self.countries[made.account_id] = country
            return made

        return self._once("create_account", key, (practitioner_id, country), opened)

    def find_account(self, account_id: str) -> Account | None:
        self._ask("find_account", account_id)
        self._answer()
        return self._accounts.get(account_id)

    def create_onboarding_link(self, account_id: str, return_url: str, refresh_url: str) -> str:
        self._ask("create_onboarding_link", account_id, return_url, refresh_url)
        self._answer()
        return f"https://connect.example.org/{account_id}"

    def find_last_payout(self, account_id: str) -> Payout | None:
        self._ask("find_last_payout", account_id)
        self._answer()
        return self._payouts.get(account_id)

    def create_transfer(self, wanted: TransferRequest, key: str) -> Transfer:
        def transferred() -> Transfer:
            if self.refusal:
                raise PaymentRefusedError("The payment provider refused.", self.refusal)
            if not self._accounts[wanted.account_id].ready:
                raise PaymentRefusedError("The payment provider refused.", "insufficient_capabilities_for_transfer")
            made = Transfer(
                f"tr_{len(self._transfers)}", wanted.account_id, wanted.amount, wanted.currency, 0, wanted.booking_id
            )
            self._transfers[made.transfer_id] = made
            self._tell_transfer("created", made)
            return made

        return self._once("create_transfer", key, wanted, transferred)

    def list_transfers(self, booking_id: str, pack_id: str = "") -> list[Transfer]:  # noqa: ARG002  # finds them by booking
        self._ask("list_transfers", booking_id)
        self._answer()
        return [transfer for transfer in self._transfers.values() if transfer.booking_id == booking_id]

    def reverse_transfer(self, transfer_id: str, amount: int, key: str) -> None:
        def taken() -> None:
            transfer = self._transfers[transfer_id]
            if self.refusal:
                raise PaymentRefusedError("The payment provider refused.", self.refusal)
            if not 0 < amount <= transfer.left:
                raise PaymentRefusedError("The payment provider refused.", "amount_too_large")
            self._transfers[transfer_id] = replace(transfer, taken_back=transfer.taken_back + amount)
            self._tell_transfer("reversed", transfer)

        self._once("reverse_transfer", key, (transfer_id, amount), taken)

    def list_disputes(self, payment_id: str) -> list[Dispute]:
        self._ask("list_disputes", payment_id)
        self._answer()
        return [dispute for dispute in self._disputes.values() if dispute.payment_id == payment_id]

    def create_verification(self, user_id: str, return_url: str, key: str) -> Verification:
        def opened() -> Verification:
            name = f"vs_{len(self._verifications)}"
            made = Verification(name, "requires_input", f"https://verify.example.org/{name}", None, user_id)
            self._verifications[name] = made
            self.returns[name] = return_url
            return made

        return self._once("create_verification", key, (user_id, return_url), opened)

    def find_verification(self, verification_id: str) -> Verification | None:
        self._ask("find_verification", verification_id)
        self._answer()
        return self._verifications.get(verification_id)

    # What practitioners and banks do.

    def answer(self, account_id: str, *left: str) -> None:
        """Let a practitioner answer everything but what is left."""
        self._accounts[account_id] = replace(
            self._accounts[account_id], submitted=True, due=tuple(left), ready=not left
        )
        about = {"practitionerId": self._accounts[account_id].practitioner_id}
        self._tell("account.updated", {"id": account_id, "metadata": about})

    def show(self, verification_id: str, problem: str | None = None) -> None:
        """Let somebody show a document, a good one unless there is a problem."""
        shown = self._verifications[verification_id]
        changed = replace(shown, problem=problem) if problem else replace(shown, status="verified", url=None)
        self._verifications[verification_id] = changed

    def pay_out(self, account_id: str, amount: int, problem: str | None = None) -> None:
        """Let a payout reach a bank, or fail if there is a problem."""
        number = f"po_{sum(kind.startswith('payout.') for kind, _ in self.events)}"
        made = Payout(number, "failed" if problem else "paid", amount, "EUR", 1_800_000_000_000, problem)
        self._payouts[account_id] = made
        about: dict[str, Any] = {"object": {"id": number, "object": "payout"}, "account": account_id}
        self.events.append((f"payout.{made.status}", about))

    def dispute(self, payment_id: str, amount: int, status: DisputeStatus = "needs_response") -> None:
        """Let a payment be disputed, or its dispute end."""
        self._disputes[payment_id] = Dispute(f"dp_{payment_id}", status, amount, payment_id)

    def reverse(self, transfer_id: str) -> None:
        """Let somebody reverse what is left of a transfer, on the provider's own pages."""
        transfer = self._transfers[transfer_id]
        by_hand = transfer.by_hand + transfer.left
        self._transfers[transfer_id] = replace(transfer, taken_back=transfer.amount, by_hand=by_hand)
        self._tell_transfer("reversed", transfer)

    def transferred(self, booking_id: str = "") -> int:
        """Return what practitioners have got and kept, of one booking or of all."""
        found = [each for each in self._transfers.values() if booking_id in {"", each.booking_id}]
        return sum(each.amount - each.taken_back for each in found)

    def _once[T](self, call: str, key: str, arguments: object, do: Callable[[], T]) -> T:
        """Return what `do` returned, or raised, when it was first called under this key."""
        self._ask(call, key)
        tell = self._keys.once(key, (call, arguments), do)
        self._answer()
        return tell()

    def _tell(self, kind: str, about: dict[str, Any]) -> None:
        self.events.append((kind, {"object": about}))

    def _tell_transfer(self, kind: str, transfer: Transfer) -> None:
        about = {"id": transfer.transfer_id, "object": "transfer", "transfer_group": transfer.booking_id}
        self._tell(f"transfer.{kind}", about)

    def _ask(self, *call: str) -> None:
        self.hook(call[0])
        if self.away:
            raise UnavailableError("The payment provider does not answer.")
        self.asked.append(call)

    def _answer(self) -> None:
        if self.forgetful:
            raise UnavailableError("The payment provider does not answer.")
