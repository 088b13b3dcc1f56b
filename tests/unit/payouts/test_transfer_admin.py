"""What administrators of the system get of transfers."""

from dataclasses import replace
from typing import Any

from bedside.adapters.aws.attributes import Item
from bedside.identity.principal import Admin
from bedside.payouts.ledger_export import LedgerRequest
from bedside.payouts.share import Share, ShareState, booked
from bedside.payouts.transfer_admin import TransferAdmin
from tests.unit.payouts.test_share import DUE_AT, SHARE

ADMIN = Admin("admin", None, everywhere=True, origin="192.0.2.1")


class Moving:
    """Shares of which one is sent while they are listed: it is found as due, and again as sent, on a second page."""

    def list_by_state(self, state: ShareState, _now_ms: int, cursor: Item | None) -> tuple[list[Share], Item | None]:
        share = booked(SHARE, DUE_AT)
        if state == "due":
            return [share], None
        return ([share], None) if state == "sent" and cursor else ([], {"pk": "x"} if state == "sent" else None)


def test_a_share_that_changes_meanwhile_is_exported_once() -> None:
    """With the accounts of its one posting."""
    anybody: Any = None
    shares: Any = Moving()
    admin = TransferAdmin(anybody, shares, anybody, anybody)
    rows = admin.export(ADMIN, LedgerRequest(month="2027-01"), DUE_AT).splitlines()[1:]
    assert len(rows) == len(booked(replace(SHARE), DUE_AT).postings[0].amounts)
