"""Usage counters for administrators."""

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
    """The facility, and the number of hours and days, including the current ones."""

    facility_id: Identifier | None = None
    hours: Annotated[QueryNumber, Field(ge=0, le=HOURS_KEPT)] = 24
    days: Annotated[QueryNumber, Field(ge=0, le=DAYS_KEPT)] = 14


@dataclass(frozen=True, slots=True)
class Usage:
    """Reads usage counters."""

    counters: Counters

    def read(
        self, admin: Admin, request: CountersRequest, counters: Iterable[Counter], now_ms: int
    ) -> CountersDocument:
        """Return the counts, oldest first; without a facility, system administrators get the product's totals.

        While Redis is down, the result is empty and not `complete`, rather than wrong. Raises ForbiddenError for
        another facility.
        """
        wanted = request.facility_id or (None if admin.everywhere else admin.facility_id)
        if not admin.scope.covers(wanted):
            raise ForbiddenError("The facility is not yours.")
        found = self.counters.read(counters, wanted, request.hours, request.days, now_ms)
        hours, days = found or ([], [])
        return {
            "facilityId": wanted,
            "complete": found is not None,
            "hours": _documents(hours),
            "days": _documents(days),
        }


def _documents(spans: Sequence[Span]) -> list[PeriodDocument]:
    return [cast("PeriodDocument", {"at": iso(span.at), **span.counts}) for span in spans]
