"""What patients can book: a practitioner's service, with its length and price."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in the currency's minor unit, such as cents; 0 is free."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PackOffer:
    """A number of visits that can be bought at once, and what they cost together, in the service's currency."""

    visits: int
    amount: int


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a practitioner; `duration` is in minutes. Only an active one can be booked.

    The practitioner's name is the one at the time of the last change.
    """

    service_id: str
    facility_id: str
    practitioner_id: str
    practitioner_name: str | None
    name: str
    duration: int
    price: Price
    active: bool
    version: int
    packs: tuple[PackOffer, ...] = ()


def practitioner_of(service_id: str) -> str:
    """Return the practitioner whose service it is; the id begins with theirs, so that one request reads both."""
    return service_id.rpartition(".")[0]


def service_record(service: Service) -> dict[str, Any]:
    """Return a service as stored in DynamoDB, but for its key."""
    return {
        "serviceId": service.service_id,
        "facilityId": service.facility_id,
        "practitionerId": service.practitioner_id,
        "practitionerName": service.practitioner_name,
        "name": service.name,
        "duration": service.duration,
        "amount": service.price.amount,
        "currency": service.price.currency,
        "active": service.active,
        "version": service.version,
        "packs": [{"visits": one.visits, "amount": one.amount} for one in service.packs],
    }


def service_from_record(item: Mapping[str, Any]) -> Service:
    """Return the service stored in a DynamoDB item."""
    return Service(
        item["serviceId"],
        item["facilityId"],
        item["practitionerId"],
        item["practitionerName"],
        item["name"],
        int(item["duration"]),
        Price(int(item["amount"]), item["currency"]),
        item["active"],
        int(item["version"]),
        # Services of earlier releases offer none.
        tuple(PackOffer(int(one["visits"]), int(one["amount"])) for one in item.get("packs", ())),
    )
