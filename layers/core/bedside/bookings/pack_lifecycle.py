"""Packs that follow their facts: asks the provider, decides, writes on condition, acts, and looks again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.decision import Action, Step, Wait
from bedside.bookings.money import Money
from bedside.bookings.pack import Pack
from bedside.bookings.pack_decision import apply_pack_step, decide_on_pack
from bedside.bookings.pack_repository import PackRepository
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.bookings.transitions import with_money
from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.kernel.versions import ChangedMeanwhileError

# The longest way has five stations; others may write in between.
_TRIES: Final = 12


@dataclass(frozen=True, slots=True)
class PackLifecycle:
    """Takes packs where the facts lead; idempotent, and safe to be killed between any two steps.

    `on_refund_failed` and `on_late_payment` (found by the sweeper alone) receive the id of a pack.
    """

    packs: PackRepository
    money: PurchaseMoney
    on_refund_failed: Callable[[str], None]
    on_late_payment: Callable[[str], None]

    def advance(self, pack_id: str, now_ms: int) -> Pack:
        """Take all steps that are due, and return the pack. Raises PackNotFoundError, UnavailableError."""
        for _ in range(_TRIES):
            pack = self.packs.get(pack_id)
            money = self.money.get(pack)
            following = decide_on_pack(pack, money, now_ms)
            # Otherwise somebody else has changed it meanwhile: look again.
            with suppress(ChangedMeanwhileError):
                match following:
                    case Wait(until):
                        after = replace(with_money(pack, money, now_ms), due_at=until)
                        self.packs.update(pack, after)
                        return replace(after, version=pack.version + 1)
                    case Step():
                        self._step(pack, following, money, now_ms)
                    case Action("expireCheckout"):
                        self.money.expire(pack)
                    case Action():
                        self._refund(pack, money, now_ms)
        raise UnavailableError("The pack is being changed by others.", cause="Changed")

    def try_advance(self, pack_id: str, now_ms: int) -> Pack:
        """Take the steps that are due, and return the pack; without the provider, the sweeper takes them.

        Raises PackNotFoundError, UnavailableError.
        """
        try:
            return self.advance(pack_id, now_ms)
        except UnavailableError:
            return self.packs.get(pack_id)

    def sweep(self, pack_id: str, now_ms: int) -> None:
        """Advance a pack that nobody has looked at in time. Raises PackNotFoundError, UnavailableError."""
        paid = self.packs.get(pack_id).paid
        if self.advance(pack_id, now_ms).paid > paid:
            self.on_late_payment(pack_id)

    def _step(self, pack: Pack, step: Step, money: Money, now_ms: int) -> None:
        after = apply_pack_step(pack, step, money, now_ms)
        self.packs.update(pack, after)
        if after.state == "refundFailed":
            self.on_refund_failed(pack.pack_id)

    def _refund(self, pack: Pack, money: Money, now_ms: int) -> None:
        try:
            # What is due may grow, as visits come back.
            self.money.refund(pack, money, f"{pack.pack_id}:refund:{pack.refund_due}")
        except PaymentRefusedError as error:
            self._step(pack, Step("refundFailed", reason=error.code), money, now_ms)
