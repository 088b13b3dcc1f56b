"""What administrators of the system do with transfers: see them, approve and hold them, and export the ledger."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE, Admin
from bedside.kernel.errors import ForbiddenError, UnavailableError, WrongStateError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import Line, Wire
from bedside.payouts.errors import DisputedError, NotDueError, TransferNotFoundError
from bedside.payouts.ledger_export import LedgerRequest, ledger_csv
from bedside.payouts.limits import TRANSFER_APPROVALS_A_DAY
from bedside.payouts.representation import TransferDocument, TransferListDocument, transfer_document
from bedside.payouts.share import STATES, Decision, Share, ShareState
from bedside.payouts.share_repository import ShareRepository
from bedside.payouts.transfers import Transfers
from bedside.platform.limits.limiter import Limiter
from bedside.platform.place_cursor import PlaceCursor

_TRIES: Final = 5
_BY_DATE: Final = PlaceCursor("payableAt")


class TransfersRequest(Wire):
    """Which transfers, and the cursor of the page before."""

    state: ShareState = "due"
    cursor: str | None = Field(default=None, max_length=300)


class HoldRequest(Wire):
    reason: Line = Field(min_length=1, max_length=200)


@dataclass(frozen=True, slots=True)
class TransferAdmin:
    """Transfers of all facilities, for administrators of the system."""

    transfers: Transfers
    shares: ShareRepository
    people: PersonRepository
    limiter: Limiter

    def list_transfers(self, admin: Admin, request: TransfersRequest, now_ms: int) -> TransferListDocument:
        """Return a page of transfers in a state. Raises ForbiddenError, InvalidRequestError, UnavailableError."""
        _require_everywhere(admin)
        cursor = _BY_DATE.read(request.cursor)
        found, more = self.shares.list_by_state(request.state, now_ms, cursor)
        return {"transfers": self._documents(found, now_ms), "cursor": _BY_DATE.write(more) if more else None}

    def export(self, admin: Admin, request: LedgerRequest, now_ms: int) -> str:
        """Return a month's postings of all facilities as CSV. Raises ForbiddenError, UnavailableError."""
        _require_everywhere(admin)
        return ledger_csv(self._all(now_ms), request.month)

    def approve(self, admin: Admin, booking_id: str, now_ms: int) -> TransferDocument:
        """Approve a transfer that is due, and make it if the practitioner can be paid; repeated, the same.

        Also ends a hold, and tries again what the provider refused. Raises ForbiddenError, TransferNotFoundError,
        NotDueError, DisputedError, WrongStateError, LimitReachedError, UnavailableError.
        """
        _require_everywhere(admin)
        self.limiter.check(TRANSFER_APPROVALS_A_DAY, admin.user_id, now_ms)

        def decide(share: Share) -> Share:
            state = share.state(now_ms)
            if state in {"approved", "sent"}:
                return share
            if state == "disputed":
                raise DisputedError("The patient disputes the payment at their bank.")
            if state == "refused" and share.excess:
                return replace(share, refusal="")
            if state not in {"due", "held", "scheduled", "refused"}:
                raise WrongStateError("There is nothing to transfer.", state)
            if share.due_at is None or now_ms < share.due_at:
                raise NotDueError("Patients can still complain.")
            return replace(share, approval=Decision(now_ms, admin.user_id), hold=None, refusal="")

        return self._decided(booking_id, decide, now_ms)

    def hold(self, admin: Admin, booking_id: str, request: HoldRequest, now_ms: int) -> TransferDocument:
        """Hold a transfer that was not made, for a reason. Raises as `approve` does, but for NotDueError."""
        _require_everywhere(admin)

        def decide(share: Share) -> Share:
            state = share.state(now_ms)
            if state not in {"due", "held", "scheduled", "approved", "refused"} or share.excess:
                raise WrongStateError("The transfer cannot be held.", state)
            return replace(share, hold=Decision(now_ms, admin.user_id, request.reason), approval=None)

        return self._decided(booking_id, decide, now_ms)

    def _all(self, now_ms: int) -> Iterable[Share]:
        """Return all shares, each once: one whose state changes meanwhile may be found in both."""
        found: dict[str, Share] = {}
        for state in STATES:
            page, cursor = self.shares.list_by_state(state, now_ms, None)
            found |= {share.booking_id: share for share in page}
            while cursor:
                page, cursor = self.shares.list_by_state(state, now_ms, cursor)
                found |= {share.booking_id: share for share in page}
        return found.values()

    def _decided(self, booking_id: str, decide: Callable[[Share], Share], now_ms: int) -> TransferDocument:
        for _ in range(_TRIES):
            share = self.transfers.follow(booking_id, now_ms)
            if share is None:
                raise TransferNotFoundError("There is no such transfer.")
            wanted = decide(share)
            with suppress(ChangedMeanwhileError):
                if wanted is not share:
                    self.shares.save(wanted, now_ms)
                after = self.transfers.follow(booking_id, now_ms) or wanted
                [document] = self._documents([after], now_ms)
                return document
        raise UnavailableError("The transfer is being changed by others.", cause="Changed")

    def _documents(self, shares: Sequence[Share], now_ms: int) -> list[TransferDocument]:
        people = self.people.find_all(EVERYWHERE, {share.practitioner_id for share in shares})
        names = {user_id: person.display_name for user_id, person in people.items()}
        return [transfer_document(share, names.get(share.practitioner_id), now_ms) for share in shares]


def _require_everywhere(admin: Admin) -> None:
    if not admin.everywhere:
        raise ForbiddenError("Only administrators of the system decide on transfers.")
