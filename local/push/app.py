"""What the stand-in serves under /push: where messages are sent, and for scripts browsers, messages and switches."""

from dataclasses import asdict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local import guard
from local.push.service import Service
from local.switches import answer_switches, json_of


class Push:
    """The ASGI application around a push service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.app = Starlette(
            routes=[
                Route("/push/send/{name}", self._send, methods=["POST"]),
                Route("/push/browsers", self._subscribe, methods=["POST"]),
                Route("/push/browsers/{name}", self._expire, methods=["DELETE"]),
                Route("/push/messages", self._messages),
                Route("/push/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            ]
        )

    def for_functions(self) -> ASGIApp:
        """Return the part that senders call."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith("/push/send/"):
                await self.app(scope, receive, send)
            else:
                await guard.refuse(scope, receive, send, 404, "Not Found")

        return answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def _send(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = await self.service.send(request.path_params["name"], headers, await request.body())
        return Response(answer.reason, answer.status, answer.headers)

    async def _subscribe(self, request: Request) -> Response:
        try:
            wanted = await json_of(request)
            server_key = str(wanted.get("applicationServerKey", ""))
        except (ValueError, AttributeError, RecursionError) as problem:
            return JSONResponse({"message": str(problem)}, 422)
        return JSONResponse(self.service.subscribe(server_key), 201)

    async def _expire(self, request: Request) -> Response:
        try:
            self.service.expire(request.path_params["name"])
        except KeyError:
            return JSONResponse({"message": "no such browser"}, 404)
        return Response(status_code=204)

    async def _messages(self, request: Request) -> Response:
        of = request.query_params.get("browser", "")
        found = [asdict(each) for each in reversed(self.service.received) if of in {"", each.browser}]
        return JSONResponse(found)

    async def _faults(self, request: Request) -> Response:
        service = self.service
        service.faults, answer = await answer_switches(request, service.faults, service.now_ms())
        return answer
