"""Packs of visits: n visits of a service, paid at once and booked one by one. No I/O but the shape of the record.

Each visit of a pack is in one place: free, taken by a booking, or returned as money. So nothing is used twice or lost,
and what was paid is always the sum of the three.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bedside.bookings.purchase import Purchase, purchase_fields, purchase_record
from bedside.bookings.service import Price

_DAY_MS: Final = 24 * 3_600_000
# From the payment on; "180 days" is part of the offer (issue 13).
VALID_MS: Final = 180 * _DAY_MS
# What a visit that the practice gave up leaves at least, to use it.
EXTENSION_MS: Final = 30 * _DAY_MS
# Where a visit is that no booking has taken.
FREE: Final = ""
RETURNED: Final = "returned"
# Distinguishes packs from bookings where the payment provider names either.
ID_PREFIX: Final = "pack-"


@dataclass(frozen=True, slots=True)
class Pack(Purchase):
    """A pack; `places` is where each of its visits is: FREE, RETURNED as money, or the id of a booking.

    `price` is that of the whole pack. Until `valid_until` (Unix ms), set when it is paid, its visits can be booked.
    """

    pack_id: str
    facility_id: str
    patient_id: str
    practitioner_id: str
    service_id: str
    service_name: str
    price: Price
    places: tuple[str, ...]
    created_at: int
    patient_name: str | None = field(default=None, repr=False, kw_only=True)
    practitioner_name: str | None = field(default=None, repr=False, kw_only=True)
    valid_until: int | None = field(default=None, kw_only=True)

    @property
    def left(self) -> int:
        """How many visits are free."""
        return self.places.count(FREE)

    def share(self, number: int) -> int:
        """Return the price of a visit by its number from 0: equal parts, and the remainder to the last."""
        each, visits = self.price.amount // len(self.places), len(self.places)
        return each if number < visits - 1 else self.price.amount - each * (visits - 1)

    def worth(self, place: str) -> int:
        """Return the price of all visits in a place."""
        return sum(self.share(number) for number, each in enumerate(self.places) if each == place)

    def is_usable(self, now_ms: int) -> bool:
        """Return whether a visit can be taken from the pack: not while its payment is disputed."""
        return (
            self.state == "confirmed" and self.dispute == "none" and self.left > 0 and now_ms < (self.valid_until or 0)
        )


def is_pack(reference: str) -> bool:
    """Return whether it is the id of a pack rather than of a booking."""
    return reference.startswith(ID_PREFIX)


def with_visit(pack: Pack, booking_id: str) -> tuple[Pack, int]:
    """Return a usable pack of which a booking has taken the first free visit, and what that costs."""
    number = pack.places.index(FREE)
    return replace(pack, places=_placed(pack.places, number, booking_id)), pack.share(number)


def without_visit(pack: Pack, booking_id: str, now_ms: int, *, extends: bool) -> Pack:
    """Return a pack to which a booking's visit has come back, with time to use it if it `extends` the pack.

    Of one that was given up meanwhile, the visit's price has to go back, too. Unchanged if the booking has no visit.
    """
    if booking_id not in pack.places:
        return pack
    number = pack.places.index(booking_id)
    if pack.state == "confirmed":
        longer = max(pack.valid_until or 0, now_ms + EXTENSION_MS) if extends else pack.valid_until
        return replace(pack, places=_placed(pack.places, number, FREE), valid_until=longer)
    places = _placed(pack.places, number, RETURNED)
    return replace(pack, places=places, refund_due=min(pack.paid, pack.refund_due + pack.share(number)))


def without_free(pack: Pack) -> Pack:
    """Return a pack whose free visits have become money."""
    return replace(pack, places=tuple(RETURNED if each == FREE else each for each in pack.places))


def _placed(places: tuple[str, ...], number: int, place: str) -> tuple[str, ...]:
    return (*places[:number], place, *places[number + 1 :])


def pack_record(pack: Pack) -> dict[str, Any]:
    """Return a pack as stored in DynamoDB, but for its key and its place in indexes."""
    return {
        "packId": pack.pack_id,
        "facilityId": pack.facility_id,
        "patientId": pack.patient_id,
        "practitionerId": pack.practitioner_id,
        "serviceId": pack.service_id,
        "serviceName": pack.service_name,
        "amount": pack.price.amount,
        "currency": pack.price.currency,
        "places": list(pack.places),
        "createdAt": pack.created_at,
        "patientName": pack.patient_name,
        "practitionerName": pack.practitioner_name,
        "validUntil": pack.valid_until,
        **purchase_record(pack),
    }


def pack_from_record(item: Mapping[str, Any]) -> Pack:
    """Return the pack stored in a DynamoDB item."""
    return Pack(
        item["packId"],
        item["facilityId"],
        item["patientId"],
        item["practitionerId"],
        item["serviceId"],
        item["serviceName"],
        Price(int(item["amount"]), item["currency"]),
        tuple(item["places"]),
        int(item["createdAt"]),
        patient_name=item["patientName"],
        practitioner_name=item["practitionerName"],
        valid_until=item["validUntil"],
        **purchase_fields(item),
    )
