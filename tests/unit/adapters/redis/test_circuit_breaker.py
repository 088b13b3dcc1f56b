"""The breaker opens after three failures in a row, and then lets one call through every five seconds."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bedside.adapters.redis.circuit_breaker import CircuitBreaker, StateChange
from tests.examples import examples


class Bench:
    """A breaker, its clock, and the changes that it told of."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.changes: list[StateChange] = []
        self.breaker = CircuitBreaker(clock=lambda: self.now, on_change=self.changes.append)

    def state(self) -> str:
        return self.breaker.state

    def fail(self, times: int) -> None:
        for _ in range(times):
            assert self.breaker.admits()
            self.breaker.failed()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_opens_at_the_third_failure_in_a_row(bench: Bench) -> None:
    """Two are not enough, and one answer between them begins anew."""
    bench.fail(2)
    assert bench.breaker.admits()
    bench.breaker.succeeded(0.02)
    bench.fail(2)
    assert (bench.state(), bench.changes) == ("up", [])
    bench.fail(1)
    assert bench.state() == "open"
    assert not bench.breaker.admits()


def test_a_probe_every_five_seconds(bench: Bench) -> None:
    """Nobody before five seconds are over, then one; five seconds after it failed, the next."""
    bench.fail(3)
    for _ in range(3):
        bench.now += 4.999
        assert not bench.breaker.admits()
        bench.now += 0.001
        assert bench.breaker.admits()
        assert bench.state() == "probing"
        assert not bench.breaker.admits()
        bench.now += 0.3
        bench.breaker.failed()
        assert bench.state() == "open"


def test_a_good_probe_closes_it(bench: Bench) -> None:
    """Everybody may call again, and it takes three failures again to open."""
    bench.fail(3)
    bench.now += 5
    assert bench.breaker.admits()
    bench.breaker.succeeded(0.1)
    assert bench.state() == "up"
    bench.fail(2)
    assert bench.state() == "up"


def test_a_lost_probe_is_given_up(bench: Bench) -> None:
    """The process was frozen under it: five seconds later another call is the probe, which is no change."""
    bench.fail(3)
    bench.now += 5
    assert bench.breaker.admits()
    bench.now += 4.999
    assert not bench.breaker.admits()
    bench.now += 0.001
    assert bench.breaker.admits()
    assert not bench.breaker.admits()
    assert [change.after for change in bench.changes] == ["open", "probing"]


def test_one_probe_among_many_at_once(bench: Bench) -> None:
    """However many threads ask in the same instant."""
    bench.fail(3)
    bench.now += 5
    with ThreadPoolExecutor(16) as pool:
        admitted = list(pool.map(lambda _: bench.breaker.admits(), range(200)))
    assert admitted.count(True) == 1


def test_every_change_is_told_with_what_was_counted(bench: Bench) -> None:
    """Calls, failures, calls that were turned away, and the mean latency of those that were answered."""
    for seconds in (0.1, 0.3):
        assert bench.breaker.admits()
        bench.breaker.succeeded(seconds)
    bench.fail(3)
    for _ in range(7):
        bench.breaker.admits()
    bench.now += 5
    assert bench.breaker.admits()
    bench.breaker.admits()
    bench.breaker.succeeded(0.5)
    opened, probing, up = bench.changes
    assert opened == StateChange("up", "open", 5, 3, 0, opened.latency_s)
    assert opened.latency_s == pytest.approx(0.2)
    assert probing == StateChange("open", "probing", 0, 0, 7, 0.0)
    assert up == StateChange("probing", "up", 1, 0, 1, 0.5)


def test_whoever_hears_of_a_change_may_ask_the_breaker(bench: Bench) -> None:
    """The change is told outside of the lock."""
    heard: list[tuple[str, bool]] = []
    breaker = CircuitBreaker(
        clock=lambda: bench.now, on_change=lambda change: heard.append((change.after, breaker.admits()))
    )
    for _ in range(3):
        breaker.failed()
    assert heard == [("open", False)]


class BreakerMachine(RuleBasedStateMachine):
    """Calls that begin, end well, end badly or never end, and a clock that goes on: against a model of the rules."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.state = "up"
        self.row = 0
        self.next_probe = 0.0
        self.under_way = 0
        self.told: list[tuple[str, str, int, int, int]] = []
        self.counts = [0, 0, 0]

    def become(self, state: str) -> None:
        calls, failures, fallbacks = self.counts
        self.told.append((self.state, state, calls, failures, fallbacks))
        self.state, self.counts = state, [0, 0, 0]

    @rule(seconds=st.sampled_from([0.0, 0.5, 2.5, 4.5, 5.0, 5.5]))
    def wait(self, seconds: float) -> None:
        self.bench.now += seconds

    @rule()
    def ask(self) -> None:
        admitted = self.bench.breaker.admits()
        if self.state == "up":
            assert admitted
        elif self.bench.now < self.next_probe:
            assert not admitted
            self.counts[2] += 1
        else:
            assert admitted
            self.next_probe = self.bench.now + 5
            if self.state == "open":
                self.become("probing")
        self.under_way += admitted

    @precondition(lambda self: self.under_way)
    @rule()
    def answered(self) -> None:
        self.under_way -= 1
        self.bench.breaker.succeeded(0.25)
        self.counts[0] += 1
        self.row = 0
        if self.state != "up":
            self.become("up")

    @precondition(lambda self: self.under_way)
    @rule()
    def failed(self) -> None:
        self.under_way -= 1
        self.bench.breaker.failed()
        self.counts[0] += 1
        self.counts[1] += 1
        self.row += 1
        if self.state == "probing" or (self.state == "up" and self.row >= 3):
            self.next_probe = self.bench.now + 5
            self.become("open")

    @invariant()
    def agrees(self) -> None:
        assert self.bench.breaker.state == self.state
        told = [
            (change.before, change.after, change.calls, change.failures, change.fallbacks)
            for change in self.bench.changes
        ]
        assert told == self.told
        assert all(change.latency_s in {0.0, 0.25} for change in self.bench.changes)


def test_it_does_as_the_rules_say() -> None:
    """In any order of calls, answers, failures and pauses."""
    run_state_machine_as_test(
        BreakerMachine, settings=settings(max_examples=examples(30), stateful_step_count=40, deadline=None)
    )
