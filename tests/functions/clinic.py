"""One clinic in one process: every function, wired to moto, a real Redis behind the bridge, and small fakes."""

import base64
import hashlib
import importlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bedside.adapters.dynamo import Item, Table
from bedside.capture.keys import session_key
from bedside.identity.tokens import issue_access_token
from bedside.wiring import Wiring
from tests.conftest import BUCKET, TABLE, client
from tests.fakes.invocation import Invocation
from tests.fakes.management import Connections

EVENTS = Path(__file__).parents[2] / "events"
FUNCTIONS = (
    "session_create",
    "session_end",
    "live_ticket",
    "image_list",
    "image_update",
    "image_delete",
    "token_validate",
    "presigned_url",
    "image_notify",
    "upload_watch",
    "live",
    "health",
)
SIGNING_KEY, PSEUDONYM_KEY = b"signing key of this clinic 12345", b"pseudonym key"
NAME, NHI, NOTES = "Aroha Ngata", "ZZZ0016", "Two days old, itching."
PHOTO = b"\xff\xd8\xff\xe0 not much of a photo"


def module(function: str) -> Any:
    return importlib.import_module(f"{function}.handler")


def event_of(function: str) -> Any:
    return json.loads((EVENTS / f"{function}.json").read_text())


class SteeredWiring(Wiring):
    """The real wiring, with a clock that can be moved on."""

    ahead_ms = 0

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_ms


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

    def invoke(self, function: str, event: Any) -> Any:
        return module(function).lambda_handler(event, Invocation())

    def call(
        self,
        function: str,
        body: Any = None,
        *,
        token: str | None = None,
        raw: str | None = None,
        base64_encoded: bool = False,
        query: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call with the example event, changed where something is given; `path` fills the route's parameters."""
        event = event_of(function)
        if token is not None:
            event["headers"]["authorization"] = f"Bearer {token}"
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
        headers = {name.lower(): value for name, value in result["headers"].items()}
        assert headers["x-request-id"] == event["requestContext"]["requestId"]
        return Answer(result["statusCode"], headers, result["body"])

    def clinician(self, facility: str | None = None, roles: tuple[str, ...] = ("clinician",), ttl: int = 600) -> str:
        return issue_access_token(
            {"1": SIGNING_KEY},
            user_id="u-1",
            facility_id=facility or self.facility,
            roles=roles,
            now_ms=self.wiring.now_ms(),
            ttl_seconds=ttl,
        )

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

    def validate(self, token: str) -> Answer:
        """Validate a QR token, which stands in the path."""
        return self.call("token_validate", path={"token": token})

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
