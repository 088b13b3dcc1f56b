"""The product in this process, behind an HTTP client: each request becomes the event that API Gateway makes of it."""

import base64
import importlib
import itertools
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import httpx
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from tests import contract
from tests.conftest import BUCKET, client
from tests.e2e.people import Reception, SignedIn, new_number
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.invocation import Invocation
from tests.functions import hooks
from tests.functions.clinic import Clinic
from tests.functions.rights import serving
from tests.functions.tenancy.inventory import Inventory
from tests.functions.tenancy.routes import handlers
from tests.threads import in_a_thread

_ORIGIN = "https://bedside.example.org"
_OUTBOX = f"{_ORIGIN}/outbox"
_HOST = "abcdefgh12.execute-api.ap-southeast-2.amazonaws.com"
_ADDRESS = "203.0.113.7"
_INSTANT = "2026-11-21T02:31:52.000Z"


class Gateway(httpx.BaseTransport):
    """Answers from the functions, from the bucket where an address was signed for it, and from the outbox."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._routes = [_Route.of(call, module) for call, module in handlers().items() if call != "$default"]
        self._default = handlers()["$default"]
        self._ids = map("request-{}".format, itertools.count())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if f"{request.url.scheme}://{request.url.host}" != _ORIGIN:
            return _bucket(request)
        if request.url.path == "/outbox":
            phone = request.url.params["phone"]
            texts = [text for to, text in self._clinic.wiring.identity.sms.messages[::-1] if to == phone]
            return httpx.Response(200, json=[{"phone": phone, "text": text, "at": _INSTANT} for text in texts])
        path = request.url.raw_path.decode().partition("?")[0]
        if path.startswith("/encounters"):
            self._clinic.append()  # what the streams carry meanwhile
        for route in self._routes:
            found = route.method == request.method and route.pattern.fullmatch(path)
            if found:
                parameters = {name: unquote(value) for name, value in found.groupdict().items()}
                return self._invoke(route.module, route.key, parameters, request)
        return self._invoke(self._default, "$default", {}, request)

    def _invoke(self, module: str, key: str, parameters: dict[str, str], request: httpx.Request) -> httpx.Response:
        path = request.url.path
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": key,
            "rawPath": path,
            "rawQueryString": request.url.query.decode(),
            "headers": {**request.headers, "host": _HOST, "x-forwarded-for": _ADDRESS, "x-forwarded-proto": "https"},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": _HOST.partition(".")[0],
                "domainName": _HOST,
                "http": {"method": request.method, "path": path, "protocol": "HTTP/1.1", "sourceIp": _ADDRESS},
                "requestId": next(self._ids),
                "routeKey": key,
                "stage": "$default",
                "timeEpoch": self._clinic.wiring.now_ms(),
            },
            "isBase64Encoded": False,
        }
        if parameters:
            event["pathParameters"] = parameters
        if request.url.query:
            event["queryStringParameters"] = dict(request.url.params)
        if request.content:
            event["body"] = request.content.decode()
        handler = importlib.import_module(module).lambda_handler
        # The pages run an event loop.

        def serve() -> Any:
            with serving(module.partition(".")[0]):
                return handler(event, Invocation())

        answer = in_a_thread(serve)
        body = (answer.get("body") or "").encode()
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body
        return httpx.Response(answer["statusCode"], headers=answer["headers"], content=content)


@dataclass(frozen=True)
class _Route:
    key: str
    method: str
    pattern: re.Pattern[str]
    module: str

    @classmethod
    def of(cls, call: str, module: str) -> "_Route":
        method, _, path = call.partition(" ")
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        return cls(call, method, re.compile(pattern), module)


def _bucket(request: httpx.Request) -> httpx.Response:
    """Store what is sent to an address for an upload."""
    assert request.method == "PUT", request
    client("s3").put_object(Bucket=BUCKET, Key=unquote(request.url.path).lstrip("/"), Body=request.content)
    return httpx.Response(200)


@dataclass(frozen=True)
class InProcess:
    """A clinic as a product: its API, and what it keeps."""

    clinic: Clinic

    @cached_property
    def reception(self) -> Reception:
        http = httpx.Client(transport=Gateway(self.clinic), base_url=_ORIGIN, event_hooks=contract.CHECKED)
        token = self.clinic.member(None, ("systemAdmin",))
        return Reception(http, {"outboxUrl": _OUTBOX, "systemAdminToken": token})

    @property
    def kept(self) -> "_Tables":
        assert self.clinic.dynamodb
        return _Tables(self.clinic.dynamodb)

    def enrol(self, facility: str, *roles: str, verified: bool = True) -> SignedIn:
        """Put somebody into the record, as if they had signed in: that it comes to this is tested elsewhere."""
        verification = "verified" if verified else "pending"
        token = self.clinic.member(facility, roles, phone=new_number(), verification=verification)
        person = SignedIn(self.reception.http, token, {"accessToken": token})
        person.pair["user"] = person.call("GET", "/auth/me").json()
        return person

    def recording_begins(self, visit_id: str) -> None:
        """Let the provider tell that its beam runs."""
        data = {"beam_id": "beam-1", "room_name": visit_id, "room_id": f"room-of-{visit_id}"}
        assert hooks.deliver(self.clinic, hooks.hms(kind="beam.started.success", data=data)).status == 200
        assert hooks.process(self.clinic, *hooks.queued()) == []

    def pay(self, checkout_url: str) -> None:
        """Let the provider tell at once of what was paid."""
        bookings = self.clinic.wiring.bookings
        provider = bookings.payments
        assert provider
        told = len(provider.events)
        provider.pay(checkout_url.rpartition("/")[2])
        for kind, data in provider.events[told:]:
            bookings.payment_events.handle(kind, data, self.clinic.wiring.now_ms())

    def settled(self, take: Callable[[], Inventory]) -> Inventory:
        """Return what is kept: nobody tells anything by themselves here."""
        return take()


class _Tables:
    """The tables and the bucket, without the SDK: an inventory is taken after every call of everybody."""

    def __init__(self, dynamodb: DynamoDb) -> None:
        self._dynamodb = dynamodb

    def items(self, table: str, owners: Collection[str]) -> Iterator[dict[str, Any]]:
        for item in self.everything(table):
            found = {item.get(name, {}).get("S", "") for name in ("facilityId", "pk", "whom")}
            if not {text.removeprefix("facility#") for text in found}.isdisjoint(owners):
                yield item

    def everything(self, table: str) -> Iterator[dict[str, Any]]:
        status, body = self._dynamodb.serve("Scan", json.dumps({"TableName": f"bedside-{table}-test"}))
        assert status == 200, body
        yield from json.loads(body)["Items"]

    def objects(self, prefix: str) -> dict[str, str]:
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["global"]
        found, *_ = backend.list_objects(backend.get_bucket(BUCKET), prefix, None, None, None)
        return {key.name: key.etag for key in found}
