"""/bookings/*, /services/*, /practitioners/*: what can be booked and when, and what is booked."""

from bedside.bookings.booking_queries import BookingListRequest
from bedside.bookings.booking_representation import BookingDocument
from bedside.bookings.cancellation import CancelBookingRequest
from bedside.bookings.domain import DOMAIN
from bedside.bookings.offer_representation import ServiceDocument
from bedside.bookings.pack_cancellation import CancelPackRequest
from bedside.bookings.pack_documents import PackDocument, pack_document
from bedside.bookings.pack_queries import PackListRequest
from bedside.bookings.pack_sales import PackRequest
from bedside.bookings.payment_starts import Start
from bedside.bookings.refunds import RefundRequest
from bedside.bookings.requests import AvailabilityRequest, ServiceListRequest, ServiceRequest, SlotsRequest
from bedside.bookings.rescheduling import ChoiceRequest, RescheduleBookingRequest
from bedside.bookings.self_service import BookingRequest
from bedside.bookings.wiring import BookingsWiring
from bedside.identity.principal import Principal
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(BookingsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /practitioners/{practitionerId}/availability")
def availability(call: Call[Principal]) -> Answer:
    document, version = wiring.offering.availability.get(call.caller, call.path("practitionerId"), call.now_ms)
    return Answer(200, document, version)


@api.serves("PUT /practitioners/{practitionerId}/availability")
def save_availability(call: Call[Principal, AvailabilityRequest]) -> Answer:
    practitioner_id, seen = call.path("practitionerId"), call.header("if-match")
    document, version = wiring.offering.availability.save(call.caller, practitioner_id, call.body, seen)
    return Answer(200, document, version)


@api.serves("GET /practitioners/{practitionerId}/blocked-dates/{date}")
def blocked_date(call: Call[Principal]) -> Answer:
    practitioner_id, day = call.path("practitionerId"), call.path("date")
    return Answer(200, wiring.offering.availability.get_blocked_date(call.caller, practitioner_id, day, call.now_ms))


@api.serves("PUT /practitioners/{practitionerId}/blocked-dates/{date}")
def block(call: Call[Principal]) -> Answer:
    practitioner_id, day = call.path("practitionerId"), call.path("date")
    return Answer(200, wiring.offering.availability.block(call.caller, practitioner_id, day, call.now_ms))


@api.serves("DELETE /practitioners/{practitionerId}/blocked-dates/{date}")
def unblock(call: Call[Principal]) -> Answer:
    practitioner_id, day = call.path("practitionerId"), call.path("date")
    return Answer(200, wiring.offering.availability.unblock(call.caller, practitioner_id, day, call.now_ms))


@api.serves("POST /bookings")
def book(call: Call[Principal, BookingRequest]) -> Answer:
    key = call.header("idempotency-key")

    start = Start(call.caller, call.address, call.origin(wiring.platform.settings.public_origin))

    def work() -> BookingDocument:
        return wiring.self_service.book(start, call.body, key, call.now_ms)

    return Answer(201, wiring.platform.once(call.caller.user_id, key, call.body, work))


@api.serves("GET /bookings")
def list_bookings(call: Call[Principal, None, BookingListRequest]) -> Answer:
    return Answer(200, wiring.queries.list_bookings(call.caller, call.query, call.now_ms))


@api.serves("GET /bookings/{bookingId}")
def booking(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.queries.get(call.caller, call.path("bookingId"), call.now_ms))


@api.serves("GET /bookings/{bookingId}/calendar.ics")
def calendar_file(call: Call[Principal]) -> Answer:
    origin, languages = call.origin(wiring.platform.settings.public_origin), call.header("accept-language") or ""
    text = wiring.queries.calendar_file(call.caller, call.path("bookingId"), origin, languages, call.now_ms)
    return Answer(200, text=text, headers={"content-type": "text/calendar; charset=utf-8"})


@api.serves("POST /bookings/{bookingId}/cancel")
def cancel(call: Call[Principal, CancelBookingRequest]) -> Answer:
    return Answer(200, wiring.cancellation.cancel(call.caller, call.path("bookingId"), call.body, call.now_ms))


@api.serves("POST /bookings/{bookingId}/reschedule")
def reschedule(call: Call[Principal, RescheduleBookingRequest]) -> Answer:
    return Answer(200, wiring.rescheduling.reschedule(call.caller, call.path("bookingId"), call.body, call.now_ms))


@api.serves("POST /bookings/{bookingId}/choice")
def choose(call: Call[Principal, ChoiceRequest]) -> Answer:
    return Answer(200, wiring.rescheduling.choose(call.caller, call.path("bookingId"), call.body, call.now_ms))


@api.serves("POST /bookings/{bookingId}/refund")
def settle_refund(call: Call[Principal, RefundRequest]) -> Answer:
    return Answer(200, wiring.refunds.settle(call.caller, call.path("bookingId"), call.body, call.now_ms))


@api.serves("POST /packs")
def buy_pack(call: Call[Principal, PackRequest]) -> Answer:
    key = call.header("idempotency-key")
    start = Start(call.caller, call.address, call.origin(wiring.platform.settings.public_origin))

    def work() -> PackDocument:
        return pack_document(call.caller, wiring.packs.sales.buy(start, call.body, key, call.now_ms), call.now_ms)

    return Answer(201, wiring.platform.once(call.caller.user_id, key, call.body, work))


@api.serves("GET /packs")
def list_packs(call: Call[Principal, None, PackListRequest]) -> Answer:
    return Answer(200, wiring.packs.queries.list_packs(call.caller, call.query, call.now_ms))


@api.serves("GET /packs/{packId}")
def pack(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.packs.queries.get(call.caller, call.path("packId"), call.now_ms))


@api.serves("POST /packs/{packId}/cancel")
def cancel_pack(call: Call[Principal, CancelPackRequest]) -> Answer:
    return Answer(200, wiring.packs.cancellation.cancel(call.caller, call.path("packId"), call.body, call.now_ms))


@api.serves("POST /packs/{packId}/refund")
def settle_pack_refund(call: Call[Principal, RefundRequest]) -> Answer:
    return Answer(200, wiring.packs.refunds.settle(call.caller, call.path("packId"), call.body, call.now_ms))


@api.serves("GET /services")
def list_services(call: Call[Principal, None, ServiceListRequest]) -> Answer:
    return Answer(200, wiring.offering.catalogue.list_services(call.caller, call.query, call.now_ms))


@api.serves("POST /services")
def create_service(call: Call[Principal, ServiceRequest]) -> Answer:
    key = call.header("idempotency-key")

    def work() -> ServiceDocument:
        return wiring.offering.catalogue.create(call.caller, call.body, key)

    return Answer(201, wiring.platform.once(call.caller.user_id, key, call.body, work))


@api.serves("GET /services/{serviceId}")
def service(call: Call[Principal]) -> Answer:
    document, version = wiring.offering.catalogue.get(call.caller, call.path("serviceId"))
    return Answer(200, document, version)


@api.serves("PUT /services/{serviceId}")
def save_service(call: Call[Principal, ServiceRequest]) -> Answer:
    service_id, seen = call.path("serviceId"), call.header("if-match")
    document, version = wiring.offering.catalogue.save(call.caller, service_id, call.body, seen)
    return Answer(200, document, version)


@api.serves("GET /services/{serviceId}/slots")
def slots(call: Call[Principal, None, SlotsRequest]) -> Answer:
    return Answer(
        200, wiring.offering.free_times.list_slots(call.caller, call.path("serviceId"), call.query, call.now_ms)
    )


lambda_handler = api.handler()
