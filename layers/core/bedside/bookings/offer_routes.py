"""Routes of what can be booked and when: availability, services, free times."""

from bedside.bookings.degradation import LIMITED
from bedside.bookings.limits import BOOKINGS
from bedside.platform.contract import Route

_AVAILABILITY = "offer_representation.AvailabilityDocument"
_BLOCKED = "offer_representation.BlockedDateDocument"
_SERVICE = "offer_representation.ServiceDocument"
_OF_PRACTITIONER = ("forbidden", "user-not-found")

AVAILABILITY_ROUTES = (
    Route(
        "GET",
        "/practitioners/{practitionerId}/availability",
        summary="Read when a practitioner can be booked",
        caller="signedIn",
        answers={200: _AVAILABILITY},
        problems=_OF_PRACTITIONER,
        limit=BOOKINGS,
        version="answered",
        degraded=LIMITED,
    ),
    Route(
        "PUT",
        "/practitioners/{practitionerId}/availability",
        summary="Say when a practitioner can be booked",
        caller="signedIn",
        body="requests.AvailabilityRequest",
        answers={200: _AVAILABILITY},
        problems=_OF_PRACTITIONER,
        limit=BOOKINGS,
        version="required",
        degraded=LIMITED,
    ),
    Route(
        "GET",
        "/practitioners/{practitionerId}/blocked-dates/{date}",
        summary="Read whether a practitioner is away on a date, and what they are booked for on it",
        caller="signedIn",
        answers={200: _BLOCKED},
        problems=(*_OF_PRACTITIONER, "invalid-request"),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
    Route(
        "PUT",
        "/practitioners/{practitionerId}/blocked-dates/{date}",
        summary="Offer nothing on a date; what is booked for it stays",
        caller="signedIn",
        answers={200: _BLOCKED},
        problems=(*_OF_PRACTITIONER, "invalid-request"),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
    Route(
        "DELETE",
        "/practitioners/{practitionerId}/blocked-dates/{date}",
        summary="Offer a date again",
        caller="signedIn",
        answers={200: _BLOCKED},
        problems=(*_OF_PRACTITIONER, "invalid-request"),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
)
SERVICE_ROUTES = (
    Route(
        "GET",
        "/services",
        summary="List what can be booked at the caller's facility; for staff also what cannot at present",
        caller="signedIn",
        query="requests.ServiceListRequest",
        answers={200: "offer_representation.ServiceListDocument"},
        problems=("forbidden",),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
    Route(
        "POST",
        "/services",
        summary="Add a service of a practitioner",
        caller="signedIn",
        body="requests.ServiceRequest",
        answers={201: _SERVICE},
        problems=("forbidden",),
        limit=BOOKINGS,
        idempotent=True,
        degraded=LIMITED,
    ),
    Route(
        "GET",
        "/services/{serviceId}",
        summary="Read a service",
        caller="signedIn",
        answers={200: _SERVICE},
        problems=("forbidden", "service-not-found"),
        limit=BOOKINGS,
        version="answered",
        degraded=LIMITED,
    ),
    Route(
        "PUT",
        "/services/{serviceId}",
        summary="Change a service",
        caller="signedIn",
        body="requests.ServiceRequest",
        answers={200: _SERVICE},
        problems=("forbidden", "service-not-found"),
        limit=BOOKINGS,
        version="required",
        degraded=LIMITED,
    ),
    Route(
        "GET",
        "/services/{serviceId}/slots",
        summary="List the free times of a service on up to 31 dates of the reader's time zone",
        caller="signedIn",
        query="requests.SlotsRequest",
        answers={200: "offer_representation.SlotListDocument"},
        problems=("forbidden", "service-not-found"),
        limit=BOOKINGS,
        degraded=LIMITED,
    ),
)
