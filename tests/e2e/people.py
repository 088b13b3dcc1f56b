"""People who sign in to the running product with codes from the outbox, and the calls that they make."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.sync_api import StorageState

_DAY_MS = 24 * 3_600_000
_CODE = re.compile(r"[0-9]{6}")


def new_number() -> str:
    """Return a number (E.164) that nobody has yet; the demo's people begin with 555."""
    return f"+6421{secrets.choice('23467')}{secrets.randbelow(10**6):06}"


def new_facility() -> str:
    """Return the id of a facility that nobody belongs to yet."""
    return f"FAC-{secrets.token_hex(5)}"


def kept(stack: dict[str, Any], name: str) -> StorageState:
    """Return what a browser holds in which a person of the demo has signed in; it never renews its token."""
    token = stack[f"{name}Token"]
    user = httpx.get(f"{stack['apiUrl']}/auth/me", headers={"authorization": f"Bearer {token}"}, timeout=60).json()
    return browser_of(stack, {"accessToken": token, "refreshToken": "", "user": user}, _DAY_MS)


def browser_of(stack: dict[str, Any], pair: dict[str, Any], life_ms: int = 900_000) -> StorageState:
    """Return what a browser holds after somebody has signed in with this pair of tokens."""
    sign_in = {name: pair[name] for name in ("accessToken", "refreshToken", "user")}
    sign_in["expiresAt"] = round(time.time() * 1000) + life_ms
    held: Any = {"name": "bedside.sign-in", "value": json.dumps(sign_in)}
    return {"cookies": [], "origins": [{"origin": stack["webUrl"], "localStorage": [held]}]}


@dataclass
class Caller:
    """Somebody who calls the API, with or without a token."""

    http: httpx.Client
    token: str | None = None

    def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        own = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self.http.request(method, path, json=body, headers={**own, **(headers or {})}, **options)


@dataclass
class SignedIn(Caller):
    """Somebody who has signed in; `pair` is what the API answered last."""

    pair: dict[str, Any] = field(default_factory=dict)

    @property
    def user(self) -> dict[str, Any]:
        found: dict[str, Any] = self.pair["user"]
        return found

    @property
    def user_id(self) -> str:
        found: str = self.user["userId"]
        return found

    @property
    def phone(self) -> str:
        found: str = self.user["phone"]
        return found


@dataclass
class Reception:
    """Where people are registered and sign in: the API of one running product, and its outbox."""

    http: httpx.Client
    stack: dict[str, Any]

    def messages(self, phone: str) -> list[dict[str, str]]:
        """Return what was sent to this number, newest first."""
        answer = self.http.get(self.stack["outboxUrl"], params={"phone": phone})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, str]] = answer.json()
        return found

    def send(self, phone: str) -> httpx.Response:
        return self.http.post("/otp/send", json={"phone": phone})

    def verify(self, phone: str, code: str) -> httpx.Response:
        return self.http.post("/otp/verify", json={"phone": phone, "otp": code})

    def refresh(self, token: str) -> httpx.Response:
        return self.http.post("/auth/refresh", json={"refreshToken": token})

    def code(self, phone: str) -> str:
        """Have a code sent, and read it out of the message."""
        sent = self.send(phone)
        assert sent.status_code == 202, sent.text
        found = _CODE.match(self.messages(phone)[0]["text"])
        assert found
        return found[0]

    def sign_in(self, phone: str) -> SignedIn:
        answer = self.verify(phone, self.code(phone))
        assert answer.status_code == 200, answer.text
        return self.of(answer)

    def of(self, answer: httpx.Response) -> SignedIn:
        """Return the person to whom the API answered with a pair of tokens."""
        assert answer.status_code == 200, answer.text
        pair = answer.json()
        return SignedIn(self.http, pair["accessToken"], pair)

    @property
    def system(self) -> Caller:
        """The demo's system administrator."""
        return Caller(self.http, self.stack["systemAdminToken"])

    def register(self, facility: str, *roles: str, phone: str = "", verified: bool = True) -> dict[str, Any]:
        """Add somebody to a facility, a clinician with or without a review; return what the API knows of them."""
        body = {"phone": phone or new_number(), "roles": roles, "facilityId": facility}
        created = self.system.call("POST", "/admin/users", body)
        assert created.status_code == 201, created.text
        user: dict[str, Any] = created.json()
        if verified and "clinician" in roles:
            decision = {"userId": user["userId"], "decision": "approve"}
            answer = self.system.call("POST", "/experts/verify-specific", decision)
            assert answer.status_code == 200, answer.text
        return user

    def enrol(self, facility: str, *roles: str, verified: bool = True) -> SignedIn:
        """Add somebody to a facility, and sign them in."""
        return self.sign_in(self.register(facility, *roles, verified=verified)["phone"])
