"""Browsers in front of the pages of notifications, and what people were told in memory."""

from collections.abc import Iterator

import pytest

from tests.web.contexts import Contexts
from tests.web.faked import FakedSite
from tests.web.notifications.notifications_fake import PATHS, Notifications
from tests.web.tabs import Open, signed_in_tabs

ZONE = "Pacific/Auckland"


@pytest.fixture(scope="session")
def _site() -> Iterator[FakedSite[Notifications]]:
    site = FakedSite(Notifications(), PATHS, Notifications.listen)
    yield site
    site.stop()


@pytest.fixture
def told(_site: FakedSite[Notifications]) -> Notifications:
    """Nothing that anybody was told."""
    _site.fake = Notifications(origin=_site.origin)
    return _site.fake


@pytest.fixture
def visitor(told: Notifications, contexts: Contexts) -> Open:
    """Gives a tab of a browser in New Zealand in which somebody is signed in."""
    return signed_in_tabs(told, contexts, timezone_id=ZONE)
