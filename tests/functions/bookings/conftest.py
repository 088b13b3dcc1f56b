"""The practice of a clinic, and its till."""

from collections.abc import Iterator

import pytest

from tests.functions.bookings.practice import Practice
from tests.functions.bookings.till import DAY_MS, Till
from tests.functions.clinic import Clinic


@pytest.fixture
def practice(clinic: Clinic) -> Practice:
    return Practice(clinic)


@pytest.fixture
def till(practice: Practice) -> Iterator[Till]:
    till = Till(practice)
    yield till
    till.provider.refund_status = "succeeded"
    for _ in range(3):
        till.wait(20 * DAY_MS)
        till.sweep()
    till.require_settled()
