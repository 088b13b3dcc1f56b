"""Services in DynamoDB: one item each, found by their facility."""

from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table
from bedside.bookings.service import Service, service_from_record, service_record

PAGE: Final = 200
# A practitioner's id, a dot and what distinguishes their services.
_ID_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class ServiceRepository:
    """Services, each within a facility. Methods raise UnavailableError."""

    table: Table

    def find(self, facility_id: str, service_id: str) -> Service | None:
        """Return the facility's service of this id, or None."""
        item = self.table.get(service_key(facility_id, service_id)) if len(service_id) <= _ID_LENGTH else None
        return service_from_record(item) if item else None

    def list_by_facility(self, facility_id: str, after: str | None) -> tuple[list[Service], str | None]:
        """Return a page of a facility's services, by name, and the `after` of the next page, if there may be more.

        The pages are by id: that of the last one is `after`. The index lags by a moment.
        """
        place = {"pk": service_key(facility_id, after), "servicesOf": facility_id} if after else None
        items, more = self.table.page("services-of-facility", "servicesOf", facility_id, limit=PAGE, after=place)
        services = sorted(map(service_from_record, items), key=lambda one: (one.name.casefold(), one.service_id))
        return services, str(more["pk"]).removeprefix(service_key(facility_id, "")) if more else None

    def create(self, service: Service) -> bool:
        """Add a service; False if one of this id exists."""
        try:
            self._put(service, "attribute_not_exists(#pk)")
        except ConditionFailedError:
            return False
        return True

    def replace(self, service: Service) -> None:
        """Store a service as the version after the one before it. Raises ConditionFailedError if there is another."""
        self._put(service, "#version = :seen", seen=service.version - 1)

    def unchanged_change(self, service: Service, now_ms: int) -> Change:
        """Return a change, for the transaction of a booking, that fails if the service is another version."""
        return self.table.update_change(
            service_key(service.facility_id, service.service_id),
            "SET #lastBookedAt = :now",
            condition="#version = :seen",
            values={"now": now_ms, "seen": service.version},
        )

    def _put(self, service: Service, condition: str, **values: int) -> None:
        key = service_key(service.facility_id, service.service_id)
        item = {"pk": key, "servicesOf": service.facility_id, **service_record(service)}
        self.table.put(item, condition=condition, values=values)


def service_key(facility_id: str, service_id: str) -> str:
    """Return the key of a service."""
    return f"service#{facility_id}#{service_id}"
