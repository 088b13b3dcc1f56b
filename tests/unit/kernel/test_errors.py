"""Every error has one status and one slug, as the contract lists them."""

from importlib import import_module
from importlib.util import find_spec

from bedside import domains
from bedside.kernel.errors import (
    BedsideError,
    NotFoundError,
    NotSentError,
    PaymentRefusedError,
    RouteNotFoundError,
    UnavailableError,
)

CONTRACT = {
    "internal-error": 500,
    "invalid-request": 422,
    "body-too-large": 413,
    "image-too-large": 413,
    "unsupported-media-type": 415,
    "damaged-image": 422,
    "malformed": 400,
    "bad-signature": 401,
    "unknown-source": 404,
    "encounter-not-found": 404,
    "visit-not-found": 404,
    "patient-not-found": 404,
    "service-not-found": 404,
    "booking-not-found": 404,
    "plan-not-found": 404,
    "dose-not-found": 404,
    "too-early": 409,
    "slot-held": 409,
    "slot-booked": 409,
    "too-late": 409,
    "too-many-bookings": 409,
    "too-many-plans": 409,
    "pack-not-found": 404,
    "pack-not-usable": 409,
    "outside-availability": 422,
    "price-changed": 409,
    "refund-changed": 409,
    "payments-not-ready": 409,
    "transfer-not-found": 404,
    "not-due": 409,
    "disputed": 409,
    "duplicate-identifier": 409,
    "wrong-state": 409,
    "not-finished": 409,
    "clash": 409,
    "patient-clash": 409,
    "patient-mismatch": 409,
    "unauthorized": 401,
    "otp-invalid": 401,
    "forbidden": 403,
    "not-verified": 403,
    "wrong-encounter": 403,
    "phone-refused": 403,
    "phone-not-found": 404,
    "phone-joined": 409,
    "phones-full": 409,
    "token-expired-or-invalid": 404,
    "session-not-found": 404,
    "user-not-found": 404,
    "facility-not-found": 404,
    "sign-in-not-found": 404,
    "deactivated": 403,
    "image-not-found": 404,
    "image-deleted": 404,
    "committing": 409,
    "committed": 409,
    "nothing-to-commit": 409,
    "no-record-target": 409,
    "launch-refused": 403,
    "launch-unknown-person": 403,
    "commit-not-found": 404,
    "metadata-missing": 409,
    "not-found": 404,
    "image-limit-reached": 409,
    "not-uploaded": 409,
    "user-exists": 409,
    "user-in-use": 409,
    "duplicate-submission": 409,
    "request-in-flight": 409,
    "idempotency-key-reused": 422,
    "notification-not-found": 404,
    "critical-required": 422,
    "channel-off": 409,
    "code-invalid": 422,
    "link-invalid": 404,
    "too-many-requests": 429,
    "too-many-codes": 429,
    "too-many-attempts": 429,
    "precondition-failed": 412,
    "precondition-required": 428,
    "notes-copy-not-found": 404,
    "notes-empty": 409,
    "notes-not-signed": 409,
    "notes-of-another-patient": 409,
    "patient-unknown": 409,
    "notes-signed": 409,
    "too-many-addenda": 409,
    "recording-not-found": 404,
    "rtc-token-not-found": 404,
    "too-many-joinings": 429,
    "unavailable": 503,
}


def test_slugs_and_statuses_are_the_contracts() -> None:
    """None is missing, none is new, none stands for two errors, and each has a title."""
    modules = [module for name in ("kernel", *domains.NAMES) if find_spec(module := f"bedside.{name}.errors")]
    kinds = [
        kind
        for module in modules
        for kind in vars(import_module(module)).values()
        if isinstance(kind, type) and issubclass(kind, BedsideError) and kind.__module__ == module
    ]
    for specialised in (NotSentError, PaymentRefusedError, RouteNotFoundError):  # callers see what they are kinds of
        kinds.remove(specialised)
    assert len({kind.slug for kind in kinds}) == len(kinds)
    assert {kind.slug: kind.status for kind in kinds} == CONTRACT
    assert all(kind.title for kind in kinds)
    for kind in (NotSentError, PaymentRefusedError):
        assert (kind.slug, kind.status) == (UnavailableError.slug, UnavailableError.status)
    assert (RouteNotFoundError.slug, RouteNotFoundError.status) == (NotFoundError.slug, NotFoundError.status)
