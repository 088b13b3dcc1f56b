"""What is kept in the process: for its time, and never more than the capacity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.platform.transient.process_store import CAPACITY, ProcessStore

NOW = 1_795_228_312_345


def test_a_value_lives_until_its_time() -> None:
    """Its last millisecond is the one before."""
    memory: ProcessStore[str] = ProcessStore()
    memory.put("a", "kept", NOW + 100, NOW)
    assert memory.get("a", NOW + 99) == "kept"
    assert memory.get("a", NOW + 100) is None
    assert memory.get("b", NOW) is None


def test_a_later_value_replaces_the_earlier() -> None:
    """Value and time."""
    memory: ProcessStore[int] = ProcessStore()
    memory.put("a", 1, NOW + 100, NOW)
    memory.put("a", 2, NOW + 50, NOW)
    assert (memory.get("a", NOW + 49), memory.get("a", NOW + 50), len(memory)) == (2, None, 1)


def test_what_is_over_is_swept_out_once_a_second() -> None:
    """Without anybody asking for it; what still lives stays."""
    memory: ProcessStore[int] = ProcessStore()
    memory.put("old", 1, NOW + 10, NOW)
    memory.put("long", 1, NOW + 5000, NOW)
    memory.put("new", 1, NOW + 5000, NOW + 999)
    assert len(memory) == 3
    memory.put("newer", 1, NOW + 5000, NOW + 1000)
    assert (len(memory), memory.get("old", NOW), memory.get("long", NOW + 1000)) == (3, None, 1)


def test_the_capacity_holds() -> None:
    """The one that was used longest ago makes room, whether it was read or written."""
    memory: ProcessStore[int] = ProcessStore(3)
    for name in "abc":
        memory.put(name, 1, NOW + 1000, NOW)
    memory.get("a", NOW)
    memory.put("b", 2, NOW + 1000, NOW)
    memory.put("d", 1, NOW + 1000, NOW)
    assert [memory.get(name, NOW) for name in "abcd"] == [1, 2, None, 1]
    assert len(memory) == 3


def test_a_flood_of_callers_fills_no_more_than_the_capacity() -> None:
    """Ten thousand by default, within one millisecond."""
    memory: ProcessStore[int] = ProcessStore()
    for number in range(CAPACITY + 500):
        memory.put(str(number), number, NOW + 1000, NOW)
    assert len(memory) == CAPACITY == 10_000
    assert memory.get("499", NOW) is None
    assert memory.get("500", NOW) == 500


def test_it_can_be_emptied() -> None:
    """All of it."""
    memory: ProcessStore[int] = ProcessStore()
    memory.put("a", 1, NOW + 1000, NOW)
    memory.clear()
    assert (len(memory), memory.get("a", NOW)) == (0, None)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 3000), st.integers(0, 1500), st.booleans()), max_size=60
    )
)
def test_it_is_a_dictionary_that_forgets(steps: list[tuple[str, int, int, bool]]) -> None:
    """What it gives was put there last; it may have forgotten, but only the longest unused of more than four."""
    memory: ProcessStore[int] = ProcessStore(4)
    model: dict[str, tuple[int, int]] = {}
    used: list[str] = []
    now = NOW
    for number, (name, life, pause, reads) in enumerate(steps):
        now += pause
        alive = {key for key, (until, _) in model.items() if until > now}
        if reads:
            wanted = model[name][1] if name in alive else None
            found = memory.get(name, now)
            assert found == wanted or (found is None and name not in used[-4:])
            if name not in alive:
                continue
        else:
            model[name] = (now + life, number)
            memory.put(name, number, now + life, now)
        if name in used:
            used.remove(name)
        used.append(name)
        assert len(memory) <= 4


@pytest.mark.parametrize("back", [1, 60_000])
def test_a_clock_that_goes_back_does_no_harm(back: int) -> None:
    """Values live a little longer, and the capacity still holds."""
    memory: ProcessStore[int] = ProcessStore(2)
    memory.put("a", 1, NOW + 10, NOW)
    for name in "bcd":
        memory.put(name, 1, NOW - back + 10, NOW - back)
    assert len(memory) == 2
    assert memory.get("d", NOW - back) == 1


def test_what_is_taken_out_is_gone() -> None:
    """Once, and not after its time."""
    memory: ProcessStore[str] = ProcessStore()
    memory.put("a", "one", 10, 0)
    memory.put("b", "two", 10, 0)
    assert [memory.pop("a", 9), memory.pop("a", 9)] == ["one", None]
    assert memory.pop("b", 10) is None
    assert len(memory) == 0
