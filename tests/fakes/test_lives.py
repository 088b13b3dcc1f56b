"""Functions die at each step, once; and a life that cannot bear it is found out."""

import pytest

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from tests.lives import DiedError, Mortal, MortalSchedules, again, deaths, tables
from tests.tables import IDENTITY


class Register:
    """Keeps a name, and a schedule of it."""

    def __init__(self, mortal: Mortal) -> None:
        self.mortal, self.schedules, self.told = mortal, MortalSchedules(mortal=mortal), 0

    def keep(self) -> None:
        Table(IDENTITY).put({"pk": "a"}, condition="attribute_not_exists(#pk)", values={})
        self.schedules.put("a", 1, {})

    def keep_or_find(self) -> None:
        if not Table(IDENTITY).get("a"):
            self.keep()
        self.schedules.put("a", 1, {})

    def tell(self) -> None:
        with self.mortal.step():
            self.told += 1


def test_everybody_dies_once() -> None:
    """First nobody, then one before each step, of which each leaves what was done before it."""
    seen = []
    for mortal in deaths():
        with tables(mortal):
            register = Register(mortal)
            again(register.keep_or_find)
            seen.append((mortal.dies_at, mortal.steps, bool(Table(IDENTITY).get("a")), len(register.schedules.waiting)))
    assert seen == [(None, 3, True, 1), (1, 4, True, 1), (2, 3, True, 1), (3, 4, True, 1)]


def test_a_step_may_be_done_whose_answer_is_lost() -> None:
    """Whoever dies after a step does it again."""
    told = {}
    for mortal in deaths(after=True):
        register = Register(mortal)
        again(register.tell)
        told[mortal.dies_at, mortal.after] = register.told
    assert told == {(None, False): 1, (1, False): 1, (1, True): 2}


def test_what_cannot_be_done_again_is_found_out() -> None:
    """Here the second caller wants what the first one, who died, has already written."""

    def live() -> None:
        for mortal in deaths():
            with tables(mortal):
                again(Register(mortal).keep)

    with pytest.raises(ConditionFailedError):
        live()


def test_a_life_without_steps_or_deaths_proves_nothing() -> None:
    with pytest.raises(AssertionError, match="nothing was a step"):
        list(deaths())
    mortals = deaths()
    next(mortals)()
    next(mortals)
    with pytest.raises(AssertionError, match="nobody died at step 1 of 1"):
        next(mortals)


def test_nobody_dies_who_is_spared() -> None:
    mortal = Mortal(dies_at=1)
    with mortal.spared():
        mortal()
    assert mortal.steps == 0
    with pytest.raises(DiedError):
        mortal()
    mortal()
