"""Every five minutes: process overdue items, left behind by lost timers, crashed functions, outages or people."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.operations.wiring import OperationsWiring
from bedside.platform.observability import logger, metrics
from bedside.platform.wiring import Platform

platform = Platform()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001  # an empty event from a rule
    """Sweep, and return the number of items processed by source."""
    invocation.begin(context)
    sweeper = platform.domain(OperationsWiring).sweeper(domains.registered(platform, "sweeps"))
    return sweeper.sweep(platform.now_ms())
