"""What the streams of other tables report, as changes for timelines. No I/O."""

from collections.abc import Mapping
from typing import Any

from bedside.adapters.aws.attributes import from_attributes
from bedside.encounters.chain import Position
from bedside.encounters.encounter import Change
from bedside.encounters.events import ACTOR_KINDS, EVENT_KINDS
from bedside.platform.stream_records import NotUnderstoodError


def change_in(record: Mapping[str, Any]) -> Change | None:
    """Return the change that a record of a stream reports, or None if it has no events. Raises NotUnderstoodError."""
    try:
        return _change_in(record)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotUnderstoodError(type(error).__name__) from error


def _change_in(record: Mapping[str, Any]) -> Change | None:
    image = record["dynamodb"].get("NewImage")
    if not image or "eventNumber" not in image:
        return None  # removed, or last written by a release without timelines
    item = from_attributes(image)
    events = tuple(item["events"])
    for each in events:
        if each["kind"] not in EVENT_KINDS or each["actor"]["kind"] not in ACTOR_KINDS or each["at"] != int(each["at"]):
            raise ValueError("not an event")
    if not 0 < len(events) <= item["eventNumber"]:
        raise ValueError("not the number of its last event")
    if not all(isinstance(item[name], str) for name in ("facilityId", "encounterId", "pk")):
        raise ValueError("not of an encounter")
    photos = item.get("images")
    return Change(
        facility_id=item["facilityId"],
        encounter_id=item["encounterId"],
        source=item["pk"],
        position=Position(int(item.get("eventLine", 0)), int(item["eventNumber"])),
        events=events,
        patient_id=item.get("patientId"),
        patient_name=item.get("patientName"),
        photo_count=len(photos) if isinstance(photos, Mapping) else None,
    )
