"""Messages to an SQS queue."""

import json
from collections.abc import Mapping
from typing import Final

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s

# A healthy request takes about ten milliseconds; whoever asks can do without the answer.
_TRY_S: Final = 2
# One try, and some time to end by oneself.
_NEEDED_S: Final = 2.5
# There is only one try.
_MAX_IDLE_S: Final = 5


class Queue:
    """One queue, by its URL, which goes into the request: where the request goes is SQS's own address in the region."""

    def __init__(self, url: str, region: str) -> None:
        self._url = url
        self._sqs = JsonService(AwsService("sqs", region, max_idle_s=_MAX_IDLE_S), "AmazonSQS", "1.0")

    def send(self, message: Mapping[str, str]) -> None:
        """Put a message into the queue, within 2 seconds; raises UnavailableError, after which it may be there."""
        body = json.dumps(message, separators=(",", ":"))
        try:
            self._sqs.call("SendMessage", {"QueueUrl": self._url, "MessageBody": body}, try_s=_TRY_S)
        except AwsError as error:
            raise UnavailableError("The message could not be queued.") from error

    def postpone(self, receipt: str, pause_s: int) -> None:
        """Let a message that was received come again after so many seconds; else it comes when the queue says.

        Raises UnavailableError, also where only the answer was lost.
        """
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to ask the queue.", cause="OutOfTime")
        document = {"QueueUrl": self._url, "ReceiptHandle": receipt, "VisibilityTimeout": pause_s}
        try:
            self._sqs.call("ChangeMessageVisibility", document, try_s=_TRY_S)
        except AwsError as error:
            raise UnavailableError("The message could not be put off.", cause=error.code) from error
