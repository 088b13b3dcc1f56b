"""Batches of records of a table's stream, which a function takes in order."""

from collections.abc import Callable, Mapping
from typing import Any

from bedside.kernel.errors import UnavailableError
from bedside.platform.observability import logger, stream_record_passed_over

type Record = Mapping[str, Any]


class NotUnderstoodError(Exception):
    """A record has not the form of those that our tables' streams report."""


def place_of(record: Record) -> tuple[str, str]:
    """Return the table and the key `pk` of the item that a record reports; "" for what cannot be read."""
    _, _, path = str(record.get("eventSourceARN", "")).partition(":table/")
    try:
        return path.partition("/")[0], str(record["dynamodb"]["Keys"]["pk"]["S"])
    except (LookupError, TypeError):
        return path.partition("/")[0], ""


def take_in_order(
    event: Mapping[str, Any], take: Callable[[Record], object], passed_over: Callable[[str], None], failed: str
) -> dict[str, Any]:
    """Take each record of a batch, and return where the stream has to continue: at the first one that failed.

    A record that is not understood would fail each time, and hold up those behind it. The log says which item it
    reports, and `passed_over` raises the alarm. `failed` is the message that is logged when a service is unavailable.
    Any other exception is a mistake of ours, which may concern every record, so nothing is passed over: it fails the
    whole batch, which the stream delivers again for up to a day
    (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
    """
    for record in event["Records"]:
        try:
            take(record)
        except UnavailableError as error:
            logger.error(failed, cause=error.cause)
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        except NotUnderstoodError as error:
            stream_record_passed_over(*place_of(record))
            passed_over(str(error))
    return {"batchItemFailures": []}
