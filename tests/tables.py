"""The tables of template.yaml, as tests have them."""

from typing import Final

from tests.fakes.dynamodb import Schema
from tests.fakes.dynamodb.tables import Index

TABLE: Final = "bedside-capture-test"
IDENTITY, AUDIT = "bedside-identity-test", "bedside-audit-test"
IDEMPOTENCY: Final = "bedside-idempotency-test"
VISITS: Final = "bedside-visits-test"
WEBHOOKS: Final = "bedside-webhooks-test"
PATIENTS: Final = "bedside-patients-test"
BOOKINGS: Final = "bedside-bookings-test"
PAYOUTS: Final = "bedside-payouts-test"
NOTIFICATIONS: Final = "bedside-notifications-test"
MEDICATIONS: Final = "bedside-medications-test"
COMMITS: Final = "bedside-commits-test"
TIMELINE: Final = "bedside-timeline-test"

_DUE: Final = {"due": Index(("waits", "dueAt"), whole=False)}
_DUE_TYPES: Final = {"pk": "S", "waits": "S", "dueAt": "N"}
SCHEMAS: Final = {
    TABLE: Schema(
        ("pk",),
        {**_DUE_TYPES, "facilityId": "S"},
        {**_DUE, "sessions-of-facility": Index(("facilityId", "dueAt"), whole=False)},
        streams=True,
    ),
    IDENTITY: Schema(
        ("pk",),
        {"pk": "S", "facilityId": "S", "kind": "S"},
        {
            "facilities": Index(("kind", "pk"), whole=True),
            "people-of-facility": Index(("facilityId", "pk"), whole=True),
        },
    ),
    AUDIT: Schema(("pk", "sk"), {"pk": "S", "sk": "S"}),
    IDEMPOTENCY: Schema(("id",), {"id": "S"}),
    VISITS: Schema(
        ("pk",),
        {
            "pk": "S",
            "facilityId": "S",
            "startsAt": "N",
            "patientId": "S",
            "channel": "S",
            "waits": "S",
            "dueAt": "N",
        },
        {
            "visits-of-facility": Index(("facilityId", "startsAt"), whole=True),
            "visits-of-patient": Index(("patientId", "startsAt"), whole=True),
            "subscriptions-of-channel": Index(("channel",), whole=True),
            **_DUE,
        },
        streams=True,
    ),
    TIMELINE: Schema(
        ("pk", "sk"),
        {"pk": "S", "sk": "S", "facilityId": "S", "patient": "S", "startedAt": "N"},
        {
            "encounters-of-facility": Index(("facilityId", "startedAt"), whole=True),
            "encounters-of-patient": Index(("patient", "startedAt"), whole=True),
        },
    ),
    PATIENTS: Schema(("pk", "sk"), {"pk": "S", "sk": "S"}),
    BOOKINGS: Schema(
        ("pk",),
        {**_DUE_TYPES, "servicesOf": "S", "bookedBy": "S", "bookedWith": "S", "bookedAt": "S", "startsAt": "N"},
        {
            "services-of-facility": Index(("servicesOf", "pk"), whole=True),
            "bookings-of-patient": Index(("bookedBy", "startsAt"), whole=True),
            "bookings-of-practitioner": Index(("bookedWith", "startsAt"), whole=True),
            "bookings-of-facility": Index(("bookedAt", "startsAt"), whole=True),
            **_DUE,
        },
        streams=True,
    ),
    NOTIFICATIONS: Schema(
        ("pk",),
        {**_DUE_TYPES, "recipient": "S", "facilityId": "S", "at": "N", "channel": "S"},
        {
            "records-of-person": Index(("recipient", "at"), whole=True),
            "records-of-facility": Index(("facilityId", "at"), whole=True),
            "subscriptions-of-channel": Index(("channel",), whole=True),
            **_DUE,
        },
    ),
    PAYOUTS: Schema(
        ("pk",),
        {"pk": "S", "listed": "S", "payableAt": "N", **_DUE_TYPES},
        {"shares-by-state": Index(("listed", "payableAt"), whole=True), **_DUE},
    ),
    MEDICATIONS: Schema(
        ("pk", "sk"),
        {"pk": "S", "sk": "S", "plansOf": "S", "createdAt": "N", "waits": "S", "dueAt": "N"},
        {"plans-of-patient": Index(("plansOf", "createdAt"), whole=False), **_DUE},
        streams=True,
    ),
    COMMITS: Schema(("pk",), _DUE_TYPES, _DUE),
    WEBHOOKS: Schema(("pk",), _DUE_TYPES, _DUE),
}
