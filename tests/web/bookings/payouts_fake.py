"""How practitioners are paid, in memory: their accounts, and the transfers that administrators decide on."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.web.people_fake import Json, People, problem

_PAGE = 2


@dataclass
class Payouts:
    """How each practitioner is paid, the payment provider's page, and what the next calls are refused for."""

    people: People
    page: str
    account: Json = field(
        default_factory=lambda: {
            "state": "none",
            "due": [],
            "identity": {"state": "none", "problem": None, "at": None},
            "lastPayout": None,
        }
    )
    refusals: list[tuple[int, str]] = field(default_factory=list)
    transfers: list[Json] = field(default_factory=list)
    # The months of the ledger that were asked for.
    months: list[str] = field(default_factory=list)

    def add_transfer(self, name: str | None, amount: int, **more: object) -> Json:
        """Add a practitioner's share of a payment, which is due, or was refused."""
        transfer: Json = {
            "transferId": f"b{len(self.transfers) + 1}",
            "state": "refused" if "refusal" in more else "due",
            "facilityId": "FAC001",
            "practitionerId": "practitioner",
            "practitionerName": name,
            "currency": "NZD",
            "paid": 10000,
            "refunded": 0,
            "fee": 10000 - amount,
            "amount": amount,
            "sent": 0,
            "takenBack": 0,
            "owed": amount,
            "excess": 0,
            "paidAt": "2026-11-01T20:00:00.000Z",
            "dueAt": "2026-11-09T20:00:00.000Z",
            "providerTransferId": None,
            "refusal": None,
            "approval": None,
            "hold": None,
            **more,
        }
        self.transfers.append(transfer)
        return transfer

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does."""
        if self.people.caller(request) is None:
            return problem(401, "unauthorized")
        if self.refusals and not request.url.path.endswith("/payout-account"):
            return problem(*self.refusals.pop(0))
        if request.url.path.startswith("/admin"):
            return await self._administer(request)
        return JSONResponse(self.account | ({"url": self.page} if request.method == "POST" else {}))

    async def _administer(self, request: Request) -> Response:
        step = request.url.path.rpartition("/")[2]
        if step == "ledger":
            self.months.append(request.query_params["month"])
            return PlainTextResponse("bookedAt,bookingId\r\n", headers={"content-type": "text/csv; charset=utf-8"})
        if step == "transfers":
            return self._transfer_page(request)
        [transfer] = [one for one in self.transfers if one["transferId"] == request.path_params["transfer_id"]]
        decision = {"at": "2026-11-30T20:00:00.000Z", "by": self.people.system_admin["userId"], "reason": ""}
        if step == "hold":
            transfer |= {"state": "held", "hold": decision | await request.json()}
        else:
            settled = {"owed": 0, "excess": 0, "refusal": None, "approval": decision}
            state = "reversed" if transfer["excess"] else "sent"
            transfer |= {"state": state, "sent": transfer["sent"] + transfer["owed"], **settled}
        return JSONResponse(transfer)

    def _transfer_page(self, request: Request) -> Response:
        found = [one for one in self.transfers if one["state"] == request.query_params["state"]]
        place = int(request.query_params.get("cursor", "0"))
        after = place + _PAGE
        cursor = str(after) if after < len(found) else None
        return JSONResponse({"transfers": found[place:after], "cursor": cursor})
