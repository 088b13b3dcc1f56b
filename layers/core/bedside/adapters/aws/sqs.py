"""Messages to an SQS queue."""

import json
from collections.abc import Mapping
from typing import Final

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s

# A healthy request takes about ten milliseconds, and callers can cope with a failure.
_TRY_S: Final = 2
# One attempt, plus time to respond.
_NEEDED_S: Final = 2.5
# A request gets only one attempt, so its connection must be fresh.
_MAX_IDLE_S: Final = 5


class Queue:
    """One queue. Its URL is a parameter of the request, which goes to SQS's regional endpoint."""

    def __init__(self, url: str, region: str) -> None:
        self._url = url
        self._sqs = JsonService(AwsService("sqs", region, max_idle_s=_MAX_IDLE_S), "AmazonSQS", "1.0")

    def send(self, message: Mapping[str, str], *, delay_s: int = 0) -> None:
        """Send a message, within 2 seconds; it is hidden for `delay_s` seconds, at most 900.

        Raises UnavailableError, after which it may have been sent.
        """
        document: dict[str, str | int] = {
            "QueueUrl": self._url,
            "MessageBody": json.dumps(message, separators=(",", ":")),
        }
        if delay_s:
            document["DelaySeconds"] = delay_s
        try:
            self._sqs.call("SendMessage", document, try_s=_TRY_S)
        except AwsError as error:
            raise UnavailableError("The message could not be queued.") from error

    def postpone(self, receipt: str, pause_s: int) -> None:
        """Make a received message visible again after `pause_s` seconds instead of the queue's visibility timeout.

        Raises UnavailableError, also if only the response was lost.
        """
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to ask the queue.", cause="OutOfTime")
        document = {"QueueUrl": self._url, "ReceiptHandle": receipt, "VisibilityTimeout": pause_s}
        try:
            self._sqs.call("ChangeMessageVisibility", document, try_s=_TRY_S)
        except AwsError as error:
            raise UnavailableError("The message could not be put off.", cause=error.code) from error
