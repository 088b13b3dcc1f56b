"""Browsers in front of the pages about medicines, and plans in memory."""

from collections.abc import Iterator

import pytest

from tests.web.contexts import Contexts
from tests.web.faked import FakedSite
from tests.web.medications.medicines_fake import PATHS, Medicines
from tests.web.tabs import Open, signed_in_tabs

ZONE = "Pacific/Auckland"


@pytest.fixture(scope="session")
def _site() -> Iterator[FakedSite[Medicines]]:
    site = FakedSite(Medicines(), PATHS)
    yield site
    site.stop()


@pytest.fixture
def medicines(_site: FakedSite[Medicines]) -> Medicines:
    """No plans."""
    _site.fake = Medicines(origin=_site.origin)
    return _site.fake


@pytest.fixture
def visitor(medicines: Medicines, contexts: Contexts) -> Open:
    """Gives a tab of a browser in New Zealand in which somebody is signed in."""
    return signed_in_tabs(medicines, contexts, timezone_id=ZONE)
