"""The stand-in for 100ms on a port of its own, and somebody who receives its webhooks."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt

from local.hms.app import Hms
from local.hms.provider import Provider
from local.hms.tokens import Keys
from local.webhooks import Receiver
from tests.fakes.serving import Handler, serving
from tests.waiting import until
from tests.web.serving import Serving

KEYS = Keys("access-key", "secret-of-the-app-at-the-provider", "template-1")
SECRET_HEADERS = {"X-Bedside-Secret": "secret-of-the-webhooks"}


@dataclass
class VideoProvider:
    """A running stand-in. `received` is every body that came, in order; `answer` says with which status."""

    origin: str
    provider: Provider
    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], int] = lambda _event: 200

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.received]

    def of_room(self, room_id: str, kind: str) -> list[dict[str, Any]]:
        """Wait until something of a kind has been received of a room; gives what each says."""

        def told() -> list[dict[str, Any]]:
            events = [event["data"] for event in self.received if event["type"] == kind]
            return [data for data in events if data["room_id"] == room_id]

        until(lambda: bool(told()), lambda: f"{kind} of {room_id}, of {self.kinds()}")
        return told()

    def wait_for(self, *kinds: str) -> list[dict[str, Any]]:
        """Wait until at least these have been received, in any order; gives them in the order asked for."""
        until(lambda: not set(kinds) - set(self.kinds()), lambda: f"{kinds} of {self.kinds()}")
        return [next(event for event in self.received if event["type"] == kind) for kind in kinds]


@contextmanager
def video_provider(
    *, time_scale: float = 50, retries_s: tuple[float, ...] = (0.02, 0.04, 0.06)
) -> Iterator[VideoProvider]:
    """Run a stand-in whose minute lasts 1.2 s, and whose retries come soon."""
    found: list[VideoProvider] = []
    lock = threading.Lock()

    class Webhooks(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            event = json.loads(self.body())
            with lock:
                found[0].received.append(event)
                found[0].headers.append(dict(self.headers.items()))
            self.answer(found[0].answer(event), b"{}")

    with serving(Webhooks) as receiver:
        provider = Provider(
            KEYS,
            Receiver(f"{receiver}/webhooks/hms", SECRET_HEADERS),
            "http://localhost/hms",
            time_scale=time_scale,
            retries_s=retries_s,
        )
        server = Serving(Hms(provider), provider.close)
        provider.recordings.link_base = f"{server.origin}/hms"
        found.append(VideoProvider(server.origin, provider))
        try:
            yield found[0]
        finally:
            server.stop()


def signed(kind: str, secret: str = KEYS.secret, **claims: Any) -> str:
    """Sign a token as its documentation says; a claim that is None is left out."""
    now = int(time.time())
    usual = {"access_key": KEYS.access_key, "type": kind, "version": 2, "jti": "1"}
    document = usual | {"iat": now, "nbf": now, "exp": now + 60} | claims
    return jwt.encode({name: value for name, value in document.items() if value is not None}, secret, "HS256")
