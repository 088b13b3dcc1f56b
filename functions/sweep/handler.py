"""Every five minutes: whatever a lost schedule, a dead function, an outage or a person left behind."""

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
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001  # a rule's, says nothing
    """Sweep, and tell how many of each kind were found."""
    invocation.begin(context)
    sweeper = platform.domain(OperationsWiring).sweeper(domains.registered(platform, "sweeps"))
    return sweeper.sweep(platform.now_ms())
