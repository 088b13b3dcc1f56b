"""An administrator sees how much is done: what was counted in their facility, or in all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from pydantic import Field

from bedside.identity.principal import Admin
from bedside.identity.representation import CountersDocument, PeriodDocument
from bedside.kernel.errors import ForbiddenError
from bedside.kernel.instants import iso
from bedside.kernel.wire import Identifier, QueryNumber, Wire
from bedside.platform.transient.counters import DAYS_KEPT, HOURS_KEPT, Counter, Counters, Span


class CountersRequest(Wire):
    """Of which facility, and how many hours and days, those under way included."""

    facility_id: Identifier | None = None
    hours: Annotated[QueryNumber, Field(ge=0, le=HOURS_KEPT)] = 24
    days: Annotated[QueryNumber, Field(ge=0, le=DAYS_KEPT)] = 14


@dataclass(frozen=True, slots=True)
class Usage:
    """Reads the counters."""

    counters: Counters

    def read(self, who: Admin, asked: CountersRequest, counters: Iterable[Counter], now_ms: int) -> CountersDocument:
        """Return what was counted, oldest first; the system's administrators may ask for all facilities together.

        While Redis is away there are no numbers, rather than wrong ones: then it is not `complete`. Raises
        ForbiddenError for another facility.
        """
        wanted = asked.facility_id or (None if who.everywhere else who.facility_id)
        if not who.scope.covers(wanted):
            raise ForbiddenError("The facility is not yours.")
        found = self.counters.read(counters, wanted, asked.hours, asked.days, now_ms)
        hours, days = found or ([], [])
        return {
            "facilityId": wanted,
            "complete": found is not None,
            "hours": _documents(hours),
            "days": _documents(days),
        }


def _documents(spans: Sequence[Span]) -> list[PeriodDocument]:
    return [cast("PeriodDocument", {"at": iso(span.at), **span.counts}) for span in spans]
