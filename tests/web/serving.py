"""An ASGI application on a free port, in a thread of its own."""

import socket
import threading
import time
from typing import Any

import uvicorn


class Serving:
    """Serves until it is stopped."""

    def __init__(self, app: Any) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        self.origin = f"http://localhost:{port}"
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._uvicorn.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        while not self._uvicorn.started:
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop, and wait until nothing of it is left."""
        self._uvicorn.should_exit = True
        self._thread.join(10)
