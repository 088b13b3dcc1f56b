"""Webhooks as their senders make them, and what the clinic keeps of them."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedside.adapters.aws.attributes import Item, from_attributes
from tests.conftest import WEBHOOK_QUEUE_URL, WEBHOOKS, client
from tests.functions.clinic import HMS_SECRETS, LAB_SECRETS, STRIPE_SECRETS, Answer, Clinic, event_of

NOW = 1_795_228_312_000


@dataclass(frozen=True)
class Webhook:
    """One delivery."""

    source: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def hms(event_id: str = "", kind: str = "peer.join.success", *, secret: str = HMS_SECRETS[1], **more: Any) -> Webhook:
    told = {"id": event_id or str(uuid.uuid4()), "type": kind, "timestamp": "2026-11-21T02:31:51.406386Z"}
    body = json.dumps({"version": "2.0", **told, "data": {"room_name": "v", "room_id": "r", "user_id": "j"}, **more})
    return Webhook("hms", body, {"x-bedside-secret": secret})


def stripe(event_id: str = "evt_1", *, secret: str = STRIPE_SECRETS[1], at: int = NOW // 1000, **more: Any) -> Webhook:
    told = {"id": event_id, "type": "checkout.session.completed", "created": NOW // 1000 - 2, "data": {"object": {}}}
    body = json.dumps({**told, **more})
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return Webhook("stripe", body, {"stripe-signature": f"t={at},v1={digest}"})


def lab(event_id: str = "msg_1", *, secret: str = LAB_SECRETS[1], at: int = NOW // 1000, **more: Any) -> Webhook:
    body = json.dumps({"type": "result.ready", "data": {"n": 1}, **more})
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"{event_id}.{at}.{body}".encode(), "sha256")).decode()
    stamps = {"webhook-id": event_id, "webhook-timestamp": str(at)}
    return Webhook("lab", body, {**stamps, "webhook-signature": f"v1,{signature}"})


def http_event(webhook: Webhook, *, base64_encoded: bool = False) -> Any:
    """Give the event of a delivery, with API Gateway's spelling of header names."""
    event = event_of("webhook_receiver")
    place = f"/webhooks/{webhook.source}"
    event["rawPath"] = event["requestContext"]["http"]["path"] = place
    event["pathParameters"] = {"source": webhook.source}
    event["headers"] = {"content-type": "application/json", **webhook.headers}
    event["body"] = base64.b64encode(webhook.body.encode()).decode() if base64_encoded else webhook.body
    event["isBase64Encoded"] = base64_encoded
    return event


def deliver(clinic: Clinic, webhook: Webhook, *, base64_encoded: bool = False) -> Answer:
    """Let the clinic receive a webhook."""
    result = clinic.invoke("webhook_receiver", http_event(webhook, base64_encoded=base64_encoded))
    headers = {name.lower(): value for name, value in result["headers"].items()}
    return Answer(result["statusCode"], headers, result["body"])


def stored() -> dict[str, Item]:
    """Give all events that are kept, by key."""
    items = client("dynamodb").scan(TableName=WEBHOOKS)["Items"]
    return {item["pk"]["S"]: from_attributes(item) for item in items}


def queued(url: str = WEBHOOK_QUEUE_URL) -> list[dict[str, str]]:
    """Take all messages out of a queue."""
    found: list[dict[str, str]] = []
    while messages := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for each in messages:
            found.append(json.loads(each["Body"]))
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def batch(*messages: Mapping[str, str] | str, tries: int = 1) -> Any:
    """Give SQS's event with these messages, whose ids are their numbers, received for the given time."""
    event = event_of("webhook_processor")
    [record] = event["Records"]
    record["attributes"]["ApproximateReceiveCount"] = str(tries)
    bodies = [each if isinstance(each, str) else json.dumps(each) for each in messages]
    event["Records"] = [
        {**record, "messageId": str(number), "receiptHandle": f"receipt-{number}", "body": body}
        for number, body in enumerate(bodies)
    ]
    return event


def process(clinic: Clinic, *messages: Mapping[str, str] | str, tries: int = 1) -> list[int]:
    """Let the clinic process a batch; gives the numbers of those that must come again."""
    result = clinic.invoke("webhook_processor", batch(*messages, tries=tries))
    return [int(each["itemIdentifier"]) for each in result["batchItemFailures"]]


def copy(clinic: Clinic, message: Mapping[str, str], number: int = 1) -> bool:
    """Let the clinic copy a recording, for the given time; tells whether that failed."""
    event = event_of("recording_copy")
    [record] = event["Records"]
    record["body"] = json.dumps(message)
    record["attributes"]["ApproximateReceiveCount"] = str(number)
    return bool(clinic.invoke("recording_copy", event, remaining_ms=900_000)["batchItemFailures"])
