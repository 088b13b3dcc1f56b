"""The stand-in for Stripe on a port of its own, and somebody who receives its webhooks."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bedside.adapters.aws.secret_values import PaymentKeys
from bedside.adapters.stripe.client import StripeClient
from bedside.webhooks.sources import Source, parse, verify
from bedside.webhooks.verification import Delivery
from local.stripe.app import Stripe
from local.stripe.provider import Provider
from local.webhooks import Receiver
from tests.fakes.serving import Handler, serving
from tests.waiting import until
from tests.web.serving import Serving

KEYS = PaymentKeys("sk_test_of_the_payment_provider")
_SECRET = "whsec_of_the_payment_providers_webhooks"


@dataclass
class PaymentProvider:
    """A running stand-in; `received` is every event that came, all of them authentic, in whatever order they came."""

    origin: str
    provider: Provider
    http: httpx.Client
    received: list[dict[str, Any]] = field(default_factory=list)

    def client(self) -> StripeClient:
        return StripeClient(f"{self.origin}/stripe/api", KEYS)

    def do(self, what: str, object_id: str) -> None:
        """Do what people and banks do."""
        self.http.post("/stripe/do", json={"do": what, "id": object_id}).raise_for_status()

    def kinds(self, object_id: str) -> list[str]:
        """Return what was received about an object, in the order of sending: one event may overtake another."""
        sent = [webhook.event["id"] for webhook in reversed(self.provider.events.newest())]
        about = [event for event in self.received if event["data"]["object"]["id"] == object_id]
        return [event["type"] for event in sorted(about, key=lambda event: sent.index(event["id"]))]

    def wait_for_all(self, object_id: str, *kinds: str) -> None:
        """Wait until exactly these events about an object have been received, which were sent in this order."""
        until(lambda: self.kinds(object_id) == list(kinds), lambda: f"{kinds} of {object_id}: {self.kinds(object_id)}")

    def wait_for(self, kind: str, object_id: str) -> None:
        """Wait until an event about an object has been received."""
        until(lambda: kind in self.kinds(object_id), lambda: f"{kind} of {object_id}, of {self.kinds(object_id)}")


@contextmanager
def payment_provider(*, time_scale: float = 50) -> Iterator[PaymentProvider]:
    """Run a stand-in whose refunds and payouts take 40 ms."""
    found: list[PaymentProvider] = []
    lock = threading.Lock()
    source = _source()

    class Webhooks(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            body = self.body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            verify(source, Delivery(headers, body), found[0].provider.now_ms())
            with lock:
                found[0].received.append(json.loads(body))
            self.answer(200, b"{}")

    with serving(Webhooks) as receiver:
        provider = Provider(KEYS.secret_key, _SECRET, Receiver(receiver, {}), "", time_scale, (0.02,))
        server = Serving(Stripe(provider), provider.close)
        for part in (provider.payments, provider.connect, provider.identity):
            part.origin = server.origin
        try:
            with httpx.Client(base_url=server.origin, trust_env=False) as http:
                found.append(PaymentProvider(server.origin, provider, http))
                yield found[0]
        finally:
            server.stop()


def _source() -> Source:
    configured: dict[str, Any] = {"stripe": {"kind": "stripe", "secrets": [_SECRET]}}
    problem: Callable[[str], None] = configured.__getitem__
    return parse(json.dumps(configured), problem)["stripe"]
