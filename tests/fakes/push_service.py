"""The stand-in for the browsers' push services on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bedside.ports.channels import PushSubscription
from local.push.app import Push
from local.push.service import Service
from tests.web.serving import Serving


@dataclass(frozen=True)
class PushService:
    """A running stand-in, and what its browsers have received."""

    origin: str
    service: Service

    def subscribe(self, server_key: str = "", key_id: str = "") -> PushSubscription:
        """Let a new browser subscribe."""
        made = self.service.subscribe(server_key)
        return PushSubscription(made["endpoint"], made["keys"]["p256dh"], made["keys"]["auth"], key_id)

    def contents(self) -> list[Any]:
        return [each.content for each in self.service.received]


@contextmanager
def push_service() -> Iterator[PushService]:
    """Run a stand-in without subscriptions."""
    service = Service("")
    server = Serving(Push(service).for_functions())
    service.root = server.origin
    try:
        yield PushService(server.origin, service)
    finally:
        server.stop()
