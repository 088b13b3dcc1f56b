"""Requests that a warm function sends while it answers one call: to Redis, and to each AWS service.

The functions run in this process, with the settings of the deployed ones, AWS behind a relay that counts, and Redis
behind the bridge, which counts by itself.
"""

import base64
import hashlib
import importlib
import json
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.sync.client import connect

from benchmarks import deployed
from benchmarks.events import http_event
from benchmarks.invoke import Context
from benchmarks.people import new_numbers, newest_code
from benchmarks.relay import Relay, relaying
from benchmarks.stack import ROOT, Stack

_ROUNDS = 6
_PHOTO = b"\xff\xd8" + bytes(5_000)


def measure(stack: Stack) -> dict[str, Counter[str]]:
    """Give the requests of each call by service, the most of five warm rounds; nothing else may use the product."""
    sys.path[:0] = [str(ROOT / "functions"), str(ROOT / "layers/core")]
    with relaying(stack.aws_endpoint) as relay:
        before = dict(os.environ)
        os.environ.update(_environment(stack, relay))
        try:
            numbers = new_numbers()
            rounds = [_Round(stack, relay, numbers).run() for _ in range(_ROUNDS)][1:]
        finally:
            os.environ.clear()
            os.environ.update(before)
    most: dict[str, Counter[str]] = {}
    for counted in rounds:
        for name, found in counted.items():
            most[name] = most.get(name, Counter()) | found
    return most


def _environment(stack: Stack, relay: Relay) -> dict[str, str]:
    settings = deployed.settings(stack, "PresignedUrl")
    live = urlsplit(settings["BEDSIDE_LIVE_ENDPOINT"])
    return settings | {
        "AWS_ENDPOINT_URL": relay.origin,
        "BEDSIDE_LIVE_ENDPOINT": relay.origin + live.path,
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }


class _Round:
    """One session and one sign-in, call by call."""

    def __init__(self, stack: Stack, relay: Relay, numbers: Iterator[str]) -> None:
        self._stack = stack
        self._relay = relay
        self._numbers = numbers
        self._desk = stack.clinician_token
        self._people = list(stack.user_ids)
        self._counted: dict[str, Counter[str]] = {}

    def run(self) -> dict[str, Counter[str]]:
        self._stack.forget_limits()
        facts = {"encounterId": f"bench-{uuid.uuid4().hex[:12]}", "patientId": "patient-1", "facilityId": "FAC001"}
        opened = self._call("session_create", "POST /session/create", facts, self._desk)
        live = opened["live"]
        with connect(f"{live['url']}?ticket={live['ticket']}"):
            self._capture(facts["encounterId"], opened["token"])
        self._identify()
        self._call("health", "GET /health")
        return self._counted

    def _capture(self, encounter: str, token: str) -> None:
        image = str(uuid.uuid4())
        scanned = self._call("token_validate", "GET /session/token/{token}", path={"token": token})
        phone = scanned["uploadToken"]
        digest = base64.b64encode(hashlib.sha256(_PHOTO).digest()).decode()
        wanted = {
            "encounterId": encounter,
            "imageId": image,
            "contentType": "image/jpeg",
            "contentLength": len(_PHOTO),
            "sha256": digest,
        }
        slot = self._call("presigned_url", "POST /session/presigned-url", wanted, phone)
        httpx.put(slot["uploadUrl"], content=_PHOTO, headers=slot["headers"], timeout=30).raise_for_status()
        time.sleep(1)  # the deployed upload_watch is at work, and asks the same Redis
        notice = {"encounterId": encounter, "s3Key": slot["s3Key"], "metadata": {"notes": "n"}}
        self._call("image_notify", "POST /session/images", notice, phone)
        here = {"encounterId": encounter}
        this = {**here, "imageId": image}
        self._call("image_list", "GET /session/images/{encounterId}", None, self._desk, here)
        self._call(
            "image_update",
            "PATCH /session/images/{encounterId}/{imageId}",
            {"metadata": {"notes": "m"}},
            self._desk,
            this,
        )
        self._call("live_ticket", "POST /session/live-ticket", here, self._desk)
        self._call("image_delete", "DELETE /session/images/{encounterId}/{imageId}", None, self._desk, this)
        self._call("session_end", "DELETE /session/{encounterId}", None, self._desk, here)

    def _identify(self) -> None:
        phone = next(self._numbers)
        self._call("otp", "POST /otp/send", {"phone": phone})
        with httpx.Client(timeout=30, trust_env=False) as http:
            code = newest_code(http, self._stack.outbox_url, phone)
        pair = self._call("otp", "POST /otp/verify", {"phone": phone, "otp": code})
        self._people.append(pair["user"]["userId"])
        pair = self._call("auth", "POST /auth/refresh", {"refreshToken": pair["refreshToken"]})
        self._call("auth", "GET /auth/me", who=pair["accessToken"])
        self._call("users", "GET /user/profile", who=pair["accessToken"])
        admin = self._stack.admin_token
        self._call("users", "GET /admin/users", who=admin)
        wanted = {"phone": next(self._numbers), "roles": ["patient"], "facilityId": "FAC001"}
        added = self._call("users", "POST /admin/users", wanted, admin)
        whom = {"userId": added["userId"]}
        self._call("users", "PUT /users/{userId}/roles", {"roles": ["patient", "clinician"]}, admin, whom)

    def _call(
        self, function: str, route: str, body: object = None, who: str = "", path: Mapping[str, str] | None = None
    ) -> Any:  # noqa: ANN401  # any JSON
        module = importlib.import_module(f"{function}.handler")
        # The guard remembers people for a moment; the most that a call asks is what it asks without that.
        for user_id in self._people:
            module.wiring.standings.forget(user_id)
        self._relay.counted.clear()
        before = self._stack.redis_requests()
        answer = module.lambda_handler(http_event(route, body, path=path, token=who), Context())
        counted = Counter(self._relay.counted)
        counted["redis"] = self._stack.redis_requests() - before
        if answer["statusCode"] >= 300:
            raise RuntimeError(f"{route}: {answer['statusCode']} {answer.get('body')}")
        self._counted[route] = counted
        return json.loads(answer["body"]) if answer.get("body") else None
