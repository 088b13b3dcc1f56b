"""A facility: the hospital or clinic that people belong to, and its settings. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# How long photos that nobody has committed stay after their encounter's end, in days.
PHOTO_RETENTION_DAYS: Final = 1
LONGEST_PHOTO_RETENTION_DAYS: Final = 30
# How long photos stay that are in the patient's record, in days: long enough to see one beside those of the next visit.
COMMITTED_PHOTO_DAYS: Final = 30
# No photo stays longer than half a year after it arrived.
LONGEST_COMMITTED_PHOTO_DAYS: Final = 180
# Keys of facilities in the table of people; an id of a person has no `#`.
_KEY: Final = "facility#"


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """The number that a facility knows its patients by: whose it is, what people call it, whether all have one."""

    system: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """What patients get back of what they paid: everything until so many hours before, later a share."""

    free_until_hours: int = 24
    late_refund_percent: int = 0


@dataclass(frozen=True, slots=True)
class FacilitySettings:
    """What administrators say of a facility: its name, its country (ISO 3166) and its time zone (IANA).

    Also the number that it knows its patients by, for how many days photos that nobody has committed stay after their
    encounter's end, and committed ones after their arrival in the patient's record, and what patients get back who
    cancel a booking. Of payments the facility keeps `fee_percent`, and practitioners get the rest; None is the stage's
    usual fee.
    """

    name: str
    country: str
    time_zone: str
    identifier: IdentifierKind
    photo_retention_days: int = PHOTO_RETENTION_DAYS
    booking_policy: BookingPolicy = BookingPolicy()
    fee_percent: int | None = None
    committed_photo_days: int = COMMITTED_PHOTO_DAYS


_USUAL: Final = {"NZ": IdentifierKind("nhi", "NHI")}


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as stored in DynamoDB; its version grows with every change of its settings."""

    facility_id: str
    settings: FacilitySettings
    version: int


def usual_identifier(country: str) -> IdentifierKind:
    """Return the number that patients usually have in a country (ISO 3166); elsewhere the facility's own."""
    return _USUAL.get(country, IdentifierKind("mrn", "Patient number"))


def facility_key(facility_id: str) -> str:
    """Return the key of a facility's item."""
    return f"{_KEY}{facility_id}"


def facility_from_record(item: Mapping[str, Any]) -> Facility:
    """Return the facility stored in a DynamoDB item; those of earlier releases have none of the later settings."""
    stored, country, policy = item.get("identifier"), item["country"], item.get("bookingPolicy")
    fee = item.get("feePercent")
    settings = FacilitySettings(
        item["name"],
        country,
        item["timeZone"],
        IdentifierKind(stored["system"], stored["label"], stored["required"]) if stored else usual_identifier(country),
        int(item.get("photoRetentionDays", PHOTO_RETENTION_DAYS)),
        BookingPolicy(int(policy["freeUntilHours"]), int(policy["lateRefundPercent"])) if policy else BookingPolicy(),
        None if fee is None else int(fee),
        int(item.get("committedPhotoDays", COMMITTED_PHOTO_DAYS)),
    )
    return Facility(str(item["pk"]).removeprefix(_KEY), settings, int(item["version"]))
