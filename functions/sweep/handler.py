"""Every five minutes: process overdue items, left behind by lost timers, crashed functions, outages or people."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside import domains
from bedside.kernel import invocation
from bedside.operations.wiring import OperationsWiring
from bedside.platform.observability import count, logger, metrics
from bedside.platform.wiring import Platform

wiring = Platform().domain(OperationsWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001  # an empty event from a rule
    """Sweep, and return the number of items processed by source; nothing if another sweep is still running."""
    invocation.begin(context)
    now_ms = wiring.platform.now_ms()
    with wiring.sweep_lease(context.aws_request_id, now_ms) as held:
        if not held:
            logger.warning("another sweep is running")
            return {}
        done = wiring.sweeper(domains.registered(wiring.platform, "sweeps")).sweep(now_ms)
    count("SweepDone")
    return done
