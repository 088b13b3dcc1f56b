"""Appends events to the timelines of encounters, each once and in order."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.encounters.chain import Position
from bedside.encounters.encounter import Change, grown, is_known
from bedside.encounters.repository import EncounterRepository
from bedside.encounters.stream import change_in
from bedside.kernel.errors import UnavailableError

# The items of one encounter are few, so that concurrent appends soon take their turns.
_TRIES: Final = 8
_REMEMBERED: Final = 1000


@dataclass(frozen=True, slots=True)
class Timeline:
    """Appends what streams report; a version that brings no new events, such as an activity, mostly costs nothing."""

    repository: EncounterRepository
    # What this process has appended last: positions only grow, so what is known stays known.
    _known: OrderedDict[str, Mapping[str, Position]] = field(default_factory=OrderedDict)

    def append(self, record: Mapping[str, Any], now_ms: int) -> bool:
        """Append the events that a record of a stream brings, and return whether there were any; idempotent.

        Raises UnavailableError, NotUnderstoodError.
        """
        change = change_in(record)
        if change is None or is_known(self._known.get(change.key, {}), change):
            return False
        return self._append(change, now_ms)

    def _append(self, change: Change, now_ms: int) -> bool:
        extended, tries = False, _TRIES
        while tries:
            before = self.repository.find(change.facility_id, change.encounter_id)
            after, entries = grown(before, change, now_ms)
            try:
                if entries:
                    self.repository.extend(before, after, entries)
            except ConditionFailedError:
                tries -= 1
                continue
            extended |= bool(entries)
            if is_known(after.positions, change):
                self._remember(change.key, after.positions)
                return extended
        raise UnavailableError("The timeline is being extended by others.")

    def _remember(self, key: str, positions: Mapping[str, Position]) -> None:
        self._known[key] = positions
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
