"""Administration of facilities."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from bedside.identity.audit import Entry
from bedside.identity.errors import FacilityNotFoundError
from bedside.identity.facility import (
    COMMITTED_PHOTO_DAYS,
    LONGEST_COMMITTED_PHOTO_DAYS,
    LONGEST_PHOTO_RETENTION_DAYS,
    PHOTO_RETENTION_DAYS,
    BookingPolicy,
    Facility,
    FacilitySettings,
    IdentifierKind,
    usual_identifier,
)
from bedside.identity.facility_repository import FacilityRepository
from bedside.identity.principal import Admin
from bedside.identity.representation import FacilityDocument, FacilityListDocument, facility_document
from bedside.kernel.errors import FieldFault, ForbiddenError, InvalidRequestError, PreconditionFailedError
from bedside.kernel.time_zones import TimeZone
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import IDENTIFIER_RULE, REFUSED, Identifier, Line, ShortText, Wire


def _country(value: str) -> str:
    if value not in SUPPORTED_REGIONS:
        raise PydanticCustomError(
            REFUSED, "This must be the two letters of a country (ISO 3166), such as NZ.", {"code": "country"}
        )
    return value


class PageRequest(Wire):
    """The id of the last facility of the page before."""

    cursor: Identifier | None = None


class IdentifierKindRequest(Wire):
    system: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
    label: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    required: bool = False


class BookingPolicyRequest(Wire):
    free_until_hours: int = Field(ge=0, le=14 * 24)
    late_refund_percent: int = Field(ge=0, le=100)


class SettingsRequest(Wire):
    """A facility's settings; all but name, country and time zone stay as they are where they are not given.

    Only administrators of the system change the fee; null is the usual one.
    """

    name: Annotated[ShortText, Field(min_length=1)]
    country: Annotated[str, StringConstraints(min_length=2, max_length=2), AfterValidator(_country)]
    time_zone: TimeZone
    identifier: IdentifierKindRequest | None = None
    photo_retention_days: Annotated[int, Field(ge=0, le=LONGEST_PHOTO_RETENTION_DAYS)] | None = None
    committed_photo_days: Annotated[int, Field(ge=0, le=LONGEST_COMMITTED_PHOTO_DAYS)] | None = None
    booking_policy: BookingPolicyRequest | None = None
    fee_percent: Annotated[int, Field(ge=0, le=100)] | None = None


_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
_CHANGED: Final = "The facility was changed elsewhere."


@dataclass(frozen=True, slots=True)
class FacilityAdmin:
    """Lists, reads and changes facilities: all of them for system administrators, others their own.

    `on_change` receives the id of a facility whose settings have changed, and the instant (Unix ms).
    """

    facilities: FacilityRepository
    on_change: Callable[[str, int], None]

    def list_facilities(self, admin: Admin, request: PageRequest) -> FacilityListDocument:
        """Return a page of the facilities that the caller administers, by id."""
        if admin.everywhere:
            found, cursor = self.facilities.list_all(request.cursor)
            return {"facilities": [facility_document(facility) for facility in found], "cursor": cursor}
        own = self.facilities.find(admin.facility_id) if admin.facility_id else None
        return {"facilities": [facility_document(own)] if own else [], "cursor": None}

    def get(self, admin: Admin, facility_id: str) -> tuple[FacilityDocument, int]:
        """Return a facility and its version. Raises ForbiddenError, FacilityNotFoundError."""
        _require_own(admin, facility_id)
        facility = self.facilities.find(facility_id) if _is_identifier(facility_id) else None
        if facility is None:
            raise FacilityNotFoundError("This facility has no name yet.")
        return facility_document(facility), facility.version

    def save(
        self, admin: Admin, facility_id: str, request: SettingsRequest, if_match: str | None, now_ms: int
    ) -> tuple[FacilityDocument, int]:
        """Create a facility (`If-Match: "0"`), or change its settings; return it and its new version.

        A repeated request gets the same answer. Raises ForbiddenError, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError.
        """
        _require_own(admin, facility_id)
        if not _is_identifier(facility_id):
            raise InvalidRequestError([FieldFault("facilityId", IDENTIFIER_RULE, "identifier")])
        before = self.facilities.find(facility_id)
        seen = version_seen(if_match, lambda: before.version if before else 0, _CHANGED)
        settings = _settings(request, before.settings if before else None)
        if not admin.everywhere and settings.fee_percent != (before.settings.fee_percent if before else None):
            raise ForbiddenError("Only administrators of the system change the fee.")
        wanted = Facility(facility_id, settings, seen + 1)
        if before != wanted:
            entry = _entry(admin, before, wanted)
            saved = self.facilities.save(facility_id, settings, seen, entry, now_ms)
            current = None if saved else self.facilities.find(facility_id)
            if not saved and current != wanted:
                version = current.version if current else 0
                raise PreconditionFailedError(_CHANGED, version)
        self.on_change(facility_id, now_ms)
        return facility_document(wanted), wanted.version


def _settings(request: SettingsRequest, before: FacilitySettings | None) -> FacilitySettings:
    """Return the requested settings, with what the request leaves out as before."""
    identifier, days, policy = usual_identifier(request.country), PHOTO_RETENTION_DAYS, BookingPolicy()
    fee, committed_days = request.fee_percent, COMMITTED_PHOTO_DAYS
    if before:
        committed_days = before.committed_photo_days
        days, policy = before.photo_retention_days, before.booking_policy
        fee = fee if "fee_percent" in request.model_fields_set else before.fee_percent
        # What nobody chose goes with the country.
        if before.identifier != usual_identifier(before.country):
            identifier = before.identifier
    if request.identifier:
        identifier = IdentifierKind(**request.identifier.model_dump())
    if request.photo_retention_days is not None:
        days = request.photo_retention_days
    if request.committed_photo_days is not None:
        committed_days = request.committed_photo_days
    if request.booking_policy:
        policy = BookingPolicy(**request.booking_policy.model_dump())
    return FacilitySettings(
        request.name, request.country, request.time_zone, identifier, days, policy, fee, committed_days
    )


def _require_own(admin: Admin, facility_id: str) -> None:
    if not admin.scope.covers(facility_id):
        raise ForbiddenError("The facility is not yours.")


def _is_identifier(facility_id: str) -> bool:
    try:
        _IDENTIFIER.validate_python(facility_id)
    except ValidationError:
        return False
    return True


def _entry(admin: Admin, before: Facility | None, after: Facility) -> Entry:
    act = "change-facility" if before else "create-facility"
    return Entry(act, admin.user_id, after.facility_id, after.facility_id, admin.origin, _told(before), _told(after))


def _told(facility: Facility | None) -> str:
    if facility is None:
        return ""
    settings, identifier = facility.settings, facility.settings.identifier
    kind = f"{identifier.label} ({identifier.system}, {'required' if identifier.required else 'optional'})"
    policy = settings.booking_policy
    days = f"photos {settings.photo_retention_days} d, committed {settings.committed_photo_days} d"
    money = f"refund in full until {policy.free_until_hours} h before, then {policy.late_refund_percent} %"
    fee = "usual fee" if settings.fee_percent is None else f"fee {settings.fee_percent} %"
    return f"{settings.name}, {settings.country}, {settings.time_zone}, {kind}, {days}, {money}, {fee}"
