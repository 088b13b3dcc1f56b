"""The WebSocket API: a clinician's page connects with a ticket and listens."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.errors import UnavailableError
from bedside.observability import logger, metrics, traced
from bedside.wiring import Wiring

wiring = Wiring()


@traced
@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer $connect (a ticket, once), and "pong" to whatever a page sends to keep its connection open."""
    context = event["requestContext"]
    if context["eventType"] == "CONNECT":
        ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
        return {"statusCode": _connect(ticket, context["connectionId"])}
    return {"statusCode": 200, "body": '{"type":"pong"}'}


def _connect(ticket: str, connection: str) -> int:
    try:
        return 200 if wiring.watching.connect(ticket, connection, wiring.now_ms()) else 401
    except UnavailableError:
        return 503
