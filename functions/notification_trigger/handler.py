"""The streams of other domains' tables: plans whom to tell of what, for each item that has changed."""

from functools import lru_cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.notifications.trigger import Trigger
from bedside.notifications.wiring import NotificationsWiring
from bedside.platform.observability import logger, metrics, notice_record_not_understood
from bedside.platform.stream_records import take_in_order
from bedside.platform.wiring import Platform

wiring = Platform().domain(NotificationsWiring)


@lru_cache(maxsize=1)
def _trigger(wiring: NotificationsWiring) -> Trigger:
    """Return the trigger of this process, which knows the sources of all domains."""
    return wiring.trigger(domains.registered(wiring.platform, "notices"))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plan a batch in order."""
    invocation.begin(context)
    return take_in_order(
        event,
        lambda record: _trigger(wiring).take(record, wiring.platform.now_ms()),
        notice_record_not_understood,
        failed="notices not planned",
    )
