"""Packs of visits, as patients buy them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from bedside.bookings.access import own_facility
from bedside.bookings.checkout_pages import HOLD_MS, LEAST_MS, CheckoutPages, Sale, first_checkout
from bedside.bookings.decision import POLL_INTERVAL_MS, Step
from bedside.bookings.errors import PackNotFoundError, PaymentsNotReadyError, PriceChangedError
from bedside.bookings.money import NOTHING
from bedside.bookings.offers import Offers
from bedside.bookings.pack import FREE, ID_PREFIX, Pack
from bedside.bookings.pack_decision import apply_pack_step
from bedside.bookings.pack_repository import PackRepository
from bedside.bookings.payment_starts import PaymentStarts, Start
from bedside.bookings.purchase import PROVIDER, Checkout, Entry
from bedside.bookings.requests import PACK_VISITS, PriceRequest
from bedside.bookings.service import PackOffer, Price, Service
from bedside.identity.person import PATIENT, Person
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Scope
from bedside.kernel.errors import ForbiddenError, PaymentRefusedError
from bedside.kernel.request_ids import request_id
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.kernel.wire import Identifier, Wire

_DESCRIPTION: Final = "Video visits"


class PackRequest(Wire):
    """A pack that a service offers, by its number of visits, and the price that the patient has seen."""

    service_id: Identifier
    visits: int = Field(ge=PACK_VISITS[0], le=PACK_VISITS[1])
    price: PriceRequest


@dataclass(frozen=True, slots=True)
class PackSales:
    """Sells packs to the patients who ask; `randomness(n)` returns n random bytes."""

    packs: PackRepository
    offers: Offers
    people: PersonRepository
    starts: PaymentStarts
    pages: CheckoutPages
    randomness: Callable[[int], bytes]
    pseudonym_key: bytes

    def buy(self, start: Start, request: PackRequest, key: str | None, now_ms: int) -> Pack:
        """Return a pack that waits to be paid, or the one that the same request and idempotency key has made.

        Raises ForbiddenError, PackNotFoundError, PriceChangedError, PaymentsNotReadyError, LimitReachedError,
        UnavailableError.
        """
        principal = start.principal
        facility_id = own_facility(principal)
        if PATIENT not in principal.roles:
            raise ForbiddenError("Only patients buy packs.")
        pack_id = ID_PREFIX + request_id(
            "pack",
            principal.user_id,
            request.model_dump_json(),
            key,
            pseudonym_key=self.pseudonym_key,
            randomness=self.randomness,
        )
        pack = self.packs.find(pack_id) if key is not None else None
        if pack is None:
            service, practitioner, offer = self._offered(start, facility_id, request)
            self.starts.count(start, now_ms)
            pack = Pack(
                pack_id,
                facility_id,
                principal.user_id,
                practitioner.user_id,
                service.service_id,
                service.name,
                Price(offer.amount, service.price.currency),
                (FREE,) * offer.visits,
                now_ms,
                state="held",
                version=1,
                history=(Entry(now_ms, "held", principal.user_id),),
                hold_ends_at=now_ms + HOLD_MS,
                checkout=first_checkout(now_ms),
                due_at=now_ms + POLL_INTERVAL_MS,
                patient_name=self._name(facility_id, principal.user_id),
                practitioner_name=practitioner.display_name,
            )
            if not self.packs.create(pack):  # the same request has just made it
                pack = self.packs.get(pack_id)
        return self._with_checkout(pack, start.origin, now_ms)

    def _offered(self, start: Start, facility_id: str, request: PackRequest) -> tuple[Service, Person, PackOffer]:
        found = self.offers.find(facility_id, request.service_id)
        offer = next((one for one in found[0].packs if one.visits == request.visits), None) if found else None
        if found is None or not found[0].active or offer is None:
            raise PackNotFoundError("Your facility offers no such pack.")
        service, practitioner = found
        if practitioner.user_id == start.principal.user_id:
            raise ForbiddenError("Nobody buys visits with themselves.")
        if (request.price.amount, request.price.currency) != (offer.amount, service.price.currency):
            raise PriceChangedError("The price is another one now.", offer.amount, service.price.currency)
        return service, practitioner, offer

    def _name(self, facility_id: str, patient_id: str) -> str | None:
        patient = self.people.find(Scope(facility_id), patient_id)
        return patient.display_name if patient else None

    def _with_checkout(self, pack: Pack, origin: str, now_ms: int) -> Pack:
        """Return a pack with its Checkout, if it waits for one; that of a killed function is asked for again."""
        checkout = pack.checkout
        if pack.state != "held" or checkout is None or checkout.checkout_id:
            return pack
        try:
            if checkout.expires_at - now_ms < LEAST_MS:
                checkout = first_checkout(now_ms, checkout.number + 1)
                renewed = replace(pack, checkout=checkout, hold_ends_at=now_ms + HOLD_MS)
                self.packs.update(pack, renewed)
                pack = replace(renewed, version=pack.version + 1)
            after = replace(pack, checkout=self._open(pack, checkout, origin, now_ms))
            self.packs.update(pack, after)
        except ChangedMeanwhileError:  # another call of theirs was faster
            return self.packs.get(pack.pack_id)
        return replace(after, version=pack.version + 1)

    def _open(self, pack: Pack, checkout: Checkout, origin: str, now_ms: int) -> Checkout:
        page = f"{origin}/booking-list?pack={pack.pack_id}"
        try:
            return self.pages.open(
                Sale(pack.pack_id, pack.patient_id, _DESCRIPTION, pack.price, page), checkout, now_ms
            )
        except PaymentRefusedError as error:
            refused = apply_pack_step(pack, Step("expired", PROVIDER, error.code), NOTHING, now_ms)
            self.packs.update(pack, replace(refused, due_at=None))
            raise PaymentsNotReadyError("This pack cannot be paid online at present.") from error
