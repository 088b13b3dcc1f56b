"""Sessions as stored in DynamoDB. No I/O."""

from collections.abc import Mapping
from typing import Any

from bedside.capture.consent import consent_from_record
from bedside.capture.image import image_from_record
from bedside.capture.model import DRAFT, DRAWN, PHONE, REMOVAL, UNSENT, Connection, Session
from bedside.capture.patient import patient_of
from bedside.capture.phone import phone_from_record
from bedside.live.subscriptions import Subscriber


def session_from_record(item: Mapping[str, Any]) -> Session:
    """Return the session stored in a DynamoDB item."""
    slots = {image_id: int(slot) for image_id, slot in item["slots"].items()}
    revisions = item["revisions"]
    started = int(item["started"])
    first_started = int(item.get("firstStarted", started))
    images = {
        image_id: image_from_record(
            image_id,
            image,
            sequence=slots[image_id],
            revision=int(revisions[image_id]),
            first_started=first_started,
        )
        for image_id, image in item["images"].items()
        if slots.get(image_id, 0) > 0
    }
    return Session(
        key=item["pk"],
        started=started,
        first_started=first_started,
        open=item["open"],
        ended_at=_instant(item, "endedAt"),
        retained_until=_instant(item, "retainedUntil"),
        encounter_id=item["encounterId"],
        facility_id=item["facilityId"],
        patient=patient_of(item),
        last_activity=int(item["lastActivity"]),
        expires_at=int(item["expiresAt"]),
        sequence=int(item["sequence"]),
        revision=int(item["revision"]),
        slots=slots,
        images=images,
        deleted=frozenset(item.get("deletedImages", ())),
        damaged=int(item.get("damagedImages", 0)),
        tokens={digest: int(ends) for digest, ends in item["tokens"].items()},
        code_series=int(item.get("codeSeries", 0)),
        tickets=_tickets(item, "tickets"),
        connections=_tickets(item, "connections"),
        drafts=_prefixed(item, DRAFT),
        unsent={name: int(count) for name, count in _prefixed(item, UNSENT).items()},
        removals=_prefixed(item, REMOVAL),
        drawn={photo: int(versions) for photo, versions in _prefixed(item, DRAWN).items()},
        phones={name: phone_from_record(name, record) for name, record in _prefixed(item, PHONE).items()},
        consent=consent_from_record(item["consent"]) if "consent" in item else None,
        order=tuple(item.get("order", ())),
        # Earlier releases did not count.
        order_version=int(item.get("orderVersion", 1 if "order" in item else 0)),
    )


def _instant(item: Mapping[str, Any], name: str) -> int | None:
    return int(item[name]) if name in item else None


def _prefixed(item: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the attributes whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in item.items() if name.startswith(prefix)}


def _tickets(item: Mapping[str, Any], kind: str) -> dict[str, Connection]:
    """Return the tickets, or connections made from them, that name their user; version 0.1 wrote some that do not."""
    return {
        name: Connection(Subscriber(ticket["user"], ticket["family"]), int(ticket["ends"]))
        for name, ticket in item.get(kind, {}).items()
        if isinstance(ticket, Mapping)
    }
