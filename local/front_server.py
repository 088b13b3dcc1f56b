"""Runs the front in a thread of its own, over TLS where phones on the network are to reach it."""

import asyncio
import threading
from pathlib import Path

import uvicorn

from local import ports, settings
from local.front import Front, Target


class FrontServer:
    """The front, in a thread of its own."""

    def __init__(self, target: Target, chosen: settings.Settings, files: tuple[Path, Path] | None) -> None:
        self._target = target
        self._settings = chosen
        self._server: uvicorn.Server | None = None
        self._files = files
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="front", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the front did not start")

    def stop(self) -> None:
        if self._server:
            self._server.should_exit = True
        self._thread.join(5)

    async def _serve(self) -> None:
        front = Front(self._target)
        config = uvicorn.Config(
            front,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=1024 * 1024,
            ws_ping_interval=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            ssl_certfile=self._files[0] if self._files else None,
            ssl_keyfile=self._files[1] if self._files else None,
        )
        sockets = ports.listening(self._settings.port, everywhere=self._settings.lan)
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve(sockets))
        while not self._server.started and not serving.done():  # noqa: ASYNC110 (uvicorn offers no event)
            await asyncio.sleep(0.01)
        self._ready.set()
        await serving
        await front.close()
