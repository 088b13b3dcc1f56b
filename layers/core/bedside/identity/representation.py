"""Response documents of identity, as typed dictionaries, which cost nothing at run time."""

from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, cast

from bedside.kernel.instants import iso

if TYPE_CHECKING:
    from bedside.identity.facility import BookingPolicy, Facility, IdentifierKind
    from bedside.identity.otp_delivery import SentCode
    from bedside.identity.person import Person

type RoleName = Literal["patient", "clinician", "facilityAdmin", "systemAdmin"]


class SentCodeDocument(TypedDict):
    """Whole seconds until the code expires, and until the next may be requested; `phone` as it was understood."""

    phone: str
    expiresIn: int
    resendAfter: int


class UserDocument(TypedDict):
    """A person; instants are in ISO 8601, and `facilityId` is null for people without a facility.

    `facilityName` is null too while the facility has no name, and its `facilityTimeZone` (IANA) is left out. After too
    many wrong codes, a number is `locked` until `lockedUntil` for browsers in which it never signed in. Whoever was
    deactivated cannot sign in. A `removable` person never signed in.
    """

    userId: str
    phone: str
    displayName: str | None
    roles: list[RoleName]
    facilityId: str | None
    facilityName: str | None
    facilityTimeZone: NotRequired[str]
    verification: Literal["none", "pending", "verified", "rejected"]
    locked: bool
    lockedUntil: str | None
    createdAt: str | None
    lastSignInAt: str | None
    deactivatedAt: str | None
    invitedAt: str | None
    removable: bool


class SignInEntryDocument(TypedDict):
    """A sign-in of the caller, `current` if it is the one that asks.

    `device` names the browser, such as "Chrome on Windows", and is null if that is not known. `lastUsedAt` is when it
    was last renewed, which an open page does every quarter of an hour.
    """

    signInId: str
    device: str | None
    startedAt: str | None
    lastUsedAt: str
    endsAt: str
    current: bool


class SignInListDocument(TypedDict):
    """Where the caller is signed in: this sign-in first, then those used last."""

    signIns: list[SignInEntryDocument]


class TokenPairDocument(TypedDict):
    """A sign-in; the access token expires in `expiresIn` seconds."""

    accessToken: str
    refreshToken: str
    expiresIn: int
    user: UserDocument


class SignInDocument(TokenPairDocument):
    """A new sign-in, and the token of the browser that it was made in.

    The browser sends the `deviceToken` with later requests for codes and sign-ins. Attempts from elsewhere then cannot
    use up its tries; the token is good for nothing else.
    """

    deviceToken: str


class UserListDocument(TypedDict):
    """A page of a facility's users, and the cursor of the next page; `phone` is the number as it was understood."""

    users: list[UserDocument]
    cursor: str | None
    phone: NotRequired[str]


class IdentifierKindDocument(TypedDict):
    """The number that a facility knows its patients by; people read its `label`."""

    system: str
    label: str
    required: bool


class BookingPolicyDocument(TypedDict):
    """Everything until so many hours before the visit, later a share in percent."""

    freeUntilHours: int
    lateRefundPercent: int


class FacilityDocument(TypedDict):
    """A facility: its code, its name, its country (ISO 3166) and its time zone (IANA).

    `identifier` is the number that it knows its patients by. Photos that nobody has committed stay for
    `photoRetentionDays` after their encounter's end, and others `committedPhotoDays` after they have arrived in the
    patient's record. `bookingPolicy` says what patients get back who cancel a booking. Of payments the facility keeps
    `feePercent`; null is the usual fee.
    """

    facilityId: str
    name: str
    country: str
    timeZone: str
    identifier: IdentifierKindDocument
    photoRetentionDays: int
    committedPhotoDays: int
    bookingPolicy: BookingPolicyDocument
    feePercent: int | None


class FacilityListDocument(TypedDict):
    """A page of the facilities that the caller administers, and the cursor of the next page."""

    facilities: list[FacilityDocument]
    cursor: str | None


class PeriodDocument(TypedDict):
    """The counts of the hour or day that began at `at` (ISO 8601)."""

    at: str
    sessionsOpened: NotRequired[int]
    photosArrived: NotRequired[int]
    signIns: NotRequired[int]
    codesSent: NotRequired[int]


class CountersDocument(TypedDict):
    """Counts by hour and day, oldest first; empty and not `complete` while Redis is down."""

    facilityId: str | None
    complete: bool
    hours: list[PeriodDocument]
    days: list[PeriodDocument]


def sent_code_document(sent: "SentCode") -> SentCodeDocument:
    """Return a sent code as a document, without the code."""
    return {"phone": sent.phone, "expiresIn": sent.expires_in, "resendAfter": sent.resend_after}


def user_document(
    person: "Person", facility_name: str | None, now_ms: int, time_zone: str | None = None
) -> UserDocument:
    """Return a person, who belongs to the facility of this name and time zone, as a user document."""
    locked = person.budget.locked(now_ms)
    document: UserDocument = {
        "userId": person.user_id,
        "phone": person.phone,
        "displayName": person.display_name,
        "roles": cast("list[RoleName]", list(person.roles)),
        "facilityId": person.facility_id,
        "facilityName": facility_name,
        "verification": person.verification,
        "locked": locked,
        "lockedUntil": _instant(person.budget.locked_until) if locked else None,
        "createdAt": _instant(person.created_at),
        "lastSignInAt": _instant(person.last_sign_in_at),
        "deactivatedAt": _instant(person.deactivated_at),
        "invitedAt": _instant(person.invited_at),
        "removable": not person.ever_signed_in,
    }
    if time_zone:
        document["facilityTimeZone"] = time_zone
    return document


def identifier_kind_document(kind: "IdentifierKind") -> IdentifierKindDocument:
    """Return the number that a facility knows its patients by as a document."""
    return {"system": kind.system, "label": kind.label, "required": kind.required}


def facility_document(facility: "Facility") -> FacilityDocument:
    """Return a facility as a document."""
    settings = facility.settings
    return {
        "facilityId": facility.facility_id,
        "name": settings.name,
        "country": settings.country,
        "timeZone": settings.time_zone,
        "identifier": identifier_kind_document(settings.identifier),
        "photoRetentionDays": settings.photo_retention_days,
        "committedPhotoDays": settings.committed_photo_days,
        "bookingPolicy": booking_policy_document(settings.booking_policy),
        "feePercent": settings.fee_percent,
    }


def booking_policy_document(policy: "BookingPolicy") -> BookingPolicyDocument:
    """Return what patients get back as a document."""
    return {"freeUntilHours": policy.free_until_hours, "lateRefundPercent": policy.late_refund_percent}


def _instant(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)
