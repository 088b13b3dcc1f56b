"""How the stand-in sends webhooks: retried, given up, replayed, and wrong in the ways that were switched on."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.hms.faults import Faults
from local.hms.kinds import KINDS
from local.hms.webhooks import Webhooks
from local.webhooks import Receiver
from tests.fakes.hostile import hostile, refused, silent
from tests.fakes.serving import Handler, serving

_NOW = 1_800_000_000_000
_EVERYTHING: dict[str, Any] = {"room_id": "", "kinds": (), "statuses": ("given up", "dropped")}


class _Scenario:
    """Sends webhooks in a loop of its own to a receiver that answers in turn with `statuses`, then with 200."""

    def __init__(self, *statuses: int, faults: Faults | None = None) -> None:
        self.received: list[dict[str, Any]] = []
        # How long it waited for what; nothing takes that time here, and the gate can hold it longer.
        self.pauses: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.faults = faults or Faults()
        self.now_ms = _NOW
        self._statuses = itertools.chain(statuses, itertools.repeat(200))
        self._chances = itertools.cycle([0.1, 0.6])

    def run(self, work: Callable[[Webhooks], Awaitable[None]], address: str = "") -> None:
        scenario = self

        class Webhook(Handler):
            def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
                scenario.received.append(json.loads(self.body()))
                self.answer(next(scenario._statuses), b"{}")

        async def live(origin: str) -> None:
            webhooks = Webhooks(
                Receiver(address or f"{origin}/webhooks/hms", {}),
                lambda: self.faults,
                lambda: self.now_ms,
                chance=lambda: next(self._chances),
                pause=self._pause,
            )
            try:
                await work(webhooks)
            finally:
                await webhooks.close()

        # In a thread of its own: a browser's loop may run in this one.
        with serving(Webhook) as origin, ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(live(origin))).result()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.005)  # real time: between two looks

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.gate.wait()

    @property
    def kinds(self) -> list[str]:
        return [event["type"] for event in self.received]


def test_only_200_counts() -> None:
    """Anything else is tried again; what is received at last is received, with each attempt on record."""
    scenario = _Scenario(500, 202, 302)

    async def work(webhooks: Webhooks) -> None:
        webhooks.send("peer.join.success", {"room_id": "r"})
        [sent] = webhooks.newest()
        await scenario.until(lambda: sent.outcome == "received")
        assert sent.attempts == [500, 202, 302, 200]

    scenario.run(work)
    assert len({json.dumps(event) for event in scenario.received}) == 1


def test_after_three_retries_it_is_given_up_until_it_is_asked_for() -> None:
    """A replay sends the same event, marked, once; what was received meanwhile is not sent again."""
    scenario = _Scenario(500, 500, 500, 500)

    async def work(webhooks: Webhooks) -> None:
        webhooks.send("peer.join.success", {"room_id": "r"})
        [sent] = webhooks.newest()
        await scenario.until(lambda: sent.outcome == "given up")
        assert webhooks.replay(_NOW + 1, _NOW + 2, **_EVERYTHING) == 0
        assert webhooks.replay(_NOW, _NOW, **_EVERYTHING | {"room_id": "another"}) == 0
        assert webhooks.replay(_NOW, _NOW, **_EVERYTHING | {"kinds": ["peer.leave.success"]}) == 0
        assert webhooks.replay(_NOW, _NOW, **_EVERYTHING) == 1
        await scenario.until(lambda: sent.outcome == "received")
        assert webhooks.replay(_NOW, _NOW, **_EVERYTHING) == 0
        assert webhooks.replay(_NOW, _NOW, **_EVERYTHING | {"statuses": ("received",)}) == 1
        await scenario.until(lambda: len(scenario.received) == 6)

    scenario.run(work)
    first, *_, replayed, again = scenario.received
    assert replayed == again == first | {"is_replay": True}


def test_retries_wait_as_documented() -> None:
    """After 1, 3 and 10 seconds."""
    scenario = _Scenario(500, 500, 500, 500)

    async def work(webhooks: Webhooks) -> None:
        webhooks.send("peer.join.success", {})
        [sent] = webhooks.newest()
        await scenario.until(lambda: sent.outcome == "given up")

    scenario.run(work)
    assert [pause for pause in scenario.pauses if pause] == [1, 3, 10]


def test_a_receiver_that_is_away_costs_nothing_but_attempts() -> None:
    """Nobody there, or somebody silent, is no answer; the sender goes on."""
    for address in (refused(), None):
        scenario = _Scenario()

        async def work(webhooks: Webhooks, scenario: _Scenario = scenario) -> None:
            webhooks.send("peer.join.success", {})
            [sent] = webhooks.newest()
            await scenario.until(lambda: bool(sent.attempts))
            assert sent.attempts[0] == 0

        if address:
            scenario.run(work, address)
            continue
        with hostile(silent) as origin, pytest.MonkeyPatch.context() as patched:
            patched.setattr("local.webhooks._TIMEOUT_S", 0.1)
            scenario.run(work, origin)


def test_webhooks_are_late_and_doubled() -> None:
    """A delay holds each back; copies follow under the same id."""
    scenario = _Scenario(faults=Faults(delay_ms=200, duplicate=2))

    async def work(webhooks: Webhooks) -> None:
        scenario.gate.clear()
        webhooks.send("peer.join.success", {})
        await scenario.until(lambda: scenario.pauses == [0.2])
        assert scenario.received == []
        scenario.gate.set()
        await scenario.until(lambda: len(scenario.received) == 3)

    scenario.run(work)
    assert len({event["id"] for event in scenario.received}) == 1


def test_webhooks_overtake_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two the later arrives first."""
    monkeypatch.setattr("local.webhooks._OVERTAKEN_WITHIN_S", 10)
    scenario = _Scenario(faults=Faults(reorder=True))

    async def work(webhooks: Webhooks) -> None:
        for kind in ("session.open.success", "peer.join.success"):
            webhooks.send(kind, {})
        await scenario.until(lambda: len(scenario.received) == 2)

    scenario.run(work)
    assert scenario.kinds == ["peer.join.success", "session.open.success"]


def test_one_that_nothing_overtakes_arrives_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits a while for another, and the next one waits for one of its own."""
    monkeypatch.setattr("local.webhooks._OVERTAKEN_WITHIN_S", 0.01)
    scenario = _Scenario(faults=Faults(reorder=True))

    async def work(webhooks: Webhooks) -> None:
        webhooks.send("session.open.success", {})
        await scenario.until(lambda: len(scenario.received) == 1)
        webhooks.send("peer.leave.success", {})
        await scenario.until(lambda: len(scenario.received) == 2)

    scenario.run(work)


def test_webhooks_get_lost() -> None:
    """By chance, or by their type; a replay brings what was lost."""
    scenario = _Scenario(faults=Faults(drop=0.5))

    async def work(webhooks: Webhooks) -> None:
        webhooks.send("peer.join.success", {})
        webhooks.send("peer.leave.success", {})
        scenario.faults = Faults(drop=("room.end.success",))
        webhooks.send("room.end.success", {})
        webhooks.send("session.open.success", {})
        await scenario.until(lambda: len(scenario.received) == 2)
        assert {each.kind for each in webhooks.newest() if each.outcome == "dropped"} == {
            "peer.join.success",
            "room.end.success",
        }
        webhooks.replay(_NOW, _NOW, **_EVERYTHING)
        await scenario.until(lambda: len(scenario.received) == 4)

    scenario.run(work)
    assert scenario.kinds[2:] == ["peer.join.success", "room.end.success"]


def test_a_receiver_that_is_switched_off_gets_nothing_until_it_is_back() -> None:
    """Attempts in that time fail without reaching it."""
    scenario = _Scenario(faults=Faults(down=_NOW + 60_000))

    async def work(webhooks: Webhooks) -> None:
        webhooks.send("peer.join.success", {})
        [sent] = webhooks.newest()
        await scenario.until(lambda: sent.outcome == "given up")
        assert sent.attempts == [0, 0, 0, 0]
        scenario.now_ms += 60_000
        webhooks.replay(_NOW, _NOW, **_EVERYTHING)
        await scenario.until(lambda: sent.outcome == "received")

    scenario.run(work)
    assert len(scenario.received) == 1


_SWITCHES = st.fixed_dictionaries(
    {},
    optional={
        "delayMs": st.integers(0, 600_000),
        "duplicate": st.integers(0, 20),
        "reorder": st.booleans(),
        "drop": st.floats(0, 1) | st.lists(st.sampled_from(sorted(KINDS)), unique=True),
        "down": st.integers(0, 86_400),
        "apiDown": st.integers(0, 86_400),
        "failRecordings": st.booleans(),
    },
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_SWITCHES, _SWITCHES)
def test_switches_show_what_was_switched(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Whatever is valid is shown as it was set, later ones over earlier ones, and shown ones can be set again."""
    faults = Faults().switched(first, _NOW).switched(second, _NOW)
    shown = faults.shown(_NOW)
    assert shown | first | second == shown
    assert Faults().switched(shown, _NOW) == faults
    later = faults.shown(_NOW + 1000)
    assert later["down"] == max(0, shown["down"] - 1)


@given(_JSON | st.dictionaries(st.sampled_from(["delayMs", "duplicate", "reorder", "drop", "down", "x"]), _JSON))
def test_nonsense_switches_nothing(wanted: Any) -> None:
    """Whatever else is sent is refused as such, or it is valid and shown as sent."""
    with contextlib.suppress(ValueError):
        shown = Faults().switched(wanted, _NOW).shown(_NOW)
        # Whole milliseconds.
        assert shown["down"] == pytest.approx(wanted.get("down", 0), abs=0.001)
        assert shown | wanted | {"down": shown["down"]} == shown
