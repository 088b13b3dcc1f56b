"""The practice of a clinic."""

import pytest

from tests.functions.bookings.practice import Practice
from tests.functions.clinic import Clinic


@pytest.fixture
def practice(clinic: Clinic) -> Practice:
    return Practice(clinic)
