"""What is remembered of people, and for how long."""

from typing import TYPE_CHECKING, cast

import pytest

from bedside.identity.person import Person, newcomer
from bedside.identity.person_cache import LIFE_MS, PersonCache

if TYPE_CHECKING:
    from bedside.identity.person_repository import PersonRepository

NOW = 1_795_228_312_345


class Record:
    """People as `People.own` gives them; `asked` is for whom."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.here: dict[str, Person] = {}

    def find_unscoped(self, user_id: str) -> Person | None:
        self.asked.append(user_id)
        return self.here.get(user_id)


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def person_cache(record: Record) -> PersonCache:
    return PersonCache(lambda: cast("PersonRepository", record))


def somebody(user_id: str) -> Person:
    return newcomer(user_id, "+64215550111", ["patient"], None)


def test_the_record_is_asked_once_in_five_seconds(person_cache: PersonCache, record: Record) -> None:
    """And again in the very millisecond in which they are over."""
    assert LIFE_MS == 5000
    record.here["a"] = somebody("a")
    assert person_cache.recent("a", NOW) == (somebody("a"), False)
    del record.here["a"]
    assert person_cache.recent("a", NOW + 4999) == (somebody("a"), True)
    assert record.asked == ["a"]
    assert person_cache.recent("a", NOW + 5000) == (None, False)
    assert record.asked == ["a", "a"]


def test_looking_does_not_prolong_a_memory(person_cache: PersonCache, record: Record) -> None:
    """However often somebody calls, they are read anew every five seconds."""
    for ms in range(0, 20_000, 1000):
        person_cache.recent("a", NOW + ms)
    assert len(record.asked) == 4


def test_that_there_is_nobody_is_remembered_too(person_cache: PersonCache, record: Record) -> None:
    """A token of nobody asks no more of the record than others."""
    assert person_cache.recent("a", NOW) == (None, False)
    assert person_cache.recent("a", NOW + 1) == (None, True)
    assert record.asked == ["a"]


def test_what_stands_now_replaces_the_memory(person_cache: PersonCache, record: Record) -> None:
    """Reading anew is remembered; forgetting reads anew at the next call."""
    person_cache.recent("a", NOW)
    record.here["a"] = somebody("a")
    assert person_cache.current("a", NOW + 1) == somebody("a")
    assert person_cache.recent("a", NOW + 2) == (somebody("a"), True)
    person_cache.discard("a")
    person_cache.discard("nobody")
    assert person_cache.recent("a", NOW + 2) == (somebody("a"), False)


def test_the_memory_is_bounded(person_cache: PersonCache, record: Record) -> None:
    """A thousand people, of whom those who called last are kept."""
    for number in range(1001):
        person_cache.recent(str(number), NOW)
    assert person_cache.recent("1000", NOW) == (None, True)
    assert person_cache.recent("1", NOW) == (None, True)
    assert person_cache.recent("0", NOW) == (None, False)
    assert len(record.asked) == 1002
