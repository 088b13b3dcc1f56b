"""Queries for packs: one, and those of a patient or of a facility."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from bedside.bookings.access import is_facility_admin
from bedside.bookings.errors import PackNotFoundError
from bedside.bookings.pack import Pack
from bedside.bookings.pack_documents import PackDocument, PackListDocument, is_pack_admin, pack_document
from bedside.bookings.pack_lifecycle import PackLifecycle
from bedside.bookings.pack_repository import PackRepository
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, UnavailableError
from bedside.kernel.wire import Wire
from bedside.platform.place_cursor import BY_START

# Webhooks take a second or two; this is for those that get lost while somebody waits.
_LOOK_EVERY_MS: Final = 10_000


class PackListRequest(Wire):
    """The caller's own packs, or those of the facility that they administer; and the cursor of the page before.

    Of a facility, also only those whose refund has failed, all on one page.
    """

    of: Literal["me", "facility"] = "me"
    view: Literal["refundFailed"] | None = None
    cursor: str | None = Field(default=None, max_length=300)


@dataclass(frozen=True, slots=True)
class PackQueries:
    """Returns packs to their patients, and to administrators of their facility."""

    packs: PackRepository
    lifecycle: PackLifecycle

    def get(self, principal: Principal, pack_id: str, now_ms: int) -> PackDocument:
        """Return a pack, as the provider says of its money; if that does not answer, as last seen.

        Raises PackNotFoundError, UnavailableError.
        """
        pack = self.visible(principal, pack_id)
        if _may_have_changed(pack, now_ms):
            with suppress(UnavailableError):
                pack = self.lifecycle.advance(pack_id, now_ms)
        return pack_document(principal, pack, now_ms)

    def list_packs(self, principal: Principal, request: PackListRequest, now_ms: int) -> PackListDocument:
        """Return a page of packs, the latest first. Raises ForbiddenError, InvalidRequestError, UnavailableError."""
        cursor = BY_START.read(request.cursor)
        if request.of == "me":
            found, more = self.packs.list_by("patient", principal.user_id, cursor)
        elif is_facility_admin(principal) and request.view:
            found, more = self.packs.list_failed_refunds(principal.facility_id or ""), None
        elif is_facility_admin(principal):
            found, more = self.packs.list_by("facility", principal.facility_id or "", cursor)
        else:
            raise ForbiddenError("Only administrators of a facility see its packs.")
        packs = [pack_document(principal, pack, now_ms) for pack in found]
        return {"packs": packs, "cursor": BY_START.write(more) if more else None}

    def visible(self, principal: Principal, pack_id: str) -> Pack:
        """Return a pack that the principal may see. Raises PackNotFoundError, UnavailableError."""
        pack = self.packs.find(pack_id)
        if pack is not None and (principal.user_id == pack.patient_id or is_pack_admin(principal, pack)):
            return pack
        raise PackNotFoundError("There is no such pack.")


def _may_have_changed(pack: Pack, now_ms: int) -> bool:
    overdue = pack.due_at is not None and pack.due_at <= now_ms
    paying = pack.state == "held" and now_ms - max(pack.looked_at, pack.created_at) >= _LOOK_EVERY_MS
    return overdue or paying
