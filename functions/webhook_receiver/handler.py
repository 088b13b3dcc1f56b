"""POST /webhooks/{source}: what other services tell us is verified, kept and queued, and only then answered."""

from aws_lambda_powertools.event_handler import Response

from bedside.platform import http
from bedside.platform.observability import count
from bedside.visits.wiring import VisitWiring

wiring = VisitWiring()
app = http.resolver()


@app.post("/webhooks/<source>")
def receive(source: str) -> Response[str]:
    event = app.current_event
    headers = {name.lower(): value for name, value in (event.raw_event.get("headers") or {}).items()}
    standing = wiring.webhook_receiver.receive(source, headers, lambda: http.raw_body(event), wiring.now_ms())
    count("WebhookReceived" if standing == "new" else "WebhookRepeated")
    return http.answer(200, {"received": True})


lambda_handler = http.endpoint(app)
