"""Runs the front in a thread of its own, over TLS where phones on the network are to reach it."""

import asyncio
import socket
import threading
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from local import guard, ports, settings
from local.ehr.app import Ehr
from local.front import Front, Target
from local.handshake import Handshake
from local.hms.app import Hms
from local.novu.app import Novu
from local.push.app import Push
from local.stripe.app import Stripe


class FrontServer:
    """The front, and the providers' stand-ins on a listener of their own as well, in a thread of their own."""

    def __init__(
        self,
        target: Target,
        chosen: settings.Settings,
        files: tuple[Path, Path] | None,
        hms: Hms,
        stripe: Stripe,
        listener: socket.socket,
        push: Push | None = None,
        novu: Novu | None = None,
        ehr: Ehr | None = None,
    ) -> None:
        self._target = target
        self._hms = hms
        self._stripe = stripe
        self._push = push
        self._novu = novu
        self._ehr = ehr
        self._listener = listener
        self._settings = chosen
        self._servers: list[uvicorn.Server] = []
        self._files = files
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="front", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the front did not start")

    def stop(self) -> None:
        for server in self._servers:
            server.should_exit = True
        self._thread.join(5)

    async def _serve(self) -> None:
        known = (("/push/", self._push), ("/novu/", self._novu), ("/ehr/", self._ehr))
        others = {path: app for path, app in known if app}
        front = Front(self._target, self._hms, self._stripe, others)
        front_config = _config(front, *(self._files or ()))
        listeners = ports.listening(self._settings.port, everywhere=self._settings.lan)
        # One loop for both: the stand-ins' state is not made for threads.
        self._servers = [uvicorn.Server(front_config), uvicorn.Server(_config(guard.Guard(self._for_functions())))]
        serving = [
            asyncio.create_task(server.serve(sockets))
            for server, sockets in zip(self._servers, (listeners, [self._listener]), strict=True)
        ]
        while not all(each.started or task.done() for each, task in zip(self._servers, serving, strict=True)):  # noqa: ASYNC110 (uvicorn offers no event)
            await asyncio.sleep(0.01)
        self._ready.set()
        await asyncio.gather(*serving)
        await self._hms.provider.close()
        await self._stripe.provider.close()
        if self._novu:
            await self._novu.provider.close()
        await front.close()

    def _for_functions(self) -> ASGIApp:
        named = {"stripe": self._stripe, "push": self._push, "novu": self._novu, "ehr": self._ehr}
        apps = {name: app.for_functions() for name, app in named.items() if app}
        hms = self._hms.for_functions()

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await apps.get(scope.get("path", "").split("/")[1], hms)(scope, receive, send)

        return answer


def _config(app: ASGIApp, certificate: Path | None = None, key: Path | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws=Handshake,
        ws_max_size=1024 * 1024,
        ws_ping_interval=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
