"""Facilities in DynamoDB."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.facility import Facility, FacilitySettings, facility_from_record, facility_key

PAGE: Final = 100
_INDEX: Final = "facilities"
# The attribute that only facilities have, and by which the index finds them.
_KIND: Final = "facility"


@dataclass(frozen=True, slots=True)
class FacilityRepository:
    """Facilities with their settings, in the table of the people who belong to them."""

    table: Table
    trail: AuditTrail

    def find(self, facility_id: str) -> Facility | None:
        """Return a facility, or None if it has no settings yet."""
        item = self.table.get(facility_key(facility_id))
        return facility_from_record(item) if item else None

    def list_all(self, after: str | None) -> tuple[list[Facility], str | None]:
        """Return up to 100 facilities by id, starting after id `after`, and the `after` of the next page."""
        start = {"kind": _KIND, "pk": facility_key(after)} if after else None
        items, more = self.table.page(_INDEX, "kind", _KIND, limit=PAGE, after=start)
        found = [facility_from_record(item) for item in items]
        return found, found[-1].facility_id if more and found else None

    def save(self, facility_id: str, settings: FacilitySettings, seen: int, entry: Entry, now_ms: int) -> bool:
        """Store the settings as the version after `seen`, with an audit entry; False if `seen` is not current."""
        policy = settings.booking_policy
        values: dict[str, Any] = {
            "kind": _KIND,
            "name": settings.name,
            "country": settings.country,
            "zone": settings.time_zone,
            "identifier": asdict(settings.identifier),
            "days": settings.photo_retention_days,
            "committedDays": settings.committed_photo_days,
            "policy": {"freeUntilHours": policy.free_until_hours, "lateRefundPercent": policy.late_refund_percent},
            "fee": settings.fee_percent,
            "version": seen + 1,
            "now": now_ms,
        }
        change = self.table.update_change(
            facility_key(facility_id),
            "SET #kind = :kind, #name = :name, #country = :country, #timeZone = :zone, #version = :version, "
            "#changedAt = :now, #identifier = :identifier, #photoRetentionDays = :days, #bookingPolicy = :policy, "
            "#feePercent = :fee, #committedPhotoDays = :committedDays",
            condition="#version = :seen" if seen else "attribute_not_exists(#pk)",
            values=values | ({"seen": seen} if seen else {}),
        )
        try:
            transact(change, self.trail.add_change(entry, now_ms))
        except ConditionFailedError:
            return False
        return True
