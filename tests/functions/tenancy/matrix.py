"""Makes a call as everybody who could make it, and compares who got what with what they should have got."""

from collections.abc import Collection

import httpx

from tests.e2e.people import Caller
from tests.functions.tenancy import inventory
from tests.functions.tenancy.estate import Estate, Facilities
from tests.functions.tenancy.rules import RULES, Answer


class Matrix:
    """What callers got from one call, beside what they should have got."""

    def __init__(self, facilities: Facilities, call: str) -> None:
        self._facilities = facilities
        self._call = call
        self._lines = [call]
        self.wrong = 0

    def __str__(self) -> str:
        return "\n".join(self._lines)

    def fill(self, callers: Collection[str]) -> None:
        """Let these callers make the call, as far as the rule says anything of them."""
        answers = {name: answer for name, answer in RULES[self._call].answers.items() if answer and name in callers}
        estate = Estate(self._facilities)
        refused = [name for name, answer in answers.items() if not answer.may_change]
        before = self._prepared(estate, refused)
        for name in refused:
            before = self._try(estate, name, answers[name], before)
        for name in answers.keys() - set(refused):
            estate = Estate(self._facilities)  # what the last one changed is not there to be changed again
            self._try(estate, name, answers[name], self._prepared(estate, [name]))

    def _prepared(self, estate: Estate, names: list[str]) -> inventory.Inventory:
        """Make the callers and what the call is about, and return what there is then."""
        RULES[self._call].ask(estate)
        for name in names:
            estate.caller(name)
        if "appointment" not in vars(estate):
            return _inventory(estate)
        # The provider tells of a room that has ended and of a recording that has begun.
        return self._facilities.world.settled(lambda: _inventory(estate))

    def _try(self, estate: Estate, name: str, expected: Answer, before: inventory.Inventory) -> inventory.Inventory:
        """Make the call as somebody, note what came of it, and return what there is afterwards."""
        caller = estate.caller(name)
        answer = self._request(estate, caller)
        after = _inventory(estate)
        allowed = estate.owners(name) if expected.may_change else set()
        changed = inventory.changes(before, after)
        faults = [f"changed {thing} of {owner}" for thing, owner in changed.items() if owner not in allowed]
        if answer.status_code == expected.status and not expected.check(estate, caller, answer):
            faults.append("told what it should not")
        self._note(name, expected, answer, faults)
        return after

    def _request(self, estate: Estate, caller: Caller) -> httpx.Response:
        ask = RULES[self._call].ask(estate)
        method = "GET" if self._call == "$default" else self._call.partition(" ")[0]
        return caller.call(method, ask.path, ask.body, headers=ask.headers)

    def _note(self, name: str, expected: Answer, answer: httpx.Response, faults: list[str]) -> None:
        got = f"{answer.status_code} {_slug(answer)}".strip()
        if (answer.status_code, _slug(answer)) != (expected.status, expected.slug):
            faults = ["another answer", *faults]
        self.wrong += bool(faults)
        mark = "WRONG" if faults else "ok"
        self._lines.append(f"{mark:6}{name:26}{expected!s:24}{got:24}{'; '.join(faults)}")


def _slug(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return str(answer.json()["type"]).rpartition("/")[2] if is_problem else ""


def _inventory(estate: Estate) -> inventory.Inventory:
    facilities = estate.facilities
    return inventory.take(facilities.world.kept, [facilities.ours, facilities.theirs], estate.strangers, estate.earlier)
