"""A facility: the hospital or clinic that people belong to, and its settings. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# Keys of facilities in the table of people; an id of a person has no `#`.
_KEY: Final = "facility#"


@dataclass(frozen=True, slots=True)
class FacilitySettings:
    """What administrators say of a facility: its name, its country (ISO 3166) and its time zone (IANA)."""

    name: str
    country: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as stored in DynamoDB; its version grows with every change of its settings."""

    facility_id: str
    settings: FacilitySettings
    version: int


def facility_key(facility_id: str) -> str:
    """Return the key of a facility's item."""
    return f"{_KEY}{facility_id}"


def facility_from_record(item: Mapping[str, Any]) -> Facility:
    """Return the facility stored in a DynamoDB item."""
    settings = FacilitySettings(item["name"], item["country"], item["timeZone"])
    return Facility(str(item["pk"]).removeprefix(_KEY), settings, int(item["version"]))
