"""Events of SES about mail: an address from which it comes back, or where it is called spam, gets no more."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.kernel import invocation
from bedside.notifications.wiring import NotificationsWiring
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform

wiring = Platform().domain(NotificationsWiring)


@logger.inject_lambda_context(correlation_id_path="id", clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle one event.

    Failures are raised, so that Lambda retries the event and finally sends it to the dead-letter queue.
    """
    invocation.begin(context)
    if not wiring.channels.mail_events.handle(event["detail"], wiring.platform.now_ms()):
        logger.warning("not an event that matters")
        return
    count("MailEventTaken")
