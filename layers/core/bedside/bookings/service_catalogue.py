"""What patients of a facility can book: reading and changing services."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.access import is_facility_admin, own_facility, sees_all_services, verified_practitioner
from bedside.bookings.errors import ServiceNotFoundError
from bedside.bookings.offer_representation import ServiceDocument, ServiceListDocument, service_document
from bedside.bookings.requests import ServiceListRequest, ServiceRequest
from bedside.bookings.service import PackOffer, Price, Service
from bedside.bookings.service_repository import ServiceRepository
from bedside.identity.errors import UserNotFoundError
from bedside.identity.facility import BookingPolicy
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal, Scope
from bedside.identity.representation import booking_policy_document
from bedside.kernel.errors import (
    FieldFault,
    ForbiddenError,
    InvalidRequestError,
    PreconditionFailedError,
    UnavailableError,
)
from bedside.kernel.request_ids import request_id
from bedside.kernel.versions import ChangedMeanwhileError, version_seen

_RANDOM_BYTES: Final = 5
_CHANGED: Final = "The service was changed elsewhere."


@dataclass(frozen=True, slots=True)
class ServiceCatalogue:
    """Services of the caller's facility.

    `randomness(n)` returns n random bytes, `policy` what a facility pays back, at most a minute old, at an instant.
    """

    services: ServiceRepository
    people: PersonRepository
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes
    policy: Callable[[str, int], BookingPolicy]

    def list_services(self, principal: Principal, request: ServiceListRequest, now_ms: int) -> ServiceListDocument:
        """Return a page of the services that can be booked, for staff also of the others.

        Nothing can be booked with a practitioner who has left, or is deactivated. Raises ForbiddenError,
        UnavailableError.
        """
        facility_id = own_facility(principal)
        services, more = self.services.list_by_facility(facility_id, request.cursor)
        if not sees_all_services(principal):
            services = [service for service in services if service.active]
            people = self.people.find_all(Scope(facility_id), {service.practitioner_id for service in services})
            here = {user_id for user_id, person in people.items() if person.verified_clinician}
            services = [service for service in services if service.practitioner_id in here]
        policy = self.policy(facility_id, now_ms)
        return {
            "services": [service_document(service) for service in services],
            "cursor": more,
            "policy": booking_policy_document(policy),
        }

    def get(self, principal: Principal, service_id: str) -> tuple[ServiceDocument, int]:
        """Return a service and its version. Raises ForbiddenError, ServiceNotFoundError, UnavailableError."""
        facility_id = own_facility(principal)
        service = self._of_facility(facility_id, service_id)
        if not sees_all_services(principal):
            practitioner = self.people.find(Scope(facility_id), service.practitioner_id)
            if not (service.active and practitioner and practitioner.verified_clinician):
                raise ServiceNotFoundError("Your facility has no such service.")
        return service_document(service), service.version

    def create(self, principal: Principal, request: ServiceRequest, key: str | None) -> ServiceDocument:
        """Add a service, or return the one already added with the same request and idempotency key.

        Raises ForbiddenError, InvalidRequestError, UnavailableError.
        """
        facility_id = _administered(principal)
        service = self._service(principal, facility_id, self._new_id(principal, request, key), request, version=1)
        if self.services.create(service):
            return service_document(service)
        existing = self.services.find(facility_id, service.service_id) if key is not None else None
        if existing is None:
            raise UnavailableError("The service could not be added.", cause="SameId")
        return service_document(existing)

    def save(
        self, principal: Principal, service_id: str, request: ServiceRequest, if_match: str | None
    ) -> tuple[ServiceDocument, int]:
        """Change a service; return it and its new version. A repeated request gets the same answer.

        Raises ForbiddenError, ServiceNotFoundError, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError, UnavailableError.
        """
        before = self._of_facility(_administered(principal), service_id)
        seen = version_seen(if_match, lambda: before.version, _CHANGED)
        if request.practitioner_id != before.practitioner_id:
            raise InvalidRequestError([FieldFault("practitionerId", "A service stays with its practitioner.", "fixed")])
        wanted = self._changed(principal, before, request, seen + 1)
        if before != wanted:
            try:
                self.services.replace(wanted)
            except ChangedMeanwhileError as error:
                current = self._of_facility(before.facility_id, service_id).version
                raise PreconditionFailedError(_CHANGED, current) from error
        return service_document(wanted), wanted.version

    def _changed(self, principal: Principal, before: Service, request: ServiceRequest, version: int) -> Service:
        """Return a service as requested. One of a practitioner who has left can only be withdrawn."""
        if request.active:
            return self._service(principal, before.facility_id, before.service_id, request, version=version)
        price = Price(request.price.amount, request.price.currency)
        return replace(
            before,
            name=request.name,
            duration=request.duration_minutes,
            price=price,
            active=False,
            version=version,
            packs=_packs(request),
        )

    def _service(
        self, principal: Principal, facility_id: str, service_id: str, request: ServiceRequest, *, version: int
    ) -> Service:
        try:
            practitioner = verified_practitioner(principal, request.practitioner_id, self.people)
        except UserNotFoundError as error:
            raise InvalidRequestError([FieldFault("practitionerId", error.detail, "no-practitioner")]) from error
        return Service(
            service_id,
            facility_id,
            practitioner.user_id,
            practitioner.display_name,
            request.name,
            request.duration_minutes,
            Price(request.price.amount, request.price.currency),
            request.active,
            version,
            _packs(request),
        )

    def _of_facility(self, facility_id: str, service_id: str) -> Service:
        service = self.services.find(facility_id, service_id)
        if service is None:
            raise ServiceNotFoundError("Your facility has no such service.")
        return service

    def _new_id(self, principal: Principal, request: ServiceRequest, key: str | None) -> str:
        own = request_id(
            "service",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
            size=_RANDOM_BYTES,
        )
        return f"{request.practitioner_id}.{own}"


def _packs(request: ServiceRequest) -> tuple[PackOffer, ...]:
    return tuple(PackOffer(one.visits, one.amount) for one in sorted(request.packs, key=lambda one: one.visits))


def _administered(principal: Principal) -> str:
    if not is_facility_admin(principal):
        raise ForbiddenError("Only administrators of a facility change its services.")
    return own_facility(principal)
