"""One clinic in one process: every function, AWS in memory, a real Redis behind the bridge, and small fakes."""

import base64
import hashlib
import importlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Table
from bedside.capture.object_keys import session_key
from bedside.identity.mac_keys import MacKeys
from bedside.identity.person import user_id_of
from bedside.identity.tokens import AccessClaims, issue_access_token
from tests import contract
from tests.conftest import (
    AUDIT,
    AUDIT_BUCKET,
    BUCKET,
    IDENTITY,
    RECORDINGS,
    REGION,
    TABLE,
    VISITS,
    WEBHOOK_QUEUE_URL,
    client,
)
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.invocation import Invocation
from tests.fakes.management import Connections
from tests.functions.rights import serving
from tests.functions.steering import SteeredWiring
from tests.tables import SCHEMAS

EVENTS = Path(__file__).parents[2] / "events"
# All but the one of the pages, which tests of the web serve.
FUNCTIONS = tuple(
    sorted(path.parent.name for path in EVENTS.with_name("functions").glob("*/handler.py") if path.parent.name != "web")
)
# Of the secrets of each, the first is about to go.
HMS_SECRETS = ["a secret of yesterday", "a secret of tomorrow"]
STRIPE_SECRETS = ["whsec_stripe of yesterday", "whsec_stripe of tomorrow"]
LAB_SECRETS = [f"whsec_{base64.b64encode(word * 4).decode()}" for word in (b"lab old.", b"lab new.")]
WEBHOOK_SOURCES: dict[str, dict[str, Any]] = {
    "hms": {"kind": "headers", "headers": {"x-bedside-secret": HMS_SECRETS}},
    "stripe": {"kind": "stripe", "secrets": STRIPE_SECRETS},
    "lab": {"kind": "standard", "secrets": LAB_SECRETS},
    "odd": {"kind": "headers", "headers": {}},
}
SIGNING_KEY, SEAL_KEY = b"signing key of this clinic 12345", b"sealing key of this clinic 12345"
PSEUDONYM_KEY = b"pseudonym key"
SCRAPE_TOKEN = "scrape token of this clinic 1234"
# The first is about to go.
MAC_KEYS = MacKeys((b"identity key of last month 12345", b"identity key of this clinic 1234"))
SECRETS = (
    "redis-url",
    "redis-token",
    "signing-keys",
    "identity-keys",
    "seal-keys",
    "pseudonym-key",
    "ably-key",
    "hms-keys",
    "payment-keys",
    "vapid-keys",
    "novu-keys",
    "scrape-token",
    "webhook-sources",
)

# Functions that a deployment is checked with.
CHECKED = (
    "auth",
    "image_delete",
    "image_list",
    "image_notify",
    "otp",
    "presigned_url",
    "session_create",
    "session_end",
    "token_validate",
    "web",
)


def secrets(redis_url: str, redis_token: str) -> dict[str, str]:
    """Give what stands in the parameter store of a clinic."""
    found = {
        "redis-url": redis_url,
        "redis-token": redis_token,
        "signing-keys": json.dumps({"1": base64.b64encode(SIGNING_KEY).decode()}),
        "identity-keys": json.dumps({str(n): base64.b64encode(key).decode() for n, key in enumerate(MAC_KEYS.keys)}),
        "seal-keys": json.dumps({"1": base64.b64encode(SEAL_KEY).decode()}),
        "pseudonym-key": base64.b64encode(PSEUDONYM_KEY).decode(),
        "vapid-keys": json.dumps({"1": base64.b64encode(b"vapid key of this clinic 1234567").decode()}),
        "scrape-token": SCRAPE_TOKEN,
        "webhook-sources": json.dumps(WEBHOOK_SOURCES),
    }
    return {f"/bedside/test/{name}": value for name, value in found.items()}


def environment(ssm: str, live_endpoint: str, *, redis_deadline_ms: int) -> dict[str, str]:
    """Give the variables that a clinic's functions are deployed with."""
    return {
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL_SSM": ssm,
        "BEDSIDE_STAGE": "test",
        "BEDSIDE_BUCKET": BUCKET,
        **{f"BEDSIDE_{name.split('-')[1].upper()}_TABLE": name for name in SCHEMAS},
        "BEDSIDE_WEBHOOK_QUEUE_URL": WEBHOOK_QUEUE_URL,
        "BEDSIDE_RECORDINGS_BUCKET": RECORDINGS,
        "BEDSIDE_AUDIT_BUCKET": AUDIT_BUCKET,
        **{f"BEDSIDE_NOTIFICATION_{name}": name.lower() for name in ("QUEUE_URL", "QUEUE_ARN", "DEAD_LETTERS")},
        "BEDSIDE_RECORDING_QUEUE_URL": "https://sqs.example.org/recordings",
        "BEDSIDE_VISIT_FANOUT_QUEUE_URL": "https://sqs.example.org/fanout",
        "BEDSIDE_COMMIT_QUEUE_URL": "https://sqs.example.org/commits",
        "BEDSIDE_RENDERING_QUEUE_URL": "https://sqs.example.org/renderings",
        **{f"BEDSIDE_SCHEDULE_{name}": name.lower() for name in ("GROUP", "TARGET", "ROLE", "DEAD_LETTERS")},
        "BEDSIDE_CHECKED_VERSIONS": " ".join(
            f"{name}=arn:aws:lambda:{REGION}:123456789012:function:{name}:2" for name in CHECKED
        ),
        "BEDSIDE_SYNTHETIC_PHONES": "+447700900XXX",
        "BEDSIDE_SECRETS_PATH": "/bedside/test",
        # Those of all functions, which share one process here.
        "BEDSIDE_SECRETS": ",".join(SECRETS),
        "BEDSIDE_PUBLIC_ORIGIN": "https://bedside.example.org",
        "BEDSIDE_LIVE_URL": "wss://live.example.org/live",
        "BEDSIDE_LIVE_ENDPOINT": live_endpoint,
        "BEDSIDE_REDIS_DEADLINE_MS": str(redis_deadline_ms),
    }


NAME, NHI, NOTES = "Aroha Ngata", "ZZZ0016", "Two days old, itching."
# A WebP of one pixel.
PREVIEW = "UklGRhIAAABXRUJQVlA4TAUAAAAvAAAAAAA="
PHOTO = b"\xff\xd8\xff\xda\x00\x02 not much of a photo\xff\xd9"


# The sign-in that every person of the clinic has who did not sign in with a code.
FAMILY = "family7777777777"


def module(call: str) -> Any:
    """Give the handler's module; a function with several calls has an example event for each, named `function_call`."""
    [function] = [name for name in FUNCTIONS if call == name or (call.startswith(f"{name}_") and call not in FUNCTIONS)]
    return importlib.import_module(f"{function}.handler")


def event_of(call: str) -> Any:
    return json.loads((EVENTS / f"{call}.json").read_text())


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def slug(self) -> str:
        assert self.headers["content-type"] == "application/problem+json", self
        return str(self.json["type"]).rpartition("/")[2]


@dataclass
class Clinic:
    """Calls functions as API Gateway, EventBridge and S3 do."""

    wiring: SteeredWiring
    connections: Connections
    encounter: str = "ENC-1001"
    facility: str = "FAC001"
    phone_token: str = ""
    dynamodb: DynamoDb | None = None

    def another_process(self, monkeypatch: pytest.MonkeyPatch, *functions: str) -> SteeredWiring:
        """Let these functions run in a process of their own, which remembers people by itself; the clocks stand."""
        other = SteeredWiring(os.environ)
        self.wiring.stopped_ms = other.stopped_ms = self.wiring.now_ms()
        other.identity.__dict__["sms"] = self.wiring.identity.sms
        other.serve(monkeypatch, *functions)
        return other

    def invoke(self, function: str, event: Any, *, remaining_ms: int = 20_000) -> Any:
        handler = module(function)
        with serving(handler.__name__.partition(".")[0]):
            return handler.lambda_handler(event, Invocation(remaining_ms=remaining_ms))

    def call(
        self,
        function: str,
        body: Any = None,
        *,
        token: str | None = None,
        raw: str | None = None,
        base64_encoded: bool = False,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        path: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Call with the example event, changed where something is given; `path` fills the route's parameters."""
        event = event_of(function)
        event["headers"] = {
            name: value for name, value in {**event["headers"], **(headers or {})}.items() if value is not None
        }
        if token is not None:
            event["headers"]["authorization"] = f"Bearer {token}"
        if key is not None:
            event["headers"]["idempotency-key"] = key
        if raw is not None or body is not None:
            event["body"] = raw if raw is not None else json.dumps(body)
            event["isBase64Encoded"] = base64_encoded
        if query is not None:
            event["queryStringParameters"] = dict(query)
        if path:
            event["pathParameters"] = dict(path)
            place = event["routeKey"].split(" ")[1]
            for name, value in path.items():
                place = place.replace(f"{{{name}}}", value)
            event["rawPath"] = event["requestContext"]["http"]["path"] = place
        result = self.invoke(function, event)
        answered = {name.lower(): value for name, value in result["headers"].items()}
        assert answered["x-request-id"] == event["requestContext"]["requestId"]
        contract.check(event["routeKey"], result["statusCode"], answered, result["body"])
        return Answer(result["statusCode"], answered, result["body"])

    def append(self) -> Any:
        """Deliver what the streams of sessions and visits have to the timelines; gives the last batch."""
        assert self.dynamodb
        batch: dict[str, Any] = {}
        for table in (TABLE, VISITS):
            batch = event_of("timeline_append")
            [record] = batch["Records"]
            batch["Records"] = [
                {**record, "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
                for number, image in enumerate(self.dynamodb.take_versions(table))
            ]
            assert self.invoke("timeline_append", batch) == {"batchItemFailures": []}
        return batch

    def clinician(self, facility: str | None = None, roles: tuple[str, ...] = ("clinician",), ttl: int = 600) -> str:
        """Give a token of a verified person with these roles; each facility and set of roles has one person."""
        return self.member(facility or self.facility, roles, ttl=ttl)

    def member(
        self,
        facility: str | None,
        roles: tuple[str, ...],
        *,
        phone: str = "",
        verification: str = "verified",
        ttl: int = 600,
    ) -> str:
        """Put a person into the record, signed in, and give their access token."""
        phone = phone or self.number(f"{facility}{roles}{verification}")
        user_id, now = user_id_of(PSEUDONYM_KEY, phone), self.wiring.now_ms()
        item = {
            "pk": user_id,
            "phone": phone,
            "roles": list(roles),
            "verification": verification if "clinician" in roles else "none",
            "createdAt": now,
            "families": {FAMILY: {"digest": "of-no-token", "rotatedAt": now, "endsAt": now + 43_200_000}},
            "failures": 0,
            "sends": [],
        }
        if facility:
            item["facilityId"] = facility
        with serving(""):  # some tests do this while a function works
            Table(IDENTITY).put(item, condition="attribute_not_exists(#pk) OR attribute_exists(#pk)", values={})
        return issue_access_token(self.wiring.identity.keys, AccessClaims(user_id, FAMILY), now + ttl * 1000)

    def number(self, seed: str) -> str:
        """Give a New Zealand mobile number; the same for the same seed."""
        return f"+6421{int(hashlib.sha256(seed.encode()).hexdigest(), 16) % 10**7:07d}"

    def user_id(self, phone: str) -> str:
        return user_id_of(PSEUDONYM_KEY, phone)

    def person(self, phone: str) -> Item | None:
        """Give the person's item in the table."""
        return Table(IDENTITY).get(self.user_id(phone))

    def send(self, phone: str) -> str:
        """Ask for a code; gives the one that was sent."""
        answer = self.call("otp_send", {"phone": phone})
        assert answer.status == 202, answer
        return self.wiring.identity.sms.code_for(phone)

    def verify(self, phone: str, otp: str) -> Answer:
        return self.call("otp_verify", {"phone": phone, "otp": otp})

    def sign_in(self, phone: str) -> Any:
        """Sign in with a code, as a browser does; gives the pair of tokens and the user."""
        answer = self.verify(phone, self.send(phone))
        assert answer.status == 200, answer
        return answer.json

    def people(self) -> Any:
        """Give all that is stored of people and in the audit trail."""
        scans = [client("dynamodb").scan(TableName=table)["Items"] for table in (IDENTITY, AUDIT)]
        return [sorted(items, key=lambda item: (item["pk"]["S"], str(item.get("sk")))) for items in scans]

    def audit(self) -> list[Item]:
        """Give the audit trail of every facility, oldest first."""
        items = client("dynamodb").scan(TableName=AUDIT)["Items"]
        return sorted(({name: value["S"] for name, value in item.items()} for item in items), key=lambda it: it["sk"])

    def call_anew(self) -> None:
        """Let everybody call as if they had never called before."""
        self.wiring.platform.redis.execute("FLUSHALL")
        self.wiring.platform.limiter.discard_local()

    def open(self, encounter: str | None = None, **changes: Any) -> Any:
        answer = self.try_to_open(encounter, **changes)
        assert answer.status == 201, answer
        return answer.json

    def try_to_open(self, encounter: str | None = None, **changes: Any) -> Answer:
        body = {
            "encounterId": encounter or self.encounter,
            "patientId": "PAT-2002",
            "facilityId": self.facility,
            "patientName": NAME,
            "patientNHI": NHI,
            **changes,
        }
        return self.call("session_create", body, token=self.clinician())

    def scan(self, token: str) -> str:
        answer = self.validate(token)
        assert answer.status == 200, answer
        return str(answer.json["uploadToken"])

    def validate(self, token: str, device: str | None = "handset", **headers: str) -> Answer:
        """Validate a QR token, which stands in the path, with one phone or another; None: that does not say which."""
        query = {} if device is None else {"phoneId": device}
        return self.call("token_validate", path={"token": token}, query=query, headers=headers)

    def phone(self, encounter: str | None = None) -> str:
        """Open a session and scan its code; gives the upload token."""
        return self.scan(self.open(encounter)["token"])

    def ask(self, phone: str, image_id: str, **changes: Any) -> Answer:
        digest = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
        body = {
            "encounterId": self.encounter,
            "imageId": image_id,
            "contentType": "image/jpeg",
            "contentLength": len(PHOTO),
            "sha256": digest,
            **changes,
        }
        return self.call("presigned_url", body, token=phone)

    def show(self, phone: str, image_id: str, **changes: Any) -> Answer:
        """Send a preview."""
        body = {"encounterId": self.encounter, "imageId": image_id, "preview": PREVIEW, **changes}
        return self.call("session_preview", body, token=phone)

    def store(self, key: str) -> None:
        """Put the photo into the bucket, as the phone's upload does."""
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=PHOTO)

    def upload(self, phone: str, image_id: str) -> str:
        answer = self.ask(phone, image_id)
        assert answer.status == 200, answer
        key = str(answer.json["s3Key"])
        self.store(key)
        return key

    def notify(self, phone: str, key: str, **changes: Any) -> Answer:
        return self.call("image_notify", {"encounterId": self.encounter, "s3Key": key, **changes}, token=phone)

    def watch(self, key: str) -> None:
        """Deliver S3's event about a stored object."""
        event = event_of("upload_watch")
        event["detail"]["object"]["key"] = key
        self.invoke("upload_watch", event)

    def add(self, phone: str, image_id: str, **changes: Any) -> str:
        key = self.upload(phone, image_id)
        answer = self.notify(phone, key, **changes)
        assert answer.status in {200, 201}, answer
        return key

    def look(self, **query: str) -> Any:
        answer = self.call("image_list", token=self.clinician(), query=query, path={"encounterId": self.encounter})
        assert answer.status == 200, answer
        return answer.json

    def item(self, encounter: str | None = None) -> Item | None:
        """Give the session's item in the table."""
        return Table(TABLE).get(session_key(PSEUDONYM_KEY, self.facility, encounter or self.encounter))

    def everything(self) -> Any:
        """Give all that is stored in the table and the bucket."""
        items = client("dynamodb").scan(TableName=TABLE)["Items"]
        return items, [each["Key"] for each in client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def refusal(answer: Answer, status: int, slug: str) -> None:
    """Check that an answer is this RFC 9457 problem."""
    assert (answer.status, answer.slug) == (status, slug), answer
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json
    assert document["status"] == status
    assert document["requestId"] == answer.headers["x-request-id"]
    assert document["title"]
    assert document["detail"]
