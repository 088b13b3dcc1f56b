"""A person of the running product who can be reached by mail and on a browser, both of which only play."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.people import Caller
from tests.waiting import until


@dataclass
class Reachable:
    """Somebody's contact points; mail to the address comes back, but can be read before that."""

    who: Caller
    http: httpx.Client
    stack: dict[str, Any]

    def __post_init__(self) -> None:
        self.address = f"bounce+{uuid4().hex}@simulator.amazonses.com"
        self.browser = ""

    def mails(self) -> list[dict[str, Any]]:
        """Return what was sent to the address, newest first."""
        found: list[dict[str, Any]] = self.http.get(self.stack["outboxUrl"], params={"mail": self.address}).json()
        return found

    def by_mail(self) -> None:
        """Confirm the address once it is known that the code came back, and want mail alone."""
        asked = self.who.call("PUT", "/notifications/mail-address", {"address": self.address})
        assert asked.status_code == 202, asked.text
        code = re.search(r"\b[0-9]{6}\b", self.mails()[0]["text"])
        assert code

        def came_back() -> bool:
            pending = self.who.call("GET", "/notifications/mail-address").json()["pending"]
            return bool(pending["suppressed"] == "bounce")

        until(came_back, "nobody hears that the code came back")
        confirmed = self.who.call("POST", "/notifications/mail-address/confirm", {"code": code[0]})
        assert (confirmed.json()["address"], confirmed.json()["suppressed"]) == (self.address, None)
        self._choose(["mail"])

    def by_push(self) -> None:
        """Subscribe with a browser, and want push messages alone."""
        key = self.who.call("GET", "/notifications/subscriptions").json()["publicKey"]
        subscription = self.http.post("/push/browsers", json={"applicationServerKey": key}).json()
        made = self.who.call("POST", "/notifications/subscriptions", {**subscription, "applicationServerKey": key})
        assert made.status_code == 201, made.text
        self.browser = subscription["endpoint"].rpartition("/")[2]
        self._choose(["push"])

    def pushed(self) -> list[dict[str, Any]]:
        """Return what the browser has received, newest first."""
        received = self.http.get("/push/messages", params={"browser": self.browser}).json()
        return [each["content"] for each in received]

    def forget(self) -> None:
        """Leave the person as others expect them."""
        assert self.who.call("DELETE", "/notifications/mail-address").status_code == 204
        for each in self.who.call("GET", "/notifications/subscriptions").json()["subscriptions"]:
            path = f"/notifications/subscriptions/{each['subscriptionId']}"
            assert self.who.call("DELETE", path).status_code == 204
        self._choose(["push", "mail", "sms"])

    def _choose(self, channels: list[str]) -> None:
        etag = self.who.call("GET", "/notifications/preferences").headers["etag"]
        chosen = self.who.call("PUT", "/notifications/preferences", {"channels": channels}, headers={"if-match": etag})
        assert chosen.status_code == 200, chosen.text
