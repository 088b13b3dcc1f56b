"""A surgery with the post of its clinic."""

import pytest

from tests.functions.clinic import Clinic
from tests.functions.notifications.post import Post
from tests.functions.surgery import Surgery, open_surgery


@pytest.fixture
def surgery(clinic: Clinic) -> Surgery:
    return open_surgery(clinic)


@pytest.fixture
def post(surgery: Surgery) -> Post:
    return Post(surgery.clinic)
