"""The WebSocket API: a page connects with a ticket and listens."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import invocation
from bedside.errors import UnavailableError
from bedside.observability import count, logger, metrics
from bedside.visit_wiring import VisitWiring
from bedside.visits.tickets import TICKET

wiring = VisitWiring()


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer $connect (a ticket, once), and "pong" to whatever a page sends to keep its connection open."""
    invocation.begin(context)
    request = event["requestContext"]
    if request["eventType"] == "CONNECT":
        ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
        return {"statusCode": _connect(ticket, request["connectionId"])}
    return {"statusCode": 200, "body": '{"type":"pong"}'}


def _connect(ticket: str, connection: str) -> int:
    try:
        watching = wiring.visit_watching if ticket.startswith(TICKET) else wiring.watching
        return 200 if watching.connect(ticket, connection, wiring.now_ms()) else 401
    except UnavailableError as error:
        logger.error("refused", slug=error.slug, cause=error.cause)
        count("ServerError")
        return 503
