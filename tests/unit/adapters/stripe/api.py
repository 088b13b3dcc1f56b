"""Stripe's REST API as a script: what it is asked, and what it answers next."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from bedside.adapters.aws.secret_values import PaymentKeys
from bedside.adapters.stripe.client import StripeClient
from bedside.adapters.stripe.payments import StripePayments
from bedside.adapters.stripe.payouts import StripePayouts
from bedside.ports.payments import PaymentProvider
from bedside.ports.payouts import PayoutProvider
from tests.fakes.serving import Handler, serving

KEYS = PaymentKeys("sk_test_0123456789")


class Api:
    """A server that notes what it is asked, and answers what it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[tuple[int, object]] = []
        self.origin = ""

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """Give a server that runs."""
        api = cls()

        class Answering(Handler):
            def do_GET(self) -> None:  # noqa: N802  # the name http.server calls
                place = urlsplit(self.path)
                api.asked.append((self.command, place.path, dict(parse_qsl(place.query or self.body().decode()))))
                api.headers.append(dict(self.headers.items()))
                status, answer = api.answers.pop(0)
                self.answer(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

            do_POST = do_GET  # noqa: N815  # as above

        with serving(Answering) as api.origin:
            yield api

    def forget(self) -> None:
        self.asked.clear()
        self.headers.clear()

    def payments(self, *answers: object, status: int = 200) -> PaymentProvider:
        """Return the adapter for payments, which will be answered so."""
        return StripePayments(self._client(answers, status))

    def payouts(self, *answers: object, status: int = 200) -> PayoutProvider:
        """Return the adapter for payouts, which will be answered so."""
        return StripePayouts(self._client(answers, status))

    def _client(self, answers: tuple[object, ...], status: int) -> StripeClient:
        self.answers[:] = [(status, answer) for answer in answers]
        return StripeClient(self.origin, KEYS)
