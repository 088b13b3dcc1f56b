"""The delivery log: which kinds of things people were told, for administrators. It has no texts and no addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Admin
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError
from bedside.notifications.record import Record
from bedside.notifications.repository import CURSOR, PAGE, RecordRepository
from bedside.notifications.representation import DeliveryDocument, DeliveryLogDocument, delivery_document
from bedside.notifications.requests import DeliveryLogRequest
from bedside.platform.contract import Workflow

# Pages of records that are read for one page of those in a state.
_LOOKS: Final = 4


@dataclass(frozen=True, slots=True)
class DeliveryLog:
    """What people were told of the facilities that the caller administers."""

    records: RecordRepository
    people: PersonRepository
    workflows: Mapping[str, Workflow]

    def list_deliveries(self, admin: Admin, request: DeliveryLogRequest) -> DeliveryLogDocument:
        """Return a page of records, newest first. Raises ForbiddenError, InvalidRequestError, UnavailableError."""
        facility_id = request.facility_id or admin.facility_id
        if facility_id is None and request.recipient is None:
            raise InvalidRequestError([FieldFault("facilityId", "Say whose notifications you want.")])
        if facility_id is not None and not admin.scope.covers(facility_id):
            raise ForbiddenError("The facility is not yours.")
        place = CURSOR.read(request.cursor)
        found: list[Record] = []
        for _ in range(_LOOKS):
            records, place = self._page(facility_id, request.recipient, place)
            found += [
                record
                for record in records
                if request.state in {None, record.state}
                and (admin.everywhere or admin.scope.covers(record.facility_id))
            ]
            if place is None or len(found) >= PAGE:
                break
        cursor = CURSOR.write(place) if place else None
        return {"notifications": self._documents(admin, found), "cursor": cursor}

    def _page(
        self, facility_id: str | None, recipient: str | None, place: Item | None
    ) -> tuple[list[Record], Item | None]:
        if recipient is not None:
            return self.records.list_by_recipient(recipient, place)
        return self.records.list_by_facility(facility_id or "", place)

    def _documents(self, admin: Admin, records: list[Record]) -> list[DeliveryDocument]:
        people = self.people.find_all(admin.scope, {record.recipient for record in records})
        return [
            delivery_document(
                record,
                people[record.recipient].display_name if record.recipient in people else None,
                self.workflows[record.workflow].category if record.workflow in self.workflows else None,
            )
            for record in records
        ]
