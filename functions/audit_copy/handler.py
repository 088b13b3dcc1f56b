"""The audit table's stream: copies each entry into the archive, and reports entries that were changed or removed."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bedside.identity.wiring import IdentityWiring
from bedside.kernel import invocation
from bedside.platform.observability import audit_entry_not_understood, logger, metrics
from bedside.platform.stream_records import take_in_order
from bedside.platform.wiring import Platform

wiring = Platform().domain(IdentityWiring)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Copy a batch in order."""
    invocation.begin(context)
    return take_in_order(
        event,
        # The archive is composed when the first record is taken, so that a missing setting fails the batch.
        lambda record: wiring.audit_archive.copy(record),  # noqa: PLW0108  # as above
        audit_entry_not_understood,
        failed="audit entry not copied",
    )
