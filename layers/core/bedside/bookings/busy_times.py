"""The time that practitioners' visits take, as visits reserve it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Table, get_together
from bedside.bookings.availability import Span
from bedside.visits.busy_day import DAY_MS
from bedside.visits.reservations import busy_day, busy_key


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """Reservations of practitioners' time, which are in the table of visits."""

    visits_table: Table

    def at_facility(self, facility_id: str, practitioner_id: str, within: Span) -> list[Span]:
        """Return what takes the practitioner's time at a facility within a span of up to 90 days, in order.

        Raises UnavailableError.
        """
        items = get_together(self.wanted(practitioner_id, within))
        return busy_in(practitioner_id, within, items, facility_id)

    def wanted(self, practitioner_id: str, within: Span) -> list[tuple[Table, str]]:
        """Return the keys of the items that `busy_in` needs."""
        return [(self.visits_table, busy_key(practitioner_id, day)) for day in _days(within)]


def busy_in(
    practitioner_id: str, within: Span, items: Mapping[str, Item], facility_id: str | None = None
) -> list[Span]:
    """Return what takes the practitioner's time within a span, in order, from the items of its days by their keys.

    With a facility only what they do there, else everything.
    """
    days = (busy_day(practitioner_id, day, items.get(busy_key(practitioner_id, day))) for day in _days(within))
    spans = {
        (one.start, one.end)
        for day in days
        for one in day.reservations.values()
        if facility_id in {None, one.facility_id}
    }
    return sorted(span for span in spans if span[0] < within[1] and within[0] < span[1])


def _days(within: Span) -> Iterable[int]:
    return range(within[0] // DAY_MS, (within[1] - 1) // DAY_MS + 1)
