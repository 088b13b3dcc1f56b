"""Browsers in front of the pages of bookings, and a practice in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from bedside.kernel.instants import iso
from tests.web import pages
from tests.web.bookings.packs_fake import Packs
from tests.web.bookings.payouts_fake import Payouts
from tests.web.contexts import Contexts
from tests.web.declared import Declared
from tests.web.people_fake import Json, People, problem, routes
from tests.web.serving import Serving
from tests.web.tabs import Open, signed_in_tabs
from web.app import create_app

ZONE = "Pacific/Auckland"
FREE: Json = {"amount": 0, "currency": "NZD"}


@dataclass
class Practice:
    """Services with the same free times on some days, what was booked, and when practitioners can be booked."""

    people: People = field(default_factory=People)
    services: list[Json] = field(default_factory=list)
    policy: Json = field(default_factory=lambda: {"freeUntilHours": 24, "lateRefundPercent": 0})
    # Times of a day, on the clock of the practice.
    times: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    booked: list[Json] = field(default_factory=list)
    # What the next bookings are refused for.
    refusals: list[tuple[int, str, Json]] = field(default_factory=list)
    # So many of the next questions for free times go unanswered.
    slots_refused: int = 0
    availability: Json = field(default_factory=dict)
    version: int = 0
    # What was asked of bookings, by step.
    wishes: list[tuple[str, Json]] = field(default_factory=list)
    # The languages of the files for calendars that were asked for.
    calendars: list[str] = field(default_factory=list)
    blocked: dict[str, list[Json]] = field(default_factory=dict)
    origin: str = ""

    def __post_init__(self) -> None:
        self.payouts = Payouts(self.people, f"{self.origin}/account")
        self.packs = Packs(self.people, self.origin)

    def offer(self, name: str, price: Json = FREE, **more: Any) -> Json:
        """Add a service."""
        service: Json = {
            "serviceId": f"practitioner.s{len(self.services)}",
            "practitionerId": "practitioner",
            "practitionerName": "Dr Hana Walker",
            "name": name,
            "durationMinutes": 30,
            "price": price,
            "packs": [],
            "active": True,
            **more,
        }
        self.services.append(service)
        return service

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does."""
        if self.people.caller(request) is None:
            return problem(401, "unauthorized")
        body = await request.json() if await request.body() else {}
        path = request.url.path
        if path.startswith("/services"):
            return self._slots(request) if path.endswith("/slots") else self._service(request, body)
        if path.startswith(("/packs", "/bookings")):
            booking = (path, request.method) == ("/bookings", "POST")
            serve = self.packs.serve if path.startswith("/packs") else self._bookings
            return self._book(body) if booking else serve(request, body)
        if path.endswith("/availability"):
            return self._availability(request, body)
        if path == "/visits/practitioners":
            return self._practitioners()
        return self._block(request)

    def _service(self, request: Request, body: Json) -> Response:
        if request.url.path == "/services" and request.method == "GET":
            return JSONResponse({"services": self.services, "cursor": None, "policy": self.policy})
        if self.refusals:
            return self._refused()
        if request.method == "POST":
            return JSONResponse(self.offer(**body), 201)
        [service] = [one for one in self.services if one["serviceId"] == request.path_params["service_id"]]
        if request.method == "PUT":
            if request.headers["if-match"] != f'"{self.version}"':
                return problem(412, "precondition-failed", {"etag": f'"{self.version}"'})
            service |= body
            self.version += 1
        return JSONResponse(service, headers={"etag": f'"{self.version}"'})

    def _practitioners(self) -> Response:
        clinicians = [user for user in self.people.users.values() if "clinician" in user["roles"]]
        found = [{"userId": user["userId"], "name": user["displayName"]} for user in clinicians]
        return JSONResponse({"practitioners": found, "cursor": None})

    def _slots(self, request: Request) -> Response:
        if self.slots_refused:
            self.slots_refused -= 1
            return problem(503, "unavailable")
        first, last = (date.fromisoformat(request.query_params[name]) for name in ("from", "to"))
        starts = [
            datetime.fromisoformat(f"{day} {time}").replace(tzinfo=ZoneInfo(ZONE))
            for day in sorted(self.days)
            if first <= day <= last
            for time in self.times
        ]
        taken = {booking["startsAt"] for booking in self.booked}
        spans = [(_iso(start), _iso(start + timedelta(minutes=30))) for start in starts]
        slots = [{"startsAt": start, "endsAt": end} for start, end in spans if start not in taken]
        return JSONResponse({"slots": slots, "timeZone": request.query_params["timeZone"]})

    def _book(self, body: Json) -> Response:
        if self.refusals:
            return self._refused()
        [service] = [one for one in self.services if one["serviceId"] == body["serviceId"]]
        ends_at = datetime.fromisoformat(body["startsAt"]) + timedelta(minutes=30)
        booking = self.add_booking(
            serviceId=body["serviceId"],
            serviceName=service["name"],
            startsAt=body["startsAt"],
            endsAt=_iso(ends_at),
            price=body.get("price") or service["price"],
            pack=self.packs.use(body["packId"]) if "packId" in body else None,
        )
        if body.get("price", FREE)["amount"]:
            page = f"{self.origin}/booking?id={booking['bookingId']}&paid=1"
            held_until = _iso(datetime.now(UTC) + timedelta(minutes=35))
            booking |= self.without_visit("held", holdExpiresAt=held_until, checkoutUrl=page)
        return JSONResponse(booking, 201)

    def _refused(self) -> Response:
        status, slug, more = self.refusals.pop(0)
        return problem(status, slug, None, **more)

    def without_visit(self, state: str, **more: Any) -> Json:
        """Return what a booking has in another state."""
        nothing = dict.fromkeys(("holdExpiresAt", "checkoutUrl", "voucher", "choiceDueAt", "visitId", "visitState"))
        return {**nothing, "state": state, "canReschedule": False, "canCancel": state == "held", **more}

    def _change(self, request: Request, booking: Json, body: Json) -> Response:
        step = request.url.path.rpartition("/")[2]
        self.wishes.append((step, body))
        if self.refusals:
            return self._refused()
        if body.get("startsAt"):
            booking |= {"state": "confirmed", "startsAt": body["startsAt"], "visitId": "visit1", "canReschedule": True}
            booking["visitState"] = "scheduled"
        elif body.get("otherwise"):
            booking |= {"state": "refunded", "refund": {**booking["refund"], "state": "returned"}}
        else:
            back = {"amount": booking["refundIfCancelled"] or booking["paid"], "state": "pending"}
            booking |= (
                self.without_visit("refunding", refund=back) if booking["paid"] else self.without_visit("cancelled")
            )
        return JSONResponse(booking)

    def add_booking(self, **more: Any) -> Json:
        """Add a booking of the patient with the practitioner."""
        booking = {
            "bookingId": f"b{len(self.booked) + 1}",
            "serviceId": "practitioner.s0",
            "serviceName": "Skin check",
            "patientId": self.people.patient["userId"],
            "patientName": "Aroha Ngata",
            "practitionerId": "practitioner",
            "practitionerName": "Dr Hana Walker",
            "startsAt": "2027-01-10T20:00:00.000Z",
            "endsAt": "2027-01-10T20:30:00.000Z",
            "sequence": 0,
            "price": FREE,
            "state": "confirmed",
            "holdExpiresAt": None,
            "checkoutUrl": None,
            "voucher": None,
            "choiceDueAt": None,
            "paid": 0,
            "refund": None,
            "refundIfCancelled": None,
            "dispute": None,
            "canRefund": False,
            "pack": None,
            "canCancel": True,
            "canReschedule": True,
            "visitId": f"visit{len(self.booked) + 1}",
            "visitState": "scheduled",
            "history": [],
            **more,
        }
        self.booked.append(booking)
        return booking

    def _bookings(self, request: Request, body: Json) -> Response:
        if request.url.path == "/bookings":
            return self._booking_page(request)
        found = [one for one in self.booked if one["bookingId"] == request.path_params["booking_id"]]
        if not found:
            return problem(404, "booking-not-found")
        if request.url.path.endswith("/calendar.ics"):
            self.calendars.append(request.headers["accept-language"])
            return PlainTextResponse("BEGIN:VCALENDAR", headers={"content-type": "text/calendar; charset=utf-8"})
        return self._change(request, found[0], body) if request.method == "POST" else JSONResponse(found[0])

    def _booking_page(self, request: Request) -> Response:
        """Answer with two bookings: those to come, or those that are over."""
        if request.query_params["view"] == "refundFailed":
            owed = [one for one in self.booked if one["state"] == "refundFailed"]
            return JSONResponse({"bookings": owed, "cursor": None})
        over = request.query_params["view"] == "past"
        found = [one for one in self.booked if (one["visitState"] == "completed") == over]
        place = int(request.query_params.get("cursor", "0"))
        after = place + 2
        cursor = str(after) if after < len(found) else None
        return JSONResponse({"bookings": found[place:after], "cursor": cursor})

    def _availability(self, request: Request, body: Json) -> Response:
        if request.method == "PUT":
            if request.headers["if-match"] != f'"{self.version}"':
                return problem(412, "precondition-failed", {"etag": f'"{self.version}"'})
            self.availability = body
            self.version += 1
        defaults = {
            "timeZone": ZONE,
            "hours": [],
            "bufferBefore": 0,
            "bufferAfter": 0,
            "minimumNotice": 1440,
            "interval": 30,
            "windowDays": 60,
        }
        document = {**defaults, **self.availability, "practitionerId": request.path_params["practitioner_id"]}
        headers = {"etag": f'"{self.version}"'}
        return JSONResponse({**document, "blockedDates": sorted(self.blocked)}, headers=headers)

    def _block(self, request: Request) -> Response:
        day = request.path_params["date"]
        if request.method == "GET":
            affected = self.blocked[day]
            return JSONResponse({"date": day, "blocked": True, "affectedBookings": affected})
        affected = self.blocked.pop(day, [])
        if request.method == "PUT":
            affected = [{"startsAt": one["startsAt"], "endsAt": one["endsAt"]} for one in self.booked]
            self.blocked[day] = affected
        document = {"date": day, "blocked": request.method == "PUT", "affectedBookings": affected}
        return JSONResponse(document)


def _iso(at: datetime) -> str:
    return iso(round(at.timestamp() * 1000))


class _Server:
    """The server of all tests of a process."""

    def __init__(self) -> None:
        self.practice = Practice()

        async def serve(request: Request) -> Response:
            return await self.practice.serve(request)

        async def serve_payouts(request: Request) -> Response:
            return await self.practice.payouts.serve(request)

        app = Starlette(
            routes=[
                Route("/practitioners/{practitioner_id}/payout-account", serve_payouts, methods=["GET", "POST"]),
                Route("/practitioners/{practitioner_id}/identity-verification", serve_payouts, methods=["POST"]),
                *routes(lambda: self.practice.people),
                Route("/services", serve, methods=["GET", "POST"]),
                Route("/services/{service_id}", serve, methods=["GET", "PUT"]),
                Route("/services/{service_id}/slots", serve),
                Route("/packs", serve, methods=["GET", "POST"]),
                Route("/packs/{pack_id}", serve),
                Route("/packs/{pack_id}/{step}", serve, methods=["POST"]),
                Route("/bookings", serve, methods=["GET", "POST"]),
                Route("/bookings/{booking_id}", serve),
                Route("/bookings/{booking_id}/calendar.ics", serve),
                Route("/bookings/{booking_id}/{step}", serve, methods=["POST"]),
                Route("/visits/practitioners", serve),
                Route("/practitioners/{practitioner_id}/availability", serve, methods=["GET", "PUT"]),
                Route("/practitioners/{practitioner_id}/blocked-dates/{date}", serve, methods=["GET", "PUT", "DELETE"]),
                Route("/admin/transfers", serve_payouts),
                Route("/admin/transfers/{transfer_id}/{step}", serve_payouts, methods=["POST"]),
                Route("/admin/ledger", serve_payouts),
                pages.modules(),
                Mount("/", create_app()),
            ]
        )
        self.serving = Serving(Declared(app))


@pytest.fixture(scope="session")
def _server() -> Iterator[_Server]:
    server = _Server()
    yield server
    server.serving.stop()


@pytest.fixture
def practice(_server: _Server) -> Practice:
    """A practice without services."""
    _server.practice = Practice(origin=_server.serving.origin)
    return _server.practice


@pytest.fixture
def visitor(practice: Practice, contexts: Contexts) -> Open:
    """Gives a tab of a browser in New Zealand in which somebody is signed in."""
    return signed_in_tabs(practice, contexts, timezone_id=ZONE)
