"""What is remembered of people, and for how long."""

from typing import TYPE_CHECKING, cast

import pytest

from bedside.identity.person import Person, newcomer
from bedside.identity.standing import BELIEVED_MS, Standings

if TYPE_CHECKING:
    from bedside.identity.people import People

NOW = 1_795_228_312_345


class Record:
    """People as `People.own` gives them; `asked` is for whom."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.here: dict[str, Person] = {}

    def own(self, user_id: str) -> Person | None:
        self.asked.append(user_id)
        return self.here.get(user_id)


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def standings(record: Record) -> Standings:
    return Standings(lambda: cast("People", record))


def somebody(user_id: str) -> Person:
    return newcomer(user_id, "+64215550111", ["patient"], None)


def test_the_record_is_asked_once_in_five_seconds(standings: Standings, record: Record) -> None:
    """And again in the very millisecond in which they are over."""
    assert BELIEVED_MS == 5000
    record.here["a"] = somebody("a")
    assert standings.recent("a", NOW) == (somebody("a"), False)
    del record.here["a"]
    assert standings.recent("a", NOW + 4999) == (somebody("a"), True)
    assert record.asked == ["a"]
    assert standings.recent("a", NOW + 5000) == (None, False)
    assert record.asked == ["a", "a"]


def test_looking_does_not_prolong_a_memory(standings: Standings, record: Record) -> None:
    """However often somebody calls, they are read anew every five seconds."""
    for ms in range(0, 20_000, 1000):
        standings.recent("a", NOW + ms)
    assert len(record.asked) == 4


def test_that_there_is_nobody_is_remembered_too(standings: Standings, record: Record) -> None:
    """A token of nobody asks no more of the record than others."""
    assert standings.recent("a", NOW) == (None, False)
    assert standings.recent("a", NOW + 1) == (None, True)
    assert record.asked == ["a"]


def test_what_stands_now_replaces_the_memory(standings: Standings, record: Record) -> None:
    """Reading anew is remembered; forgetting reads anew at the next call."""
    standings.recent("a", NOW)
    record.here["a"] = somebody("a")
    assert standings.now("a", NOW + 1) == somebody("a")
    assert standings.recent("a", NOW + 2) == (somebody("a"), True)
    standings.forget("a")
    standings.forget("nobody")
    assert standings.recent("a", NOW + 2) == (somebody("a"), False)


def test_the_memory_is_bounded(standings: Standings, record: Record) -> None:
    """A thousand people, of whom those who called last are kept."""
    for number in range(1001):
        standings.recent(str(number), NOW)
    assert standings.recent("1000", NOW) == (None, True)
    assert standings.recent("1", NOW) == (None, True)
    assert standings.recent("0", NOW) == (None, False)
    assert len(record.asked) == 1002
