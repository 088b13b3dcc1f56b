"""CodeDeploy's hook before calls go to a new version: drives a sign-in and a capture against it, and reports.

Its input only names the deployment. Nobody but CodeDeploy and administrators of the account can call it.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.kernel import invocation
from bedside.kernel.errors import BedsideError
from bedside.operations.synthetic_calls import CheckFailedError
from bedside.operations.wiring import OperationsWiring
from bedside.platform.api import unexpected
from bedside.platform.observability import logger, metrics
from bedside.platform.wiring import Platform

wiring = Platform().domain(OperationsWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Report to CodeDeploy whether the new version works; raises UnavailableError if that could not be told."""
    invocation.begin(context)
    succeeded = _works()
    wiring.deployments.report(event["DeploymentId"], event["LifecycleEventHookExecutionId"], succeeded=succeeded)
    return {"status": "Succeeded" if succeeded else "Failed"}


def _works() -> bool:
    try:
        wiring.deployment_check.run()
    except CheckFailedError as error:
        logger.error("deployment refused", step=error.step, found=error.found)
        return False
    except BedsideError as error:
        logger.error("deployment refused", step="synthetic person", found=error.slug)
        return False
    except Exception as error:  # noqa: BLE001  # whatever it is, the version must get no calls
        unexpected(error)
        return False
    return True
