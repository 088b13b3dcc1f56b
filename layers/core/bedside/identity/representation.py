"""Response documents of identity, as typed dictionaries, which cost nothing at run time."""

from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, cast

from bedside.kernel.instants import iso

if TYPE_CHECKING:
    from bedside.identity.person import Person
    from bedside.identity.token_pair import TokenPair

type RoleName = Literal["patient", "clinician", "facilityAdmin", "systemAdmin"]


class SentCodeDocument(TypedDict):
    """Whole seconds until the code expires, and until the next may be requested."""

    expiresIn: int
    resendAfter: int


class UserDocument(TypedDict):
    """A person; instants are in ISO 8601, and `facilityId` is null for people without a facility."""

    userId: str
    phone: str
    displayName: str | None
    roles: list[RoleName]
    facilityId: str | None
    verification: Literal["none", "pending", "verified", "rejected"]
    locked: bool
    createdAt: str | None
    lastSignInAt: str | None


class TokenPairDocument(TypedDict):
    """A sign-in; the access token expires in `expiresIn` seconds."""

    accessToken: str
    refreshToken: str
    expiresIn: int
    user: UserDocument


class UserListDocument(TypedDict):
    """A page of a facility's users, and the cursor of the next page."""

    users: list[UserDocument]
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


def user_document(person: "Person") -> UserDocument:
    """Return a person as a user document."""
    return {
        "userId": person.user_id,
        "phone": person.phone,
        "displayName": person.display_name,
        "roles": cast("list[RoleName]", list(person.roles)),
        "facilityId": person.facility_id,
        "verification": person.verification,
        "locked": person.locked,
        "createdAt": _instant(person.created_at),
        "lastSignInAt": _instant(person.last_sign_in_at),
    }


def token_pair_document(pair: "TokenPair") -> TokenPairDocument:
    """Return a sign-in as a document."""
    return {
        "accessToken": pair.access_token,
        "refreshToken": pair.refresh_token,
        "expiresIn": pair.expires_in,
        "user": user_document(pair.person),
    }


def _instant(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)
