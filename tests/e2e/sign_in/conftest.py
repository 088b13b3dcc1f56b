"""Where many sign in at once."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import contract
from tests.e2e.people import Reception


@pytest.fixture
def reception(stack: dict[str, Any]) -> Iterator[Reception]:
    limits = httpx.Limits(max_connections=60)
    with httpx.Client(base_url=stack["apiUrl"], timeout=60, limits=limits, event_hooks=contract.CHECKED) as http:
        yield Reception(http, stack)
