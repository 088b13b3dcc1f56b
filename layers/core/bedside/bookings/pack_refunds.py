"""Refunds of packs that administrators settle: tried again, or made outside of the payment provider."""

from contextlib import suppress
from dataclasses import dataclass

from bedside.bookings.pack_decision import apply_pack_step
from bedside.bookings.pack_documents import PackDocument, is_pack_admin, pack_document, pack_state
from bedside.bookings.pack_lifecycle import PackLifecycle
from bedside.bookings.pack_queries import PackQueries
from bedside.bookings.pack_repository import PackRepository
from bedside.bookings.purchase_money import PurchaseMoney
from bedside.bookings.refunds import RefundRequest, require_failed, settling
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError


@dataclass(frozen=True, slots=True)
class PackRefunds:
    """Settles what patients are owed of packs, for administrators of the facility."""

    queries: PackQueries
    packs: PackRepository
    money: PurchaseMoney
    lifecycle: PackLifecycle

    def settle(self, principal: Principal, pack_id: str, request: RefundRequest, now_ms: int) -> PackDocument:
        """Return what failed to go back, and return the pack; repeated, the same.

        Raises PackNotFoundError, ForbiddenError, WrongStateError, UnavailableError.
        """
        pack = self.queries.visible(principal, pack_id)
        if not is_pack_admin(principal, pack):
            raise ForbiddenError("Only administrators of the facility may do this.")
        if request.otherwise and pack.state != "refunded":
            require_failed(pack, pack_state(pack, now_ms))
        if pack.state == "refundFailed":
            money = self.money.get(pack)
            before, step = settling(pack, request, money, principal.user_id)
            with suppress(ChangedMeanwhileError):  # somebody else has just done so
                self.packs.update(pack, apply_pack_step(before, step, money, now_ms))
        elif pack.state not in {"refunding", "refunded"}:
            state = pack_state(pack, now_ms)
            raise WrongStateError(f"The pack is {state}.", state)
        return pack_document(principal, self.lifecycle.try_advance(pack_id, now_ms), now_ms)
