"""Packs of visits in memory, as the API tells of them."""

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.web.people_fake import Json, People


@dataclass
class Packs:
    """The packs of a patient, which their facility has sold; one is paid once it was looked at."""

    people: People
    origin: str
    sold: list[Json] = field(default_factory=list)

    def serve(self, request: Request, body: Json) -> Response:
        """Answer a call as the API does."""
        if request.url.path == "/packs" and request.method == "GET":
            owed = [one for one in self.sold if one["state"] == "refundFailed"]
            return JSONResponse({"packs": owed if "view" in request.query_params else self.sold, "cursor": None})
        if request.url.path == "/packs":
            pack = self.add(visits=body["visits"], price=body["price"], state="held", visitsLeft=0, validUntil=None)
            pack["checkoutUrl"] = f"{self.origin}/booking-list?pack={pack['packId']}&paid=1"
            return JSONResponse(pack, 201)
        [pack] = [one for one in self.sold if one["packId"] == request.path_params["pack_id"]]
        if request.method == "GET":
            pack |= {"state": "active", "visitsLeft": pack["visits"], "validUntil": "2027-05-12T10:00:00.000Z"}
            pack |= {"checkoutUrl": None, "refundIfCancelled": pack["price"]["amount"]}
            return JSONResponse(pack)
        back = {"amount": pack["refundIfCancelled"] or 0, "state": "pending"}
        pack |= {"state": "refunding", "refund": back, "canCancel": False, "refundIfCancelled": None, "visitsLeft": 0}
        return JSONResponse(pack)

    def use(self, pack_id: str) -> Json:
        """Take a visit of a pack."""
        [pack] = [one for one in self.sold if one["packId"] == pack_id]
        pack["visitsLeft"] -= 1
        return {"packId": pack_id, "isReturned": False, "returnsIfCancelled": True}

    def add(self, **more: Any) -> Json:
        """Add a pack of the patient with the practitioner."""
        pack = {
            "packId": f"pack-{len(self.sold) + 1}",
            "serviceId": "practitioner.s0",
            "serviceName": "Skin check",
            "patientId": self.people.patient["userId"],
            "patientName": "Aroha Ngata",
            "practitionerId": "practitioner",
            "practitionerName": "Dr Hana Walker",
            "visits": 5,
            "visitsLeft": 3,
            "price": {"amount": 40000, "currency": "NZD"},
            "state": "active",
            "boughtAt": "2026-11-13T10:00:00.000Z",
            "validUntil": "2027-05-12T10:00:00.000Z",
            "holdExpiresAt": None,
            "checkoutUrl": None,
            "voucher": None,
            "refund": None,
            "refundIfCancelled": 24000,
            "canCancel": True,
            **more,
        }
        self.sold.insert(0, pack)
        return pack
