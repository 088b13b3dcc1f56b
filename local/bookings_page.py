"""`python -m local.bookings_page`: write docs/bookings.md from the table in the code."""

import sys
from pathlib import Path

from local.cloud import ROOT
from local.transitions import drawn

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.bookings.pack_states import PACK_TABLE
from bedside.bookings.states import TABLE

PAGE = ROOT / "docs/bookings.md"
_CAUSES = {
    "voucher": "voucher taken",
    "paid": "paid",
    "slotLost": "paid, but the time is gone",
    "expired": "no money will come",
    "cancelled": "cancelled",
    "cancelledPaid": "cancelled, and paid",
    "chosen": "another time chosen",
    "refundDue": "money to be returned",
    "visitReturned": "a visit of a pack comes back",
    "refunded": "money returned",
    "refundFailed": "refund failed",
    "retried": "tried again",
    "returnedOtherwise": "returned in another way",
}
_HEAD = """# Bookings

Written by `make docs` from `states.py` and `pack_states.py` in `layers/core/bedside/bookings`; do not edit.

A booking's state follows from what the payment provider has of its money, what people wish, how its visit went, and
the time. Webhooks may arrive late, twice, out of order or never: each is only a reason to retrieve the payment and
look. Every transition is one conditional write, together with the time that it takes or frees. A free booking begins as
`confirmed`, and so does one that takes a visit of a pack.

"""
_PACKS = """
## Packs of visits

A pack follows its payment as a booking does, and is `confirmed` once it is paid. It takes nobody's time, so late money
always becomes the pack. Each of its visits is free, taken by a booking, or returned as money.

"""


def page() -> str:
    """Return the page."""
    bookings = drawn(TABLE, _CAUSES, begins=["held", "confirmed: free, or of a pack"])
    return _HEAD + bookings + _PACKS + drawn(PACK_TABLE, _CAUSES, begins=["held"])


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
