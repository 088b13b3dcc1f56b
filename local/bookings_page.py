"""`python -m local.bookings_page`: write docs/bookings.md from the table in the code."""

import sys
from pathlib import Path

from local.cloud import ROOT
from local.transitions import drawn

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.bookings.states import TABLE

PAGE = ROOT / "docs/bookings.md"
_CAUSES = {
    "voucher": "voucher taken",
    "paid": "paid",
    "taken": "paid, but the time is gone",
    "lapsed": "no money will come",
    "cancelled": "cancelled",
    "cancelledPaid": "cancelled, and paid",
    "chosen": "another time chosen",
    "returned": "money to be returned",
    "refunded": "money returned",
    "refundFailed": "refund failed",
    "retried": "tried again",
}
_HEAD = """# Bookings

Written by `make docs` from `layers/core/bedside/bookings/states.py`; do not edit.

A booking's state follows from what the payment provider has of its money, what people wish, how its visit went, and
the time. Webhooks may arrive late, twice, out of order or never: each is only a reason to retrieve the payment and
look. Every transition is one conditional write, together with the time that it takes or frees. A free booking begins as
`confirmed`.

"""


def page() -> str:
    """Return the page."""
    return _HEAD + drawn(TABLE, _CAUSES, begins=["held", "confirmed: free"])


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
