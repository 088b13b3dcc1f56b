"""The WebSocket API: pages connect with a ticket and receive messages."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform

platform = Platform()


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Admit a connection by its ticket; reply "pong" to the messages that pages send to keep the connection alive."""
    invocation.begin(context)
    request = event["requestContext"]
    if request["eventType"] == "CONNECT":
        ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
        return {"statusCode": _connect(ticket, request["connectionId"])}
    return {"statusCode": 200, "body": '{"type":"pong"}'}


def _connect(ticket: str, connection: str) -> int:
    try:
        access = _access(ticket)
        return 200 if access.connect(ticket, connection, platform.now_ms()) else 401
    except UnavailableError as error:
        logger.error("refused", slug=error.slug, cause=error.cause)
        count("ServerError")
        return 503


def _access(ticket: str) -> Any:  # noqa: ANN401  # each domain's own
    """Return the live access of the ticket's domain, which its prefix identifies."""
    registered = _registered(platform)
    return registered[max((prefix for prefix in registered if ticket.startswith(prefix)), key=len)]()


@lru_cache(maxsize=1)
def _registered(platform: Platform) -> Mapping[str, Callable[[], Any]]:
    return domains.registered(platform, "live")
