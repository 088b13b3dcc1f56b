"""Routes of packs of visits."""

from bedside.bookings.degradation import LIMITED, PAYING
from bedside.bookings.limits import BOOKINGS, PAYMENT_STARTS, PAYMENT_STARTS_A_DAY, PAYMENT_STARTS_OF_ADDRESS
from bedside.platform.contract import Route

_PACK = "pack_documents.PackDocument"

PACK_ROUTES = (
    Route(
        "POST",
        "/packs",
        summary="Buy a pack of visits of a service, as a patient",
        caller="signedIn",
        body="pack_sales.PackRequest",
        answers={201: _PACK},
        problems=("forbidden", "pack-not-found", "price-changed", "payments-not-ready"),
        limit=BOOKINGS,
        further_limits=(PAYMENT_STARTS, PAYMENT_STARTS_A_DAY, PAYMENT_STARTS_OF_ADDRESS),
        idempotent=True,
        degraded=PAYING,
    ),
    Route(
        "GET",
        "/packs",
        summary="List the caller's packs, or those of the facility that they administer",
        caller="signedIn",
        query="pack_queries.PackListRequest",
        answers={200: "pack_documents.PackListDocument"},
        problems=("forbidden",),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
    Route(
        "GET",
        "/packs/{packId}",
        summary="Read a pack",
        caller="signedIn",
        answers={200: _PACK},
        problems=("pack-not-found",),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
    Route(
        "POST",
        "/packs/{packId}/cancel",
        summary="Cancel a pack: what its visits cost that nobody has booked goes back, what is booked stays",
        caller="signedIn",
        body="pack_cancellation.CancelPackRequest",
        body_optional=True,
        answers={200: _PACK},
        problems=("pack-not-found", "wrong-state", "refund-changed"),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
    Route(
        "POST",
        "/packs/{packId}/refund",
        summary="Settle a failed refund of a pack, as an administrator of the facility",
        caller="signedIn",
        body="refunds.RefundRequest",
        body_optional=True,
        answers={200: _PACK},
        problems=("pack-not-found", "forbidden", "wrong-state"),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
)
