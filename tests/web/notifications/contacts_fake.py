"""Where somebody is told: their browsers and their mail address, in memory."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.web.people_fake import Json, problem


@dataclass
class Contacts:
    """The browsers of one person, the key of the server, and their mail address."""

    # A point on the curve, in base64url: 65 bytes, of which the first says how it is written.
    public_key: str | None = "BA" + "A" * 85
    browsers: list[Json] = field(default_factory=list)
    mail: Json = field(
        default_factory=lambda: {"available": True, "address": None, "suppressed": None, "pending": None}
    )
    code: str = "123456"

    def serves(self, path: str) -> bool:
        """Whether this answers calls to a path."""
        return path.startswith(("/notifications/subscriptions", "/notifications/mail-address", "/unsubscribe"))

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does."""
        if request.url.path == "/unsubscribe":
            is_right = request.query_params["token"] == "right"
            return JSONResponse({"category": "money", "state": "off"}) if is_right else problem(404, "link-invalid")
        body = await request.json() if request.method in {"POST", "PUT"} else {}
        if "subscriptions" in request.url.path:
            return self._browser(request, body)
        if request.method == "DELETE":
            self.mail["address"] = None
            return Response(status_code=204)
        if request.method == "PUT":
            self.mail["pending"] = {"address": body["address"], "suppressed": None, "expiresIn": 600, "resendAfter": 60}
        if request.method == "POST":
            if body["code"] != self.code:
                return problem(422, "code-invalid")
            self.mail |= {"address": self.mail["pending"]["address"], "pending": None, "suppressed": None}
        return JSONResponse(self.mail, 202 if request.method == "PUT" else 200)

    def _browser(self, request: Request, body: Json) -> Response:
        if request.method == "DELETE":
            gone = request.path_params["subscription_id"]
            self.browsers = [one for one in self.browsers if one["subscriptionId"] != gone]
            return Response(status_code=204)
        if request.method == "GET":
            return JSONResponse({"publicKey": self.public_key, "subscriptions": self.browsers})
        browser = {
            "subscriptionId": f"s{len(self.browsers)}",
            "device": "Chrome on Linux",
            "current": True,
            "service": "push.example",
            "since": "2026-03-30T19:00:00.000Z",
        }
        self.browsers.append(browser)
        assert body["endpoint"] == "https://push.example/s"
        return JSONResponse(browser, 201)
