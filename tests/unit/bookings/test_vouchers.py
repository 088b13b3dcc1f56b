"""When bookings can be paid by voucher."""

import pytest

from bedside.bookings.checkouts import VOUCHER_MS, takes_vouchers

DAY_MS = 24 * 3_600_000


@pytest.mark.parametrize(("days", "offered"), [(0, False), (7.9, False), (8, True), (30, True)])
def test_a_voucher_is_over_a_day_before_the_visit(days: float, offered: bool) -> None:  # noqa: FBT001  # parametrised
    """Also one that is taken when the Checkout ends: seven days, and a day for the bank."""
    ends_at = 1_800_000_000_000
    assert takes_vouchers(ends_at + round(days * DAY_MS), ends_at) is offered
    assert VOUCHER_MS == 7 * DAY_MS
