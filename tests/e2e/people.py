"""People who sign in to the running product with codes from the outbox, and the calls that they make."""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from playwright.sync_api import StorageState

# As short as a JPEG can be and still be complete.
PHOTO = b"\xff\xd8\xff\xda\x00\x02photo\xff\xd9"
_DAY_MS = 24 * 3_600_000
_CODE = re.compile(r"[0-9]{6}")


def new_number() -> str:
    """Return a number (E.164) that nobody has yet; the demo's people begin with 555."""
    return f"+6421{secrets.choice('23467')}{secrets.randbelow(10**6):06}"


def new_facility() -> str:
    """Return the id of a facility that nobody belongs to yet."""
    return f"FAC-{secrets.token_hex(5)}"


def slug_of(answer: httpx.Response) -> str:
    """Return what an answer says went wrong: the slug of its problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]


def kept(stack: dict[str, Any], name: str) -> StorageState:
    """Return what a browser holds in which a person of the demo has signed in; it never renews its token."""
    token = stack[f"{name}Token"]
    return browser_of(stack, {"accessToken": token, "refreshToken": "", "user": _user(stack["apiUrl"], token)}, _DAY_MS)


@cache
def _user(api: str, token: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"}
    found: dict[str, Any] = httpx.get(f"{api}/auth/me", headers=headers, timeout=60).raise_for_status().json()
    return found


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
        return self.codes(phone)[0]

    def codes(self, phone: str) -> list[str]:
        """Return the codes that were sent to this number, newest first; people are told of other things, too."""
        return [found[0] for message in self.messages(phone) if (found := _CODE.match(message["text"]))]

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


@dataclass
class Clinician:
    """A clinician's calls to the API."""

    http: httpx.Client
    token: str

    def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        own = {"authorization": f"Bearer {self.token}"}
        return self.http.request(method, path, json=body, headers={**own, **(headers or {})}, **options)

    def open(self, encounter: str, **more: str) -> dict[str, Any]:
        facts = {"patientId": "patient-1", "facilityId": "FAC001", "patientName": "Ana Rangi", **more}
        answer = self.call("POST", "/session/create", {"encounterId": encounter, **facts})
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def images(self, encounter: str) -> list[dict[str, Any]]:
        answer = self.call("GET", f"/session/images/{encounter}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["images"]
        return found


@dataclass
class Phone:
    """A phone's calls to the API, after it has scanned a code."""

    http: httpx.Client
    encounter: str
    token: str
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def scan(cls, http: httpx.Client, token: str) -> "Phone":
        answer = http.get(f"/session/token/{token}", params={"phoneId": "handset"})
        assert answer.status_code == 200, answer.text
        facts = answer.json()
        return cls(http, facts["encounterId"], facts["uploadToken"], facts)

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.http.request(method, path, json=body, headers={"authorization": f"Bearer {self.token}"})

    def ask(self, image_id: str, photo: bytes) -> httpx.Response:
        digest = base64.b64encode(hashlib.sha256(photo).digest()).decode()
        body = {
            "encounterId": self.encounter,
            "imageId": image_id,
            "contentType": "image/jpeg",
            "contentLength": len(photo),
            "sha256": digest,
        }
        return self.call("POST", "/session/presigned-url", body)

    def upload(self, image_id: str, photo: bytes = PHOTO) -> str:
        granted = self.ask(image_id, photo)
        assert granted.status_code == 200, granted.text
        url, headers = granted.json()["uploadUrl"], granted.json()["headers"]
        stored = self.http.put(url, content=photo, headers=headers)
        assert stored.status_code == 200, stored.text
        key: str = granted.json()["s3Key"]
        return key

    def notify(self, key: str, **body: object) -> httpx.Response:
        return self.call("POST", "/session/images", {"encounterId": self.encounter, "s3Key": key, **body})
