"""A scripted API for tests of the adapters."""

from collections.abc import Iterator

import pytest

from tests.unit.adapters.stripe.api import Api


@pytest.fixture(scope="session")
def server() -> Iterator[Api]:
    with Api.opened() as server:
        yield server


@pytest.fixture
def api(server: Api) -> Api:
    """An API that has been asked nothing."""
    server.forget()
    return server
