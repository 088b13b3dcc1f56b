"""`python -m deploy.redrive [STAGE]`: retry dead letters.

A message goes back to its queue, or its function is invoked with it again; handling anything twice is harmless. Without
a stage it is the stack that runs on this machine.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import stack
from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside import domains

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

# A message that fails can be tried again after so long. No function runs for longer.
_HIDDEN_S: Final = 300
# SQS asks all of its servers only if it may take its time
# (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html).
_WAIT_S: Final = 1


class FailedAgainError(Exception):
    """A function failed with a message again."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of a queue's messages: those of `failed` are still there."""

    letters: str
    back: str
    moved: int
    failed: int

    def __str__(self) -> str:
        stays = f", {self.failed} failed again and stay" if self.failed else ""
        return f"{self.letters}: {self.moved} to {self.back}{stays}"


def redrive(
    sqs: "SQSClient", lambdas: "LambdaClient", resources: Mapping[str, str], wait_s: int = _WAIT_S
) -> list[Redriven]:
    """Empty every dead-letter queue that a manifest names; `resources` are the stack's, by logical id."""
    found = []
    registered = {letters: back for domain in domains.manifests() for letters, back in domain.dead_letters.items()}
    for letters, target in sorted(registered.items()):

        def deliver(body: str, target: str = target) -> None:
            if _is_queue(resources[target]):
                sqs.send_message(QueueUrl=resources[target], MessageBody=body)
            else:
                _invoke(lambdas, resources[target], event_of(body))

        moved, failed = _empty(sqs, resources[letters], deliver, wait_s)
        found.append(Redriven(letters, target, moved, failed))
    return found


def event_of(body: str) -> Any:  # noqa: ANN401  # any JSON
    """Return the event with which a function failed: Lambda wraps it, EventBridge and its schedules do not."""
    document = json.loads(body)
    return document.get("requestPayload", document) if isinstance(document, dict) else document


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code, after one line for each queue or one about why it could not."""
    try:
        # First who is asked: the clients are made for that.
        stage = stack.chosen(arguments[0] if arguments else "")
        resources = stack.resources(boto3.client("cloudformation"), stage)
        found = redrive(boto3.client("sqs"), boto3.client("lambda"), resources)
    except (stack.NotDeployedError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return 1
    sys.stdout.write("".join(f"{each}\n" for each in found))
    return 1 if any(each.failed for each in found) else 0


def _is_queue(physical_id: str) -> bool:
    """Tell queues, whose ids are their URLs, from functions."""
    return physical_id.startswith(("https://", "http://"))


def _empty(sqs: "SQSClient", url: str, deliver: Callable[[str], None], wait_s: int) -> tuple[int, int]:
    """Deliver every message and delete it; return how many were, and how many could not be."""
    moved = failed = 0
    # One by one: what is not yet delivered must not show again meanwhile.
    while messages := sqs.receive_message(QueueUrl=url, VisibilityTimeout=_HIDDEN_S, WaitTimeSeconds=wait_s).get(
        "Messages"
    ):
        [message] = messages
        try:
            deliver(message.get("Body", ""))
        except (FailedAgainError, ValueError):
            failed += 1
            continue
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved, failed


def _invoke(lambdas: "LambdaClient", function: str, event: object) -> None:
    answer = lambdas.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    if answer.get("FunctionError"):
        raise FailedAgainError(function)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
