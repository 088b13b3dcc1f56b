"""The outbox of an item: the events of its latest change, which its table's stream carries to the timeline.

The events are attributes of the item that changes, so that they are written if and only if the change is, and without a
request of their own. `eventNumber` counts the item's events; `eventLine` tells an item that was written anew, and so
counts from one again, from the one before. An item with events also has `encounterId` and `facilityId`, and perhaps
`patientId`, `patientName` and a map `images`, which are read from it too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bedside.encounters.events import Event

_APPEND: Final = "SET #events = :events, #eventNumber = if_not_exists(#eventNumber, :noEvents) + :eventCount, "


def first_events(line: int, *events: Event) -> dict[str, Any]:
    """Return the attributes of a new item with its first events; `line` must grow if the item is written anew."""
    return {"events": list(events), "eventNumber": len(events), "eventLine": line}


def next_events(number: int, events: Sequence[Event]) -> dict[str, Any]:
    """Return the attributes to set for further events of an item that has `number`; none if there are no events."""
    return {"events": list(events), "eventNumber": number + len(events)} if events else {}


def with_events(expression: str, values: Mapping[str, Any], events: Sequence[Event]) -> tuple[str, Mapping[str, Any]]:
    """Return an update expression, which has a SET clause, and its values, extended by events of the item."""
    if not events:
        return expression, values
    extended = {**values, "events": list(events), "eventCount": len(events), "noEvents": 0}
    return expression.replace("SET ", _APPEND, 1), extended
