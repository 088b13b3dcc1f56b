"""The practitioners with whom a facility's visits can be booked."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError
from bedside.kernel.wire import Wire
from bedside.visits.access import staff_facility
from bedside.visits.representation import PractitionerDocument, PractitionerListDocument

# A page reads up to this many people at once, this often: patients sign in too, and are many more than clinicians.
_AT_ONCE: Final = 500
_READS: Final = 4
_ENOUGH: Final = 100


class PractitionersRequest(Wire):
    cursor: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{24}$")] | None = None


@dataclass(frozen=True, slots=True)
class Practitioners:
    """Lists the verified clinicians of a facility for those who book visits there."""

    people: PersonRepository

    def list_practitioners(self, principal: Principal, request: PractitionersRequest) -> PractitionerListDocument:
        """Return a page of the practitioners of the caller's facility, by id.

        A page may be short, and even empty, although there are more. Raises ForbiddenError, UnavailableError.
        """
        facility_id = staff_facility(principal)
        if facility_id is None:
            raise ForbiddenError("Only clinicians and administrators of a facility book visits.")
        found: list[PractitionerDocument] = []
        after = request.cursor
        for _ in range(_READS):
            people, after = self.people.list_by_facility(facility_id, after, limit=_AT_ONCE)
            found += [{"userId": one.user_id, "name": one.display_name} for one in people if one.verified_clinician]
            if after is None or len(found) >= _ENOUGH:
                break
        return {"practitioners": found, "cursor": after}
