"""POST /webhooks/{source}: verify, store and queue a webhook before acknowledging it."""

from bedside.platform.api import Api, Call, no_authentication
from bedside.platform.http import Answer, raw_body
from bedside.platform.observability import count
from bedside.platform.wiring import Platform
from bedside.webhooks.domain import DOMAIN
from bedside.webhooks.wiring import WebhooksWiring

# The providers' own limit; a DynamoDB item may have 400 KB.
MAX_BODY_BYTES = 256 * 1024

wiring = Platform().domain(WebhooksWiring)
api = Api(DOMAIN, lambda: wiring.platform, no_authentication)


@api.serves("POST /webhooks/{source}")
def receive(call: Call[str]) -> Answer:
    headers = {name.lower(): value for name, value in (call.event.get("headers") or {}).items()}
    stored = wiring.receiver.receive(
        call.path("source"), headers, lambda: raw_body(call.event, MAX_BODY_BYTES), call.now_ms
    )
    count("WebhookReceived" if stored == "new" else "WebhookRepeated")
    return Answer(200, {"received": True})


lambda_handler = api.handler()
