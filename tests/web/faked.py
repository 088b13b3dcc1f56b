"""The pages in front of a fake of some calls, of which each test gets a new one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.web import pages
from tests.web.declared import Declared
from tests.web.people_fake import People, routes
from tests.web.serving import Serving
from web.app import create_app


class Fake(Protocol):
    """Answers calls, beside those about people."""

    people: People

    async def serve(self, request: Request) -> Response: ...


class FakedSite[Kind: Fake](Serving):
    """The server of all tests of a process; `fake` is that of the present test."""

    def __init__(
        self,
        fake: Kind,
        paths: Mapping[str, Sequence[str]],
        listen: Callable[[Kind, WebSocket], Awaitable[None]] | None = None,
    ) -> None:
        """Serve the pages, and these paths with their methods as the fake answers them, and `/live` if it can."""
        self.fake = fake

        async def serve(request: Request) -> Response:
            return await self.fake.serve(request)

        async def live(socket: WebSocket) -> None:
            assert listen
            await listen(self.fake, socket)

        own: list[BaseRoute] = [Route(path, serve, methods=list(methods)) for path, methods in paths.items()]
        own += [WebSocketRoute("/live", live)] if listen else []
        app = Starlette(routes=[*routes(lambda: self.fake.people), *own, pages.modules(), Mount("/", create_app())])
        super().__init__(Declared(app))
