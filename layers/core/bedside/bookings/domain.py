"""Manifest of the bookings domain: when practitioners can be booked and for what, and bookings with their money.

Webhooks of the payment provider and overdue bookings arrive by way of `payouts`, whose shares follow the same money.
"""

from bedside.bookings.booking_routes import BOOKING_ROUTES
from bedside.bookings.offer_routes import AVAILABILITY_ROUTES, SERVICE_ROUTES
from bedside.bookings.pack_routes import PACK_ROUTES
from bedside.bookings.workflows import WORKFLOWS
from bedside.platform.contract import Domain

DOMAIN = Domain(
    name="bookings",
    summary="Availability, services, free times, and bookings from hold to refund",
    wiring="wiring.BookingsWiring",
    routes=(*AVAILABILITY_ROUTES, *BOOKING_ROUTES, *PACK_ROUTES, *SERVICE_ROUTES),
    workflows=WORKFLOWS,
    notices={"booking": "booking_notices"},
    timers={"booking": "lifecycle.advance"},
    sweeps={"packs": "pack_sweep"},
    alarms="alarms.ALARMS",
)
