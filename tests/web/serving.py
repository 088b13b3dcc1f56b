"""An ASGI application on a free port, in a thread of its own."""

import socket
import threading
from typing import Any

import uvicorn

from tests.waiting import until


class Serving:
    """Serves until it is stopped."""

    def __init__(self, app: Any) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"
        config = uvicorn.Config(
            app, log_level="critical", lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._uvicorn.run, kwargs={"sockets": [listener]}, daemon=True)
        self.thread.start()
        until(lambda: self._uvicorn.started, "the server has not started")

    def stop(self) -> None:
        """Stop, and wait until nothing of it is left."""
        self._uvicorn.should_exit = True
        self.thread.join(10)
