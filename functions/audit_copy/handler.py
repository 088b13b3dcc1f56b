"""The audit table's stream: copies each entry into the archive, and reports entries that were changed or removed."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.identity.audit_archive import NotUnderstoodError
from bedside.identity.wiring import IdentityWiring
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import audit_entry_not_understood, logger, metrics
from bedside.platform.wiring import Platform

wiring = Platform().domain(IdentityWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Copy a batch in order; the stream continues from the first record that failed, for up to a day.

    A record that is not understood would fail each time, and hold up those behind it, so it is reported instead.
    """
    invocation.begin(context)
    for record in event["Records"]:
        try:
            wiring.audit_archive.copy(record)
        except UnavailableError as error:
            logger.error("audit entry not copied", cause=error.cause)
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        except NotUnderstoodError as error:
            audit_entry_not_understood(str(error))
    return {"batchItemFailures": []}
