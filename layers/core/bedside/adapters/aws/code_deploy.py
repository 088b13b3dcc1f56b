"""CodeDeploy, which moves calls from one version of a function to the next."""

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.kernel.errors import UnavailableError

_TRY_S = 5
_TRIES = 3
# An earlier attempt has reported, and its answer was lost.
_REPORTED = "LifecycleEventAlreadyCompletedException"


class CodeDeploy:
    """Deployments that wait for a check before any call goes to the new version."""

    def __init__(self, region: str) -> None:
        self._codedeploy = JsonService(AwsService("codedeploy", region), "CodeDeploy_20141006", "1.1")

    def report(self, deployment_id: str, hook_id: str, *, succeeded: bool) -> None:
        """Let a deployment go on, or have it rolled back, within 15 seconds. Raises UnavailableError."""
        document = {
            "deploymentId": deployment_id,
            "lifecycleEventHookExecutionId": hook_id,
            "status": "Succeeded" if succeeded else "Failed",
        }
        try:
            self._codedeploy.call("PutLifecycleEventHookExecutionStatus", document, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.code != _REPORTED:
                raise UnavailableError("CodeDeploy did not take the outcome.", cause=error.code) from error
