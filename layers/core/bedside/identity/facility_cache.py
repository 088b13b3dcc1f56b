"""A short-lived in-process cache of facilities, for their names and countries."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from bedside.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside.identity.facility import Facility
    from bedside.identity.facility_repository import FacilityRepository

# A new name is shown everywhere within this time.
LIFE_MS: Final = 60_000
_CAPACITY: Final = 1000


class FacilityCache:
    """Reads each facility from DynamoDB at most once a minute. For display, and to read national phone numbers."""

    def __init__(self, facilities: "Callable[[], FacilityRepository]") -> None:
        self._facilities = facilities
        self._cached: OrderedDict[str, tuple[int, Facility | None]] = OrderedDict()

    def find(self, facility_id: str | None, now_ms: int) -> "Facility | None":
        """Return the facility; None without settings, and if DynamoDB fails: no call may fail for want of a name."""
        if facility_id is None:
            return None
        cached = self._cached.get(facility_id)
        if cached and now_ms - cached[0] < LIFE_MS:
            return cached[1]
        try:
            facility = self._facilities().find(facility_id)
        except UnavailableError:
            return cached[1] if cached else None
        self._cached[facility_id] = (now_ms, facility)
        self._cached.move_to_end(facility_id)
        while len(self._cached) > _CAPACITY:
            self._cached.popitem(last=False)
        return facility

    def name(self, facility_id: str | None, now_ms: int) -> str | None:
        """Return the facility's name, or None while none is known."""
        facility = self.find(facility_id, now_ms)
        return facility.settings.name if facility else None

    def country(self, facility_id: str | None, now_ms: int) -> str:
        """Return the facility's country, or "" while none is known."""
        facility = self.find(facility_id, now_ms)
        return facility.settings.country if facility else ""

    def discard(self, facility_id: str) -> None:
        self._cached.pop(facility_id, None)
