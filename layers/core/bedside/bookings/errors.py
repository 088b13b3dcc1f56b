"""Errors of bookings that a caller can receive, with HTTP status and problem slug."""

from typing import Any, override

from bedside.kernel.errors import BedsideError, NotFoundError


class BookingNotFoundError(NotFoundError):
    slug, title = "booking-not-found", "There is no such booking"


class ServiceNotFoundError(NotFoundError):
    slug, title = "service-not-found", "There is no such service"


class SlotBookedError(BedsideError):
    status, slug, title = 409, "slot-booked", "This time is taken"


class SlotHeldError(BedsideError):
    """Somebody is paying for this time; at `retry_at` (ISO 8601) it may be free again."""

    status, slug, title = 409, "slot-held", "Somebody is booking this time"

    def __init__(self, detail: str, retry_at: str) -> None:
        super().__init__(detail)
        self.retry_at = retry_at

    @override
    def extensions(self) -> dict[str, Any]:
        return {"retryAt": self.retry_at}


class TooManyBookingsError(BedsideError):
    status, slug, title = 409, "too-many-bookings", "You have too many bookings to come"


class OutsideAvailabilityError(BedsideError):
    status, slug, title = 422, "outside-availability", "This time is not offered"


class PriceChangedError(BedsideError):
    """The service has another price than the caller has seen: an amount in the currency's minor unit."""

    status, slug, title = 409, "price-changed", "The price has changed"

    def __init__(self, detail: str, amount: int, currency: str) -> None:
        super().__init__(detail)
        self.amount, self.currency = amount, currency

    @override
    def extensions(self) -> dict[str, Any]:
        return {"price": {"amount": self.amount, "currency": self.currency}}


class RefundChangedError(BedsideError):
    status, slug, title = 409, "refund-changed", "What would be paid back has changed"


class PaymentsNotReadyError(BedsideError):
    status, slug, title = 409, "payments-not-ready", "This cannot be paid online yet"


class PackNotFoundError(NotFoundError):
    slug, title = "pack-not-found", "There is no such pack"


class PackNotUsableError(BedsideError):
    """The pack has no visit left, is not valid any more, or is one of another service."""

    status, slug, title = 409, "pack-not-usable", "No visit of this pack can be booked"
