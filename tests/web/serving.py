"""An ASGI application on a free port, in a thread of its own."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

import uvicorn

from tests.waiting import until

# An address that pages never ask for, so that tests can.
UNCOUNTED: Final = "/favicon.ico"
# A server's port → how much was asked of it, sockets included.
asked: Final = Counter[int]()


class Serving:
    """Serves until it is stopped, and then awaits `close`, so that nothing which the application opened stays open."""

    def __init__(self, app: Any, close: Callable[[], Awaitable[None]] | None = None) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        # Connections inherit it; without it a body waits 40 ms until its head has been acknowledged.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port: int = listener.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            asked[self.port] += scope["path"] != UNCOUNTED
            await app(scope, receive, send)

        config = uvicorn.Config(
            counted, log_level="critical", lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._uvicorn = uvicorn.Server(config)

        async def serve() -> None:
            await self._uvicorn.serve(sockets=[listener])
            if close:
                await close()

        def run() -> None:
            with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
                runner.run(serve())

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        until(lambda: self._uvicorn.started, "the server has not started")

    def stop(self) -> None:
        """Stop, and wait until nothing of it is left."""
        self._uvicorn.should_exit = True
        self.thread.join(10)
