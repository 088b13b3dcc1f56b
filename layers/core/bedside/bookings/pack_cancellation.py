"""Cancelling packs: what nobody has booked goes back to the patient."""

from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from bedside.bookings.decision import Step
from bedside.bookings.errors import RefundChangedError
from bedside.bookings.pack import FREE, Pack
from bedside.bookings.pack_decision import apply_pack_step
from bedside.bookings.pack_documents import (
    PackDocument,
    may_cancel,
    pack_document,
    pack_state,
    was_cancelled,
)
from bedside.bookings.pack_lifecycle import PackLifecycle
from bedside.bookings.pack_queries import PackQueries
from bedside.bookings.pack_repository import PackRepository
from bedside.bookings.purchase import Withdrawal
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import Wire

_TRIES: Final = 5


class CancelPackRequest(Wire):
    """The refund that was shown to the caller: if another one is due by now, nothing is cancelled."""

    expected_refund: int | None = Field(default=None, ge=0)


@dataclass(frozen=True, slots=True)
class PackCancellation:
    """Cancels packs for their patients, and for administrators of the facility."""

    queries: PackQueries
    packs: PackRepository
    money: PurchaseMoney
    lifecycle: PackLifecycle

    def cancel(self, principal: Principal, pack_id: str, request: CancelPackRequest, now_ms: int) -> PackDocument:
        """Cancel a pack, and return it: the visits that nobody has booked go back as money, what is booked stays.

        A repeated request changes nothing. Raises PackNotFoundError, WrongStateError, RefundChangedError,
        UnavailableError.
        """
        pack = self.queries.visible(principal, pack_id)
        for _ in range(_TRIES):
            if was_cancelled(pack):
                break
            if not may_cancel(principal, pack, now_ms):
                state = pack_state(pack, now_ms)
                raise WrongStateError(f"The pack is {state}.", state)
            try:
                self._give_up(pack, principal.user_id, request, now_ms)
            except ChangedMeanwhileError:
                pack = self.packs.get(pack_id)
                continue
            pack = self.lifecycle.try_advance(pack_id, now_ms)
            if pack.withdrawal or was_cancelled(pack):
                break
        else:
            raise UnavailableError("The pack is being changed by others.", cause="Changed")
        return pack_document(principal, pack, now_ms)

    def _give_up(self, pack: Pack, by: str, request: CancelPackRequest, now_ms: int) -> None:
        """Record that somebody gives a pack up; the money may be on its way already."""
        if pack.state == "confirmed":
            due = pack.worth(FREE)
            if request.expected_refund not in {None, due}:
                raise RefundChangedError("Another refund is due by now.")
            step = Step("refundDue", by, refund_due=due)
            self.packs.update(pack, apply_pack_step(pack, step, self.money.get(pack), now_ms))
        elif pack.withdrawal is None:
            self.packs.update(pack, replace(pack, withdrawal=Withdrawal(now_ms, by), due_at=now_ms))
