"""Who listens for changes of visits."""

import os

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.opaque_tokens import OpaqueToken, new_token
from bedside.live.subscriptions import Subscriber, Subscriptions

KEY = "a" * 24
NOW, MINUTE = 1_795_228_200_000, 60_000
HER, HIM = Subscriber("her", "f1"), Subscriber("him", "f2")


@pytest.fixture
def watchers(table: Table) -> Subscriptions:
    return Subscriptions(table, MINUTE)


def admitted(watchers: Subscriptions, watcher: Subscriber, now: int = NOW) -> OpaqueToken:
    handle = new_token(KEY, os.urandom)[1]
    watchers.admit(handle, watcher, now)
    return handle


def test_nobody_listens_at_first(watchers: Subscriptions) -> None:
    """A channel needs no making."""
    assert watchers.connections(KEY, NOW) == {}
    watchers.remove(KEY, [])


def test_a_ticket_is_traded_once_for_a_place(watchers: Subscriptions) -> None:
    """Within its minute; one that was never issued, or is another channel's, never."""
    hers, his = admitted(watchers, HER), admitted(watchers, HIM)
    assert watchers.connect(hers, "c1", NOW + MINUTE - 1) == HER
    assert watchers.connect(hers, "c2", NOW) is None
    assert watchers.connect(his, "c2", NOW + MINUTE) is None
    assert watchers.connect(OpaqueToken("b" * 24, his.digest), "c2", NOW) is None
    assert watchers.connect(OpaqueToken(KEY, "made up"), "c2", NOW) is None
    assert watchers.connections(KEY, NOW) == {"c1": HER}


def test_who_is_forgotten_hears_nothing_more(watchers: Subscriptions) -> None:
    """All others do."""
    for number, watcher in enumerate((HER, HIM, HER)):
        watchers.connect(admitted(watchers, watcher), f"c{number}", NOW)
    watchers.remove(KEY, ["c0", "nobody"])
    assert watchers.connections(KEY, NOW) == {"c1": HIM, "c2": HER}


def test_what_is_dead_is_swept(watchers: Subscriptions, table: Table) -> None:
    """Tickets that nobody used, and connections that API Gateway has ended by now; the channel does not grow."""
    watchers.connect(admitted(watchers, HER), "c1", NOW)
    admitted(watchers, HIM)
    assert watchers.connections(KEY, NOW + 121 * MINUTE + 1) == {}
    admitted(watchers, HER, NOW + 122 * MINUTE)
    item = table.get(f"watchers#{KEY}") or {}
    assert len([name for name in item if ":" in name]) == 1
