"""Whatever happens to a visit, in whatever order, and whoever dies over it: it ends once, and leaves nothing over."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from bedside.identity.principal import Principal
from bedside.kernel.errors import BedsideError, UnavailableError
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit
from bedside.visits.participation import Participation
from bedside.visits.provider_events import ProviderEvents
from bedside.visits.records import new_record
from bedside.visits.repository import VisitRepository
from bedside.visits.states import TERMINAL, transition
from bedside.visits.summary import summary
from bedside.visits.timers import Timers
from tests.examples import examples
from tests.fakes.rooms import FakeRooms
from tests.fakes.schedules import Schedules
from tests.fakes.tables import MemoryTable
from tests.unit.visits.life import BOOKED, MINUTE, RULES, T

PEOPLE = {
    "patient": Principal("patient", "f", "FAC001", ("patient",)),
    "practitioner": Principal("practitioner", "f", "FAC001", ("clinician",), verified_clinician=True),
}
DAY = 24 * 60 * MINUTE


class DiedError(Exception):
    """A caller is no more."""


@dataclass
class Mortal:
    """Lets a caller die before it asks for the so manieth thing outside of the record; None: it lives."""

    left: int | None = None

    def __call__(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise DiedError


class MortalSchedules(Schedules):
    """Schedules, asked by somebody who may die."""

    mortal: Callable[[], None]

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None:
        self.mortal()
        super().put(name, at_ms, payload)

    def remove(self, name: str) -> None:
        self.mortal()
        super().remove(name)


class MortalRooms(FakeRooms):
    """Rooms, asked by somebody who may die."""

    mortal: Callable[[], None]

    def end(self, room_id: str) -> None:
        self.mortal()
        super().end(room_id)


@dataclass
class Bystander:
    """Pages and recordings: hears of changes, of warnings, and of what is over."""

    mortal: Callable[[], None]
    warnings: list[int] = field(default_factory=list)
    over: list[str] = field(default_factory=list)

    def publish_change(self, visit: Visit, now: int) -> None:  # noqa: ARG002  # as announcers do
        self.mortal()

    def publish_warning(self, visit: Visit, now: int) -> None:
        self.mortal()
        assert visit.ongoing
        assert visit.facts.began_at is not None
        assert now >= visit.facts.began_at + RULES.warning_ms
        self.warnings.append(now)

    def invitation(self, who: Principal, now: int) -> dict[str, Any]:
        raise NotImplementedError

    def end_with_visit(self, visit: Visit, now_ms: int) -> None:  # noqa: ARG002  # as recordings do
        self.mortal()
        assert not visit.ongoing
        self.over.append(visit.visit_id)

    def handle_event(self, visit_id: str, kind: str, data: Mapping[str, Any], now_ms: int) -> bool:
        raise NotImplementedError

    def on_departure(self, visit: Any, now_ms: int) -> None: ...

    def visit_of(self, room_id: str) -> str:
        raise NotImplementedError


class NoDrafts:
    """Keeps nothing."""

    def put(self, *_: object) -> bool:
        return False


@dataclass(frozen=True)
class Act:
    """Something that happens `after_ms` more: who does it dies, or meets providers that are away or forget.

    `meanwhile` happens between its reading and its writing of the record. `told_ms` late the provider tells.
    """

    kind: str
    after_ms: int = 0
    which: int = 0
    told_ms: int = 0
    dies_at: int | None = None
    away: frozenset[str] = frozenset()
    meanwhile: "Act | None" = None


KINDS = ("join", "join", "joined", "left", "left", "roomEnded", "start", "end", "cancel", "fire", "fire twice", "lose")
PAUSES = st.sampled_from([0, 1, 1000, 30_000, 59_000, 2 * MINUTE, 3 * MINUTE, 9 * MINUTE, 20 * MINUTE, 41 * MINUTE])
SIMPLE = st.builds(Act, st.sampled_from(KINDS[:9]), which=st.integers(0, 5), told_ms=st.sampled_from([0, 500, 59_000]))
ACTS = st.builds(
    Act,
    st.sampled_from([*KINDS, "sweep"]),
    PAUSES,
    st.integers(0, 5),
    st.sampled_from([0, 500, 59_000, 5 * MINUTE]),
    st.none() | st.integers(0, 4),
    st.frozensets(st.sampled_from(["scheduler", "rooms", "answers"]), max_size=2),
    st.none() | SIMPLE,
)
# Left to chance, most visits would end before they began.
BEGUN = (Act("join", 4 * MINUTE), Act("join", MINUTE, 1))
STORIES = st.builds(
    lambda begun, acts: [*begun, *acts], st.sampled_from([(), BEGUN, BEGUN]), st.lists(ACTS, max_size=14)
)


class Practice:
    """One visit, and everything around it but the clock, which acts move on."""

    def __init__(self, visit_id: str) -> None:
        self.visit_id, self.now = visit_id, T - 5 * MINUTE
        mortal = Mortal()
        self.mortal, self.names = mortal, count()
        self.schedules, self.rooms = MortalSchedules(), MortalRooms()
        self.schedules.mortal = self.rooms.mortal = mortal
        self.bystander = Bystander(mortal)
        table: Any = MemoryTable()
        self.record = VisitRepository(table, RULES)
        self.lifecycle = VisitLifecycle(
            repository=self.record,
            timers=Timers(self.schedules, RULES),
            announcer=self.bystander,
            rooms=lambda: self.rooms,
            recordings=lambda: self.bystander,
            on_failure=lambda _part, _error: None,
        )
        drafts: Any = NoDrafts()
        self.participation = Participation(self.record, self.lifecycle, lambda: self.rooms, drafts, RULES, self._random)
        self.provider_events = ProviderEvents(self.lifecycle, lambda: self.bystander)
        visit = Visit(visit_id, "FAC001", "patient", "practitioner", 30, BOOKED.facts)
        table.put(new_record(visit, "admin", RULES, self.now), condition="attribute_not_exists(#pk)", values={})
        self.lifecycle.on_booked(visit, self.now)

    def happen(self, act: Act) -> None:
        """Let an act happen; whoever is refused, fails or dies does nothing more."""
        self.now += act.after_ms
        self.mortal.left = act.dies_at
        self.schedules.away, self.rooms.away = "scheduler" in act.away, "rooms" in act.away
        self.rooms.forgetful = "answers" in act.away
        if act.meanwhile:
            self._interpose(act.meanwhile)
        with suppress(DiedError, BedsideError):
            self._do(act)
        self.record.__dict__.pop("_read", None)
        self.mortal.left, self.schedules.away, self.rooms.away, self.rooms.forgetful = None, False, False, False

    def sweep(self) -> None:
        for visit_id in self.record.due(self.now, 200):
            self.lifecycle.sweep(visit_id, self.now)

    def kept(self) -> Visit:
        return self.record.get(self.visit_id)

    def _do(self, act: Act) -> None:
        parties = ("patient", "practitioner")
        match act.kind:
            case "join":
                self.participation.join(PEOPLE[parties[act.which % 2]], self.visit_id, self.now)
            case "start":
                self.participation.start(PEOPLE["practitioner"], self.visit_id, self.now)
            case "end":
                self.participation.end(PEOPLE["practitioner"], self.visit_id, self.now)
            case "cancel":
                self.participation.cancel(PEOPLE[parties[act.which % 2]], self.visit_id, "", self.now)
            case "joined" | "left" | "roomEnded":
                self._hear(act)
            case "fire" | "fire twice" | "lose":
                self._fire({"fire": 1, "fire twice": 2, "lose": 0}[act.kind])
            case "sweep":
                self.sweep()

    def _hear(self, act: Act) -> None:
        at = self.now - act.told_ms
        kind = {"joined": "peer.join.success", "left": "peer.leave.success"}.get(act.kind, "room.end.success")
        joinings = sorted(self.kept().facts.joinings)
        name = joinings[act.which % len(joinings)] if joinings else "nobody"
        instant = datetime.fromtimestamp(at / 1000, UTC).isoformat()
        told = {"user_id": name, "peer_id": f"{name}-{act.which % 3}", "joined_at": instant, "left_at": instant}
        self.provider_events.handle(
            kind, {"room_name": self.visit_id, "room_id": f"room-of-{self.visit_id}", **told}, at, self.now
        )

    def _fire(self, times: int) -> None:
        for payload in self.schedules.due(self.now):
            look = {"visit": self.lifecycle.advance, "visitWarning": self.lifecycle.warn}[payload["kind"]]
            for _ in range(times):
                # Lambda tries again, and another schedule is another caller.
                with suppress(UnavailableError):
                    look(payload["id"], self.now)

    def _interpose(self, act: Act) -> None:
        """Let another act happen right after the next reading of the record, before what is written upon it."""
        read = self.record._read  # noqa: SLF001  # nothing else comes in between

        def reading(visit_id: str) -> Any:
            found = read(visit_id)
            self.record.__dict__.pop("_read", None)
            with suppress(DiedError, BedsideError):
                self._do(act)
            return found

        self.record.__dict__["_read"] = reading

    def _random(self, size: int) -> bytes:
        return next(self.names).to_bytes(size)


def check(before: Visit, after: Visit) -> None:
    """Expect a history that was only added to, of steps that the table allows, and no way back from an end."""
    assert after.history[: len(before.history)] == before.history
    state = "scheduled"
    for step in after.history:
        assert step.source == state
        state = transition(step.source, step.cause).target
        assert step.target == state
    assert after.state == state
    assert [step.at for step in after.history] == sorted(step.at for step in after.history)
    assert before.ongoing or after.state == before.state


def test_it_ends_once_and_nothing_is_left() -> None:
    """One outcome; the room was ended, recordings heard of it, nothing is due, and no schedule waits."""

    @settings(max_examples=examples(100), deadline=None)
    @given(STORIES)
    def run(acts: list[Act]) -> None:
        practice = Practice("v")
        for act in acts:
            before = practice.kept()
            practice.happen(act)
            check(before, practice.kept())
        practice.now += MINUTE
        practice.sweep()
        swept = practice.kept()
        assert practice.visit_id not in practice.record.due(practice.now, 200)
        note(f"{swept.state} {practice.schedules.waiting}")
        if not swept.ongoing:
            # What is late fires in a moment, and is gone then.
            assert [at for at, _ in practice.schedules.waiting.values() if at > practice.now] == []
        # A day later the sweeper has looked, though no schedule has fired.
        practice.now += DAY
        practice.sweep()
        practice.sweep()
        after = practice.kept()
        check(swept, after)
        assert after.state in TERMINAL
        assert not after.cleanup_pending
        assert practice.record.due(practice.now, 200) == []
        assert practice.rooms.ended == ({after.facts.room_id} if after.facts.room_id else set())
        assert practice.visit_id in practice.bystander.over
        found = summary(after, RULES)
        assert found.duration_s <= RULES.limit_ms // 1000
        practice.happen(Act("fire twice"))
        assert (practice.kept(), summary(practice.kept(), RULES)) == (after, found)

    run()


def test_a_caller_dies_right_after_the_end() -> None:
    """The sweeper ends the room, tells recordings, and lets no schedule wait that nobody needs."""
    practice = Practice("v")
    for act in (*BEGUN, Act("end", MINUTE, dies_at=0)):
        practice.happen(act)
    assert (practice.kept().state, practice.rooms.ended, practice.bystander.over) == ("completed", set(), [])
    assert len(practice.schedules.waiting) == 2
    practice.sweep()
    assert (practice.rooms.ended, practice.bystander.over) == ({"room-of-v"}, ["v"])
    assert practice.schedules.waiting == {}
    assert not practice.kept().cleanup_pending
