"""Who listens to a channel: each sign-in with a few connections of its own."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.opaque_tokens import OpaqueToken, new_token
from bedside.live.subscriptions import MAX_CONNECTIONS, MAX_TICKETS, Subscriber, Subscriptions
from tests.conftest import VISITS

CHANNEL, OTHER = "c" * 24, "d" * 24
NOW, MINUTE = 1_795_228_200_000, 60_000
HER, HIM = Subscriber("her", "f1"), Subscriber("him", "f2")
KEYS = {HER: "a" * 24, HIM: "b" * 24}


@pytest.fixture
def subscriptions(aws: None) -> Subscriptions:  # noqa: ARG001  # the table is in memory
    return Subscriptions(Table(VISITS), MINUTE)


def admitted(subscriptions: Subscriptions, who: Subscriber, now: int = NOW) -> OpaqueToken:
    token = new_token(KEYS[who], os.urandom)[1]
    subscriptions.admit(token, CHANNEL, who, now)
    return token


def connect(subscriptions: Subscriptions, who: Subscriber, *names: str, now: int = NOW) -> list[str]:
    """Open connections one after the other, a moment apart; gives all that had to go."""
    gone: list[str] = []
    for number, name in enumerate(names):
        connected = subscriptions.connect(admitted(subscriptions, who, now + number), name, now + number)
        assert connected
        gone += connected[1]
    return gone


def listening(subscriptions: Subscriptions, now: int = NOW, channel: str = CHANNEL) -> dict[Subscriber, list[str]]:
    found, more = subscriptions.page(channel, 50, None, now)
    assert more is None
    return {one.subscriber: list(one.connections) for one in found}


def test_nobody_listens_at_first(subscriptions: Subscriptions) -> None:
    """A channel needs no making, and a ticket alone is nobody."""
    subscriptions.remove(KEYS[HER], ["c1"])
    admitted(subscriptions, HER)
    assert listening(subscriptions) == {}


def test_a_ticket_is_traded_once_for_a_place(subscriptions: Subscriptions) -> None:
    """Within its minute; one that was never issued, or is another sign-in's, never."""
    hers, his = admitted(subscriptions, HER), admitted(subscriptions, HIM)
    connected = subscriptions.connect(hers, "c1", NOW + MINUTE - 1)
    assert connected
    found, gone = connected
    assert (found.subscriber, found.channel, found.connections, gone) == (HER, CHANNEL, ["c1"], [])
    assert subscriptions.connect(hers, "c2", NOW) is None
    assert subscriptions.connect(his, "c2", NOW + MINUTE) is None
    assert subscriptions.connect(OpaqueToken(KEYS[HER], his.digest), "c2", NOW) is None
    assert subscriptions.connect(OpaqueToken(KEYS[HIM], "made up"), "c2", NOW) is None
    assert listening(subscriptions) == {HER: ["c1"]}
    assert listening(subscriptions, channel=OTHER) == {}


def test_who_is_forgotten_hears_nothing_more(subscriptions: Subscriptions) -> None:
    """All others do."""
    connect(subscriptions, HER, "c0", "c1")
    connect(subscriptions, HIM, "c2")
    subscriptions.remove(KEYS[HER], ["c0", "nobody"])
    assert listening(subscriptions) == {HER: ["c1"], HIM: ["c2"]}


def test_the_oldest_of_too_many_tickets_goes(subscriptions: Subscriptions) -> None:
    """A sign-in has ten that it has not used, even if the clock of the newest is behind."""
    his = admitted(subscriptions, HIM)
    hers = [admitted(subscriptions, HER, NOW + number) for number in range(MAX_TICKETS + 3)]
    newest = admitted(subscriptions, HER, NOW - 1)
    good = [token for token in [*hers, newest] if subscriptions.connect(token, token.digest, NOW + 20)]
    assert good == [*hers[4:], newest]
    assert subscriptions.connect(his, "c", NOW)


def test_the_oldest_of_too_many_goes(subscriptions: Subscriptions) -> None:
    """A sign-in has ten connections, and no other sign-in fewer for it."""
    names = [f"c{number:02}" for number in range(MAX_CONNECTIONS + 3)]
    connect(subscriptions, HIM, "his")
    assert connect(subscriptions, HER, *names) == names[:3]
    assert listening(subscriptions) == {HER: names[3:], HIM: ["his"]}


def test_of_many_at_once_ten_stay(subscriptions: Subscriptions) -> None:
    """Whoever connects last sees all the others."""

    def open_one(number: int) -> None:
        assert subscriptions.connect(admitted(subscriptions, HER), f"c{number:02}", NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_one, range(40)))
    assert len(listening(subscriptions)[HER]) == MAX_CONNECTIONS


def test_a_large_audience_comes_page_by_page(subscriptions: Subscriptions) -> None:
    """Everybody once, however many sign-ins there are."""
    for number in range(25):
        who = Subscriber(f"u{number}", f"f{number}")
        KEYS[who] = f"{chr(97 + number)}" * 23 + "2"
        connect(subscriptions, who, f"c{number}")
    found: list[str] = []
    after, pages = None, 0
    while pages == 0 or after:
        page, after = subscriptions.page(CHANNEL, 10, after, NOW)
        found += [name for one in page for name in one.connections]
        pages += 1
    assert (sorted(found), pages) == (sorted(f"c{number}" for number in range(25)), 3)


def test_what_is_dead_is_swept(subscriptions: Subscriptions) -> None:
    """Tickets that nobody used, and connections that API Gateway has ended by now; the item does not grow."""
    connect(subscriptions, HER, "c1")
    admitted(subscriptions, HER)
    assert listening(subscriptions, NOW + 120 * MINUTE + 1) == {}
    admitted(subscriptions, HER, NOW + 122 * MINUTE)
    item = subscriptions.table.get(f"subscription#{KEYS[HER]}") or {}
    assert len([name for name in item if ":" in name]) == 1
    assert item["ttl"] == (NOW + 242 * MINUTE) // 1000
