"""Whatever several processes do at once: nothing older than the last change that was told is ever found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters.redis.client import Redis
from tests.conftest import Upstash
from tests.examples import examples
from tests.unit.platform.transient.caching import Process, starting

TAGS = ("x", "y")
# What can be asked for, and the tags that it has.
NAMES = {"a": ("x",), "b": ("x", "y"), "c": ("y",)}


@dataclass(frozen=True)
class Write:
    """Something changes in the record."""

    who: int
    tag: str


@dataclass(frozen=True)
class Tell:
    """A process tells of changes."""

    who: int
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Get:
    """A process asks; if it has to load, others do something before and after it reads the record."""

    who: int
    name: str
    before: Sequence[Any] = field(default=())
    after: Sequence[Any] = field(default=())


@dataclass(frozen=True)
class Switch:
    """The line of a process to Redis is cut, or mended."""

    who: int


WHO, TAG = st.integers(0, 2), st.sampled_from(TAGS)
SIMPLE = st.one_of(
    st.builds(Write, WHO, TAG),
    st.builds(Tell, WHO, st.sampled_from([("x",), ("y",), TAGS])),
    st.builds(Get, WHO, st.sampled_from(list(NAMES))),
)


def steps(simple: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    few = st.lists(simple, max_size=4)
    nested = st.builds(Get, WHO, st.sampled_from(list(NAMES)), few, few)
    some = st.lists(st.one_of(simple, nested), max_size=4)
    deeper = st.builds(Get, WHO, st.sampled_from(list(NAMES)), some, some)
    return st.lists(st.one_of(simple, nested, deeper), min_size=2, max_size=14)


class World:
    """The record as counts of changes, by tag; what Redis was told of them, and what each process told."""

    def __init__(self, processes: list[Process]) -> None:
        self.processes = processes
        self.record = dict.fromkeys(TAGS, 0)
        self.told = dict.fromkeys(TAGS, 0)
        self.own = [dict.fromkeys(TAGS, 0) for _ in processes]
        self.owed = [dict.fromkeys(TAGS, 0) for _ in processes]
        self.busy: set[int] = set()

    def run(self, steps: Sequence[Any]) -> None:
        for step in steps:
            if step.who in self.busy:
                continue  # a process serves one call at a time
            match step:
                case Write(_, tag):
                    self.record[tag] += 1
                case Switch(who):
                    self.processes[who].redis.away = not self.processes[who].redis.away
                case Tell(who, tags):
                    self.tell(who, tags)
                case Get(who, name, before, after):
                    self.get(who, name, before, after)

    def tell(self, who: int, tags: Sequence[str]) -> None:
        now = {tag: self.record[tag] for tag in tags}
        self.processes[who].change(*tags)
        self.own[who] |= now
        self.owed[who] |= now
        self._deliver(who)

    def get(self, who: int, name: str, before: Sequence[Any], after: Sequence[Any]) -> None:
        self._deliver(who)
        process, tags = self.processes[who], NAMES[name]
        known = self.own[who] if process.redis.away else self.told
        oldest = {tag: max(known[tag], self.own[who][tag]) for tag in tags}

        def load() -> Any:
            self.run(before)
            found = {tag: self.record[tag] for tag in tags}
            self.run(after)
            return found if any(found.values()) else None

        self.busy.add(who)
        found = process.get(load, name, *tags) or dict.fromkeys(tags, 0)
        self.busy.discard(who)
        assert all(oldest[tag] <= found[tag] <= self.record[tag] for tag in tags), (oldest, found)

    def _deliver(self, who: int) -> None:
        """Redis is told of what it missed as soon as the process asks it anything."""
        if not self.processes[who].redis.away:
            self.told = {tag: max(self.told[tag], self.owed[who][tag]) for tag in TAGS}


@pytest.fixture
def world(upstash: Upstash, redis: Redis) -> World:  # noqa: ARG001  # it empties the database
    start = starting(upstash)
    return World([start() for _ in range(3)])


def anew(world: World, redis: Redis) -> World:
    """Give the same processes before anything happened."""
    redis.execute("FLUSHDB")
    for process in world.processes:
        process.redis.away = False
        process.cache.redis_recovered(2**50)
    return World(world.processes)


TRIED = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@TRIED
@given(steps=steps(SIMPLE))
def test_nothing_is_older_than_the_last_change_that_was_told(world: World, redis: Redis, steps: list[Any]) -> None:
    """While Redis is there, for everybody; in whatever order they ask, load, change and tell."""
    anew(world, redis).run(steps)


@TRIED
@given(steps=steps(st.one_of(SIMPLE, st.builds(Switch, WHO))))
def test_nor_while_redis_comes_and_goes(world: World, redis: Redis, steps: list[Any]) -> None:
    """Those who reach it find nothing older than it was told; those who do not, nothing older than they told."""
    anew(world, redis).run(steps)
