"""The base of all errors, and those of no domain in particular, each with its HTTP status and problem slug."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, override

# What pages have words for: shell/field-errors.js. "invalid" is what needs none of its own.
type FaultCode = Literal[
    "invalid",
    "missing",
    "empty",
    "text",
    "too-long",
    "too-short",
    "too-many",
    "too-few",
    "too-small",
    "too-large",
    "whole-number",
    "date",
    "date-and-time",
    "past",
    "future",
    "choice",
    "identifier",
    "name-taken",
    "only-one",
    "fixed",
    "phone",
    "phone-abroad",
    "country-not-served",
    "number-not-served",
    "no-phone",
    "country",
    "currency",
    "time-zone",
    "no-facility",
    "not-a-clinician",
    "no-practitioner",
    "no-patient",
    "no-sign-in",
    "same-person",
    "not-ahead",
    "nhi",
    "hours-order",
    "hours-overlap",
    "mail-address",
    "mail-refused",
    "quiet-hours",
    "somebody-else",
    "enough-carers",
    "no-times",
    "no-hours",
    "dates-order",
    "no-dose",
    "next-dose",
]


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One invalid field; `message` never repeats the submitted value.

    `message` is in English. `code` says as much to programs, such as pages in other languages, and `limit` the number
    in it.
    """

    field: str
    message: str
    code: FaultCode = "invalid"
    limit: float | None = None

    def wire(self) -> dict[str, Any]:
        """Return the fault as the problem's `errors` list it."""
        body: dict[str, Any] = {"field": self.field, "message": self.message, "code": self.code}
        return body if self.limit is None else body | {"limit": self.limit}


class BedsideError(Exception):
    """Base of every error that Bedside raises deliberately.

    `status` is the HTTP status, `slug` the last segment of the RFC 9457 `type`, `title` its fixed summary.
    The constructor's message becomes `detail`; it must not contain patient data.
    """

    status = 500
    slug = "internal-error"
    title = "Something went wrong on our side"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def extensions(self) -> dict[str, Any]:
        """Return what the problem tells beside what all do (extension members: RFC 9457, section 3.2)."""
        return {}


class InvalidRequestError(BedsideError):
    status, slug, title = 422, "invalid-request", "The request is not valid"

    def __init__(self, faults: Sequence[FieldFault], detail: str = "Some fields are missing or not valid.") -> None:
        super().__init__(detail)
        self.faults = tuple(faults)

    @override
    def extensions(self) -> dict[str, Any]:
        return {"errors": [fault.wire() for fault in self.faults]}


class BodyTooLargeError(BedsideError):
    status, slug, title = 413, "body-too-large", "The request body is too large"


class ForbiddenError(BedsideError):
    status, slug, title = 403, "forbidden", "This is not yours to use"


class NotFoundError(BedsideError):
    """Base of the errors that report a missing resource."""

    status, slug, title = 404, "not-found", "There is nothing here"


class RouteNotFoundError(NotFoundError):
    """There is no such call."""


class WrongStateError(BedsideError):
    """The current `state` of the visit, the booking or the dose does not allow this change."""

    status, slug, title = 409, "wrong-state", "Its state does not allow this"

    def __init__(self, detail: str, state: str) -> None:
        super().__init__(detail)
        self.state = state

    @override
    def extensions(self) -> dict[str, Any]:
        return {"state": self.state}


class PreconditionFailedError(BedsideError):
    """The resource has changed since the caller last read it; `version` is the current one."""

    status, slug, title = 412, "precondition-failed", "This was changed by others in the meantime"

    def __init__(self, detail: str, version: int) -> None:
        super().__init__(detail)
        self.version = version


class PreconditionRequiredError(BedsideError):
    status, slug, title = 428, "precondition-required", "If-Match is needed"


class TooLateError(BedsideError):
    status, slug, title = 409, "too-late", "It is too late for this"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of `quota` calls per `window_s` seconds; callers see its name."""

    name: str
    quota: int
    window_s: int


class LimitReachedError(BedsideError):
    """Too many requests; the next one may pass in `retry_after_s` whole seconds."""

    status, slug, title = 429, "too-many-requests", "Too many requests"

    def __init__(self, detail: str, limit: Limit, retry_after_s: int) -> None:
        super().__init__(detail)
        self.limit = limit
        self.retry_after_s = max(1, retry_after_s)


class DuplicateSubmissionError(BedsideError):
    """The caller submitted the same thing moments ago; it has been, or is being, processed."""

    status, slug, title = 409, "duplicate-submission", "This was submitted already"


class RequestInFlightError(BedsideError):
    status, slug, title = 409, "request-in-flight", "This request is still being served"


class KeyReusedError(BedsideError):
    status, slug, title = 422, "idempotency-key-reused", "This Idempotency-Key belongs to another request"


class UnavailableError(BedsideError):
    """A dependency did not respond in time; nothing was lost, and the call may be repeated.

    `cause` is for the log, where chaining the original error could leak its message.
    """

    status, slug, title = 503, "unavailable", "Try again in a moment"

    def __init__(self, detail: str = "", cause: str = "") -> None:
        super().__init__(detail)
        self.cause = cause


class NotSentError(UnavailableError):
    """The message was definitely not sent."""


class PaymentRefusedError(UnavailableError):
    """The payment provider refuses what it is asked, `code` names why; it will refuse a repetition, too."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail, code)
        self.code = code
