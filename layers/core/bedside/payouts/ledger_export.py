"""The ledger of a month as CSV, for accountants."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import StringConstraints

from bedside.kernel.instants import iso
from bedside.kernel.wire import Wire
from bedside.payouts.share import Share

_HEAD: Final = ("bookedAt", "bookingId", "facilityId", "practitionerId", "account", "amountMinor", "currency")
# Spreadsheets take what begins with these for a formula (OWASP, CSV Injection).
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class LedgerRequest(Wire):
    """The month (UTC) whose postings are wanted, such as 2026-11."""

    month: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


def ledger_csv(shares: Iterable[Share], month: str) -> str:
    """Return the postings of a month, oldest first: a row for each account, whose amounts sum to zero by posting."""
    rows: list[tuple[str, str, str, str, str, int, str]] = []
    for share in shares:
        for one in share.postings:
            if datetime.fromtimestamp(one.at / 1000, UTC).strftime("%Y-%m") == month:
                rows += [
                    (
                        iso(one.at),
                        without_formula(share.booking_id),
                        without_formula(share.facility_id),
                        without_formula(share.practitioner_id),
                        account,
                        amount,
                        without_formula(share.currency),
                    )
                    for account, amount in one.amounts.items()
                ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    writer.writerows(sorted(rows))
    return text.getvalue()


def without_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return text.lstrip("".join(_FORMULAS)) if text.startswith(_FORMULAS) else text
