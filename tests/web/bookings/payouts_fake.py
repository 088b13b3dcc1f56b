"""How practitioners are paid, in memory."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.web.people_fake import Json, People, problem


@dataclass
class Payouts:
    """How each practitioner is paid, the payment provider's page, and what the next calls are refused for."""

    people: People
    page: str
    account: Json = field(
        default_factory=lambda: {"state": "none", "due": [], "identity": {"state": "none", "problem": None}}
    )
    refusals: list[tuple[int, str]] = field(default_factory=list)

    def serve(self, request: Request) -> Response:
        """Answer a call as the API does."""
        if self.people.caller(request) is None:
            return problem(401, "unauthorized")
        if request.method == "GET":
            return JSONResponse(self.account)
        if self.refusals:
            return problem(*self.refusals.pop(0))
        return JSONResponse({**self.account, "url": self.page})
