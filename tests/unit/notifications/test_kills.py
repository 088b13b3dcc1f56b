"""Whoever dies between any two steps, and whatever comes twice, late or never: everybody is told once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.kernel.errors import UnavailableError
from bedside.ports.channels import Delivery
from bedside.ports.notices import Notice
from tests.examples import examples
from tests.lives import deaths
from tests.unit.notifications.office import DAY, MINUTE, NOW, Office, World, reminder

type Happening = Callable[[Office], object]

SOON: Final = reminder(NOW + 10 * MINUTE, occurrence="soon")
LATER: Final = reminder(NOW + 90 * MINUTE, occurrence="later")
NOW_ONE: Final = reminder(NOW, occurrence="now", workflow="visit-booked")


@dataclass(frozen=True)
class Life:
    """What happens, and what the patient has been told in the end."""

    happenings: tuple[Happening, ...]
    told: tuple[Notice, ...]
    sms_only: bool = False


def _want(*notices: Notice) -> Happening:
    def happening(office: Office) -> None:
        office.want(*notices)
        office.hear()

    return happening


def _after(ms: int) -> Happening:
    return lambda office: office.settle(office.now + ms)


LIVES: Final = {
    "told at once": Life((_want(NOW_ONE),), (NOW_ONE,)),
    "told later": Life((_want(NOW_ONE, SOON, LATER), _after(MINUTE)), (NOW_ONE, SOON, LATER)),
    "moved": Life((_want(SOON), _after(MINUTE), _want(LATER)), (LATER,)),
    "moved and back": Life((_want(SOON), _want(LATER), _want(SOON)), (SOON,)),
    "cancelled": Life((_want(SOON, LATER), _after(MINUTE), _want()), ()),
    "by text message": Life((_want(NOW_ONE, SOON),), (NOW_ONE, SOON), sms_only=True),
}


def _run(office: Office, life: Life) -> None:
    for happening in life.happenings:
        happening(office)
    office.settle()


def _require(office: Office, life: Life, *, unknown: bool = False) -> None:
    """Each once in the inbox and on one channel; a text message at most once, whoever has died."""
    assert sorted(record.occurrence for record in office.inbox()) == sorted(one.occurrence for one in life.told)
    for notice in life.told:
        record = office.record(notice)
        assert record.state == "told"
        texts = [to for to, message_id in office.sms.sent if message_id == record.record_id]
        pushes = [to for to, message_id in office.push.sent if message_id == record.record_id]
        assert len(texts) <= 1
        if unknown:
            # Push is sent again after a death, under the same name, by which browsers replace the first.
            assert texts or pushes or record.attempts["sms"].state == "unknown"
        else:
            assert len(texts) + len(pushes) == 1
    assert {name for _, name in [*office.sms.sent, *office.push.sent]} <= {
        office.record(notice).record_id for notice in life.told
    }
    assert office.recipients.get(office.inbox()[0].recipient if life.told else "").unread == len(life.told)
    assert all(record.over and record.due_at is None for record in office.all())


@pytest.mark.parametrize("name", LIVES)
def test_whoever_dies_everybody_is_told_once(name: str) -> None:
    """The trigger, the sweeper or the dispatcher, before any of its steps."""
    life = LIVES[name]
    for mortal in deaths():
        with Office.opened(mortal, sms_only=life.sms_only) as office:
            _run(office, life)
            _require(office, life, unknown=mortal.dies_at is not None)


def test_notices_that_belong_together_are_one_message() -> None:
    """The first that comes tells of all, and the others are withdrawn, whoever dies before any step."""
    one, other = (replace(SOON, occurrence=name, together="at-eight") for name in ("one", "other"))
    for mortal in deaths():
        with Office.opened(mortal) as office:
            _run(office, Life((_want(one, other), _after(MINUTE)), ()))
            office.hear()
            office.settle()
            told, withdrawn = sorted(map(office.record, (one, other)), key=lambda record: record.state)
            assert (told.state, withdrawn.state, withdrawn.reason) == ("told", "withdrawn", "together")
            assert [record.record_id for record in office.inbox()] == [told.record_id]
            assert {name for _, name in [*office.sms.sent, *office.push.sent]} == {told.record_id}


@pytest.mark.parametrize("name", LIVES)
def test_everything_comes_twice(name: str) -> None:
    """The stream, the queue and the schedules promise only at least once."""
    life = LIVES[name]
    with Office.opened(sms_only=life.sms_only) as office:
        for happening in life.happenings:
            happening(office)
            office.hear()
            office.deliver(twice=True)
        office.settle()
        office.sweep()
        office.settle()
        _require(office, life)


def test_a_silent_scheduler_is_made_up_for() -> None:
    """By the sweeper, from the record itself; and so is a queue that is away."""
    with Office.opened() as office:
        office.schedules.away = True
        _run(office, LIVES["told later"])
        assert office.failures
        _require(office, LIVES["told later"])
    with Office.opened() as office:
        office.queue.away = True
        office.want(NOW_ONE)
        office.hear()
        office.queue.away = False
        office.settle()
        _require(office, LIVES["told at once"])


def test_what_comes_in_another_order_is_the_same() -> None:
    """Whoever hears of a change late plans what is wanted by now."""
    with Office.opened() as office:
        office.want(SOON)
        office.want(LATER)
        office.hear()
        office.hear()
        office.settle()
        _require(office, Life((), (LATER,)))


@dataclass
class SlowWorld(World):
    """Something happens after it was asked, before its answer arrives."""

    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def wanted(self, subject_id: str) -> list[Notice]:
        found = super().wanted(subject_id)
        if self.meanwhile:
            self.meanwhile.pop()()
        return found


@pytest.mark.parametrize("before", [(), (SOON,)])
def test_a_change_that_comes_while_another_is_planned_holds(before: tuple[Notice, ...]) -> None:
    """Whoever was asked about the old state neither saves it nor leaves behind what it withdrew by it."""
    with Office.opened() as office:
        office.world = world = SlowWorld()
        _want(*before)(office)
        newest = (*before, LATER)
        world.meanwhile.append(lambda: _want(*newest)(office))
        _want(*() if before else (SOON,))(office)
        office.settle()
        _require(office, Life((), newest))


def test_what_is_so_again_goes_on() -> None:
    """Its message was on the way when it was withdrawn: on another channel it still arrives."""
    with Office.opened() as office:
        office.want(NOW_ONE)
        office.push.answers.append("late")
        office.hear()
        office.deliver()
        office.want()
        office.hear()
        office.want(NOW_ONE)
        office.hear()
        office.settle()
        record = office.records.find(office.record(NOW_ONE).record_id)
        assert record
        assert record.state == "told"


WISHES = st.sampled_from([(), (SOON,), (LATER,), (NOW_ONE, SOON, LATER)])
STEPS: Final[tuple[Happening, ...]] = (
    Office.hear,
    Office.deliver,
    Office.sweep,
    lambda office: office.deliver(twice=True),
    lambda office: setattr(office, "now", office.now + 4 * MINUTE),
    lambda office: setattr(office.schedules, "away", not office.schedules.away),
    lambda office: setattr(office.mortal, "dies_at", office.mortal.steps + 3),
    lambda office: office.push.answers.append("late"),
    lambda office: office.sms.answers.append("late"),
    lambda office: office.push.answers.append(Delivery("throttled", None, 5000)),
    lambda office: office.push.answers.append(UnavailableError("away")),
    lambda office: office.push.answers.append(Delivery("gone")),
)


@settings(max_examples=examples(40))
@given(
    wishes=st.lists(st.tuples(WISHES, st.lists(st.sampled_from(STEPS), max_size=6)), min_size=1, max_size=4),
)
def test_the_last_wish_is_told(wishes: list[tuple[tuple[Notice, ...], list[Happening]]]) -> None:
    """Whatever happens on the way: never twice, and nothing that is no longer wanted (`Office` checks each sending)."""
    with Office.opened() as office:
        for wish, steps in wishes:
            office.want(*wish)
            office.hear()
            for step in steps:
                step(office)
        office.mortal.dies_at = None
        office.schedules.away = False
        office.hear()
        office.settle(office.now + 2 * DAY)
        for notice in wishes[-1][0]:
            record = office.records.find(office.record(notice).record_id)
            assert record
            assert record.over
            assert record.state in {"told", "summarised", "failed"} or record.reason == "tooLate"
        names = [message_id for _, message_id in office.sms.sent]
        assert len(names) == len(set(names))
