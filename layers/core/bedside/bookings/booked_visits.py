"""The visits that came of bookings, as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import Table, get_together
from bedside.kernel.errors import UnavailableError
from bedside.visits.model import Visit, with_facts
from bedside.visits.records import visit_from_record
from bedside.visits.timeline import TimeLimits


@dataclass(frozen=True, slots=True)
class BookedVisits:
    """Reads visits, with steps that are due but not yet recorded."""

    visits_table: Table
    rules: TimeLimits

    def get(self, visit_id: str, now_ms: int) -> Visit:
        """Return a visit. Raises UnavailableError."""
        return self.get_all([visit_id], now_ms)[visit_id]

    def get_all(self, visit_ids: Sequence[str], now_ms: int) -> dict[str, Visit]:
        """Return up to a hundred visits by their ids, in one request. Raises UnavailableError."""
        if not visit_ids:
            return {}
        found = get_together([(self.visits_table, visit_id) for visit_id in visit_ids])
        if len(found) < len(set(visit_ids)):  # a booking and its visit are created together, and neither is removed
            raise UnavailableError("The visit of a booking is missing.", cause="NoVisit")
        visits = {visit_id: visit_from_record(item) for visit_id, item in found.items()}
        return {name: with_facts(visit, visit.facts, self.rules, now_ms) for name, visit in visits.items()}
