"""Webhooks of the video provider, which proves itself by secret headers."""

import hmac
import json
from collections.abc import Mapping

from pydantic import ValidationError

from benchmarks.peers import clients, models
from benchmarks.peers.records import ConditionFailedError, put
from benchmarks.peers.refusal import Refusal

_LONGEST = 65_536
_RETENTION_S = 35 * 86_400
_PATIENCE_MS = 60_000


def receive(source: str, headers: Mapping[str, str], body: bytes) -> models.Received:
    """Keep an event once, have it processed, and only then say so."""
    now, way = clients.now_ms(), clients.webhook_sources.get(source)
    if way is None:
        raise Refusal(404, "unknown-source")
    if len(body) > _LONGEST:
        raise Refusal(413, "body-too-large")
    for name, secrets in way["headers"].items():
        given = headers.get(name, "").encode()
        if not any([hmac.compare_digest(given, secret.encode()) for secret in secrets]):  # noqa: C419  # all are compared
            raise Refusal(401, "bad-signature")
    try:
        event = models.WebhookEvent.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(400, "malformed") from error
    item = {
        "pk": f"{source}#{event.id}",
        "kind": event.type,
        "payload": body.decode(),
        "at": int(event.timestamp.timestamp() * 1000),
        "receivedAt": now,
        "ttl": now // 1000 + _RETENTION_S,
        "waits": "event",
        "dueAt": now + _PATIENCE_MS,
    }
    try:
        put(clients.webhooks, item, "attribute_not_exists(#pk)", {})
    except ConditionFailedError as error:
        if error.item and "outcome" in error.item:
            return models.Received(received=True)
    message = json.dumps({"source": source, "eventId": event.id})
    clients.sqs.send_message(QueueUrl=clients.WEBHOOK_QUEUE, MessageBody=message)
    return models.Received(received=True)
