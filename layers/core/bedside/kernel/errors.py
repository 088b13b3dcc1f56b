"""Every error that a caller can receive, with its HTTP status and problem slug."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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


class InvalidRequestError(BedsideError):
    status, slug, title = 422, "invalid-request", "The request is not valid"

    def __init__(self, faults: Sequence[FieldFault], detail: str = "Some fields are missing or not valid.") -> None:
        super().__init__(detail)
        self.faults = tuple(faults)


class BodyTooLargeError(BedsideError):
    status, slug, title = 413, "body-too-large", "The request body is too large"


class ImageTooLargeError(BedsideError):
    status, slug, title = 413, "image-too-large", "The image is too large"


class UnsupportedMediaTypeError(BedsideError):
    status, slug, title = 415, "unsupported-media-type", "This type of image is not accepted"


class MalformedWebhookError(BedsideError):
    status, slug, title = 400, "malformed", "The webhook is not what it should be"


class ForgedWebhookError(BedsideError):
    status, slug, title = 401, "bad-signature", "The webhook's secret or signature is missing, wrong or too old"


class UnauthorizedError(BedsideError):
    status, slug, title = 401, "unauthorized", "Sign in or scan again"


class OtpInvalidError(BedsideError):
    """The code is wrong, expired, already used or was never sent; callers cannot tell which."""

    status, slug, title = 401, "otp-invalid", "This code is not valid"


class ForbiddenError(BedsideError):
    status, slug, title = 403, "forbidden", "This is not yours to use"


class LaunchRefusedError(BedsideError):
    """The record does not confirm that it opened us, or did so too long ago, or in another browser."""

    status, slug, title = 403, "launch-refused", "The record did not open Bedside"


class LaunchUnknownPersonError(BedsideError):
    """The record knows who opened us, and nobody has said who that is here."""

    status, slug, title = 403, "launch-unknown-person", "Your facility has not connected you yet"


class NotVerifiedError(BedsideError):
    status, slug, title = 403, "not-verified", "Your facility has not verified you yet"


class WrongEncounterError(BedsideError):
    status, slug, title = 403, "wrong-encounter", "This belongs to another encounter"


class PhoneRefusedError(BedsideError):
    status, slug, title = 403, "phone-refused", "This phone was not let into the session"


class NotFoundError(BedsideError):
    """Base of the errors that report a missing resource."""

    status, slug, title = 404, "not-found", "There is nothing here"


class TokenExpiredOrInvalidError(BedsideError):
    status, slug, title = 404, "token-expired-or-invalid", "This code has expired or is not valid"


class SessionNotFoundError(NotFoundError):
    slug, title = "session-not-found", "There is no open session"


class PhoneNotFoundError(NotFoundError):
    slug, title = "phone-not-found", "There is no such phone"


class UserNotFoundError(BedsideError):
    status, slug, title = 404, "user-not-found", "There is no such user"


class FacilityNotFoundError(NotFoundError):
    """The facility has no name and settings yet, although people may belong to it."""

    slug, title = "facility-not-found", "There is no such facility"


class PatientNotFoundError(NotFoundError):
    slug, title = "patient-not-found", "There is no such patient"


class EncounterNotFoundError(NotFoundError):
    slug, title = "encounter-not-found", "There is no such encounter"


class BookingNotFoundError(NotFoundError):
    slug, title = "booking-not-found", "There is no such booking"


class ServiceNotFoundError(NotFoundError):
    slug, title = "service-not-found", "There is no such service"


class PlanNotFoundError(NotFoundError):
    slug, title = "plan-not-found", "There is no such plan"


class DoseNotFoundError(NotFoundError):
    slug, title = "dose-not-found", "There is no such dose"


class VisitNotFoundError(NotFoundError):
    slug, title = "visit-not-found", "There is no such visit"


class RtcTokenNotFoundError(BedsideError):
    """The token was already fetched, is more than a minute old, or never existed."""

    status, slug, title = 404, "rtc-token-not-found", "There is no token for the room"


class RecordingNotFoundError(NotFoundError):
    slug, title = "recording-not-found", "There is no recording of this visit"


class ImageNotFoundError(BedsideError):
    status, slug, title = 404, "image-not-found", "There is no such image"


class ImageDeletedError(BedsideError):
    status, slug, title = 404, "image-deleted", "The image was deleted"


class ImageCommittingError(BedsideError):
    status, slug, title = 409, "committing", "The photo is on its way to the patient's record"


class ImageCommittedError(BedsideError):
    status, slug, title = 409, "committed", "The photo is in the patient's record"


class NothingToCommitError(BedsideError):
    status, slug, title = 409, "nothing-to-commit", "There is nothing to commit"


class NoRecordTargetError(BedsideError):
    status, slug, title = 409, "no-record-target", "The facility is not connected to a record"


class CommitNotFoundError(NotFoundError):
    slug, title = "commit-not-found", "There is no such commit"


class MetadataMissingError(BedsideError):
    """What photos need before they can be committed; nothing was committed. `images` says what each of them needs."""

    status, slug, title = 409, "metadata-missing", "Some photos are not ready for the patient's record"

    def __init__(self, detail: str, images: Mapping[str, Sequence[str]]) -> None:
        super().__init__(detail)
        self.images = images


class UnknownSourceError(BedsideError):
    status, slug, title = 404, "unknown-source", "Nobody of this name sends webhooks"


class RouteNotFoundError(NotFoundError):
    """There is no such call."""


class PhoneJoinedError(BedsideError):
    status, slug, title = 409, "phone-joined", "The phone has joined the session already"


class PhonesFullError(BedsideError):
    status, slug, title = 409, "phones-full", "As many phones have asked to join the session as may"


class ImageLimitReachedError(BedsideError):
    status, slug, title = 409, "image-limit-reached", "The session holds as many images as it may"


class DamagedImageError(BedsideError):
    """The bytes that the phone has stored are not a complete image of the announced type."""

    status, slug, title = 422, "damaged-image", "The photo arrived damaged"


class PatientMismatchError(BedsideError):
    """The encounter's open session, or the directory, has another patient, name or NHI than the request; both are told.

    `source` says which of the two it is.
    """

    status, slug, title = 409, "patient-mismatch", "Another patient is recorded"

    def __init__(
        self,
        detail: str,
        recorded: Mapping[str, str],
        requested: Mapping[str, str],
        source: Literal["session", "directory"] = "session",
    ) -> None:
        super().__init__(detail)
        self.recorded, self.requested, self.source = recorded, requested, source


class DuplicateIdentifierError(BedsideError):
    """Another patient of the facility has what only one can have; `field` says what, the rest who that is."""

    status, slug, title = 409, "duplicate-identifier", "Another patient has this number"

    def __init__(self, detail: str, field: str, patient_id: str, name: str) -> None:
        super().__init__(detail)
        self.field, self.patient_id, self.name = field, patient_id, name


class NotUploadedError(BedsideError):
    status, slug, title = 409, "not-uploaded", "The image has not been uploaded"


class UserExistsError(BedsideError):
    status, slug, title = 409, "user-exists", "This number belongs to a user already"


class DeactivatedError(BedsideError):
    status, slug, title = 403, "deactivated", "Your account is deactivated"


class SignInNotFoundError(BedsideError):
    status, slug, title = 404, "sign-in-not-found", "This sign-in has ended"


class UserInUseError(BedsideError):
    status, slug, title = 409, "user-in-use", "This user has signed in"


class WrongStateError(BedsideError):
    """The current `state` of the visit, the booking or the dose does not allow this change."""

    status, slug, title = 409, "wrong-state", "Its state does not allow this"

    def __init__(self, detail: str, state: str) -> None:
        super().__init__(detail)
        self.state = state


class PreconditionFailedError(BedsideError):
    """The resource has changed since the caller last read it; `version` is the current one."""

    status, slug, title = 412, "precondition-failed", "This was changed by others in the meantime"

    def __init__(self, detail: str, version: int) -> None:
        super().__init__(detail)
        self.version = version


class PreconditionRequiredError(BedsideError):
    status, slug, title = 428, "precondition-required", "If-Match is needed"


@dataclass(frozen=True, slots=True)
class Hold:
    """Time that is held for a visit to be, its `owner`, probably not longer than until then (Unix ms)."""

    owner: str
    until: int


class ClashError(BedsideError):
    """The practitioner has another visit at this time; `visit_id` names it, None if the caller may not see it.

    With `hold`, the time is held for a visit that is yet to be paid.
    """

    status, slug, title = 409, "clash", "The practitioner has another visit at this time"

    def __init__(self, detail: str, visit_id: str | None, hold: Hold | None = None) -> None:
        super().__init__(detail)
        self.visit_id = visit_id
        self.hold = hold


class PatientClashError(ClashError):
    """As above, for the patient; the caller may repeat the request and allow it."""

    slug, title = "patient-clash", "The patient has another visit at this time"


class SlotBookedError(BedsideError):
    status, slug, title = 409, "slot-booked", "This time is taken"


class SlotHeldError(BedsideError):
    """Somebody is paying for this time; at `retry_at` (ISO 8601) it may be free again."""

    status, slug, title = 409, "slot-held", "Somebody is booking this time"

    def __init__(self, detail: str, retry_at: str) -> None:
        super().__init__(detail)
        self.retry_at = retry_at


class TooEarlyError(BedsideError):
    status, slug, title = 409, "too-early", "It is too early for this"


class TooLateError(BedsideError):
    status, slug, title = 409, "too-late", "It is too late for this"


class TooManyBookingsError(BedsideError):
    status, slug, title = 409, "too-many-bookings", "You have too many bookings to come"


class TooManyPlansError(BedsideError):
    status, slug, title = 409, "too-many-plans", "There are too many plans"


class OutsideAvailabilityError(BedsideError):
    status, slug, title = 422, "outside-availability", "This time is not offered"


class PriceChangedError(BedsideError):
    """The service has another price than the caller has seen: an amount in the currency's minor unit."""

    status, slug, title = 409, "price-changed", "The price has changed"

    def __init__(self, detail: str, amount: int, currency: str) -> None:
        super().__init__(detail)
        self.amount, self.currency = amount, currency


class RefundChangedError(BedsideError):
    status, slug, title = 409, "refund-changed", "What would be paid back has changed"


class PaymentsNotReadyError(BedsideError):
    status, slug, title = 409, "payments-not-ready", "This cannot be paid online yet"


class PackNotFoundError(NotFoundError):
    slug, title = "pack-not-found", "There is no such pack"


class PackNotUsableError(BedsideError):
    """The pack has no visit left, is not valid any more, or is one of another service."""

    status, slug, title = 409, "pack-not-usable", "No visit of this pack can be booked"


class TransferNotFoundError(NotFoundError):
    slug, title = "transfer-not-found", "There is no such transfer"


class NotDueError(BedsideError):
    status, slug, title = 409, "not-due", "The transfer is not due yet"


class DisputedError(BedsideError):
    """The payment is disputed at the payer's bank, so that its money may yet be lost."""

    status, slug, title = 409, "disputed", "The payment is disputed"


class NotFinishedError(BedsideError):
    status, slug, title = 409, "not-finished", "The visit is not over"


class NotesSignedError(BedsideError):
    """Signed notes never change; what is to be added is an addendum."""

    status, slug, title = 409, "notes-signed", "These notes are signed"


class NotesNotSignedError(BedsideError):
    status, slug, title = 409, "notes-not-signed", "These notes are not signed"


class NotesEmptyError(BedsideError):
    status, slug, title = 409, "notes-empty", "There is nothing to sign"


class PatientUnknownError(BedsideError):
    status, slug, title = 409, "patient-unknown", "The directory does not know the patient"


class TooManyAddendaError(BedsideError):
    status, slug, title = 409, "too-many-addenda", "These notes have as many addenda as they may"


class NotesCopyNotFoundError(NotFoundError):
    """The practitioner has not released the notes to the patient."""

    slug, title = "notes-copy-not-found", "There is no copy of the notes"


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


class TooManyCodesError(LimitReachedError):
    slug, title = "too-many-codes", "Too many codes were sent"


class TooManyAttemptsError(LimitReachedError):
    slug, title = "too-many-attempts", "Too many wrong codes"


class TooManyJoiningsError(LimitReachedError):
    slug, title = "too-many-joinings", "The visit was joined too often"


class DuplicateSubmissionError(BedsideError):
    """The caller submitted the same thing moments ago; it has been, or is being, processed."""

    status, slug, title = 409, "duplicate-submission", "This was submitted already"


class RequestInFlightError(BedsideError):
    status, slug, title = 409, "request-in-flight", "This request is still being served"


class NotificationNotFoundError(NotFoundError):
    slug, title = "notification-not-found", "There is no such message"


class CriticalRequiredError(BedsideError):
    """What is critical has to reach people on some channel."""

    status, slug, title = 422, "critical-required", "Critical messages cannot be turned off"


class ChannelOffError(BedsideError):
    """This stage has no sender for such messages."""

    status, slug, title = 409, "channel-off", "Messages of this kind are not set up here"


class CodeInvalidError(BedsideError):
    """The code for a mail address is wrong, expired, was tried too often, or was never sent."""

    status, slug, title = 422, "code-invalid", "This code is not valid"


class LinkInvalidError(NotFoundError):
    slug, title = "link-invalid", "This link is not valid any more"


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
