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
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
from websockets.sync.client import connect

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
            rounds = [_Round(stack, relay).run() for _ in range(_ROUNDS)][1:]
        finally:
            os.environ.clear()
            os.environ.update(before)
    most: dict[str, Counter[str]] = {}
    for counted in rounds:
        for name, found in counted.items():
            most[name] = most.get(name, Counter()) | found
    return most


def _environment(stack: Stack, relay: Relay) -> dict[str, str]:
    lambdas = boto3.client(
        "lambda",
        region_name=stack.region,
        endpoint_url=stack.aws_endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  # the emulator's, which reaches nothing else
    )
    deployed = lambdas.list_functions()["Functions"]
    [settings] = [each["Environment"]["Variables"] for each in deployed if "PresignedUrl" in each["FunctionName"]]
    live = urlsplit(settings["BEDSIDE_LIVE_ENDPOINT"])
    return settings | {
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": relay.origin,
        "BEDSIDE_LIVE_ENDPOINT": relay.origin + live.path,
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }


class _Round:
    """One session, call by call."""

    def __init__(self, stack: Stack, relay: Relay) -> None:
        self._stack = stack
        self._relay = relay
        self._desk = f"Bearer {stack.clinician_token}"
        self._counted: dict[str, Counter[str]] = {}

    def run(self) -> dict[str, Counter[str]]:
        facts = {"encounterId": f"bench-{uuid.uuid4().hex[:12]}", "patientId": "patient-1", "facilityId": "FAC001"}
        opened = self._call("session_create", "POST /session/create", {}, facts, self._desk)
        live = opened["live"]
        with connect(f"{live['url']}?ticket={live['ticket']}"):
            self._capture(facts["encounterId"], opened["token"])
        self._call("health", "GET /health", {})
        return self._counted

    def _capture(self, encounter: str, token: str) -> None:
        image = str(uuid.uuid4())
        scanned = self._call("token_validate", "GET /session/token/{token}", {"token": token})
        phone = f"Bearer {scanned['uploadToken']}"
        digest = base64.b64encode(hashlib.sha256(_PHOTO).digest()).decode()
        wanted = {
            "encounterId": encounter,
            "imageId": image,
            "contentType": "image/jpeg",
            "contentLength": len(_PHOTO),
            "sha256": digest,
        }
        slot = self._call("presigned_url", "POST /session/presigned-url", {}, wanted, phone)
        httpx.put(slot["uploadUrl"], content=_PHOTO, headers=slot["headers"], timeout=30).raise_for_status()
        time.sleep(1)  # the deployed upload_watch is at work, and asks the same Redis
        notice = {"encounterId": encounter, "s3Key": slot["s3Key"], "metadata": {"notes": "n"}}
        self._call("image_notify", "POST /session/images", {}, notice, phone)
        here = {"encounterId": encounter}
        this = {**here, "imageId": image}
        self._call("image_list", "GET /session/images/{encounterId}", here, None, self._desk)
        self._call(
            "image_update",
            "PATCH /session/images/{encounterId}/{imageId}",
            this,
            {"metadata": {"notes": "m"}},
            self._desk,
        )
        self._call("live_ticket", "POST /session/live-ticket", {}, here, self._desk)
        self._call("image_delete", "DELETE /session/images/{encounterId}/{imageId}", this, None, self._desk)
        self._call("session_end", "DELETE /session/{encounterId}", here, None, self._desk)

    def _call(self, function: str, route: str, path: dict[str, str], body: object = None, who: str = "") -> Any:  # noqa: ANN401  # any JSON
        handler = importlib.import_module(f"{function}.handler").lambda_handler
        event = _event(route, path, body, who)
        self._relay.counted.clear()
        before = self._redis()
        answer = handler(event, _Context())
        counted = Counter(self._relay.counted)
        counted["redis"] = self._redis() - before
        if answer["statusCode"] >= 300:
            raise RuntimeError(f"{route}: {answer['statusCode']} {answer.get('body')}")
        self._counted[route] = counted
        return json.loads(answer["body"]) if answer.get("body") else None

    def _redis(self) -> int:
        answer = httpx.get(f"{self._stack.redis_url}/_bridge/stats", trust_env=False)
        return int(answer.json()["requests"])


class _Context:
    """What Lambda tells a function about its invocation."""

    function_name = "benchmark"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:benchmark"
    aws_request_id = "benchmark"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def _event(route: str, path: dict[str, str], body: object, who: str) -> dict[str, Any]:
    method, template = route.split(" ")
    raw = template
    for name, value in path.items():
        raw = raw.replace(f"{{{name}}}", value)
    headers = {"content-type": "application/json", "host": "localhost"} | ({"authorization": who} if who else {})
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw,
        "rawQueryString": "",
        "headers": headers,
        "pathParameters": path,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "benchmark",
            "domainName": "localhost",
            "http": {"method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""},
            "requestId": "benchmark",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": int(time.time() * 1000),
        },
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }
