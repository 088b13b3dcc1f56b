"""`python -m deploy.replay SINCE UNTIL EVENT [STAGE]`: have webhooks sent, or one that is kept processed, once more.

Either a time since when (and until when) 100ms sends again, or an event as `{source}/{id}`. Without a stage it is the
stack that runs on this machine.
"""

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import stack

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_USAGE: Final = "Say what: make replay SINCE=2026-11-20T10:00 [UNTIL=…], or EVENT=hms/…; [STAGE=staging|prod]"
_FUNCTION: Final = "WebhookReplay"


def replay(lambdas: "LambdaClient", function: str, *, since: str, until: str, event: str) -> tuple[bool, str]:
    """Invoke the replay function; returns whether it succeeded, and a line for the operator."""
    asked = {"event": event} if event else {"since": since, "until": until}
    answer = lambdas.invoke(FunctionName=function, Payload=json.dumps(asked).encode())
    told: Any = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        return False, f"The function {function} failed; its log says why."
    if "refused" in told:
        return False, str(told["refused"])
    if event:
        return True, f"{told['queued']} is queued."
    return True, f"100ms sends again what it has sent from {told['since']} to {told['until']}; it comes in minutes."


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code, after one line about what it did or why it could not."""
    since, until, event, stage = [*(each.strip() for each in arguments), "", "", "", ""][:4]
    if bool(since) == bool(event):
        return _said(False, _USAGE)  # noqa: FBT003  # whether it went well
    try:
        # First who is asked: the clients are made for that.
        stage = stack.chosen(stage)
        resources = stack.resources(boto3.client("cloudformation"), stage)
        function = resources.get(_FUNCTION)
        if not function:
            return _said(False, f"This stack has no function {_FUNCTION}: deploy this version of it first.")  # noqa: FBT003  # as above
        return _said(*replay(boto3.client("lambda"), function, since=since, until=until, event=event))
    except (stack.NotDeployedError, ClientError, BotoCoreError) as error:
        return _said(False, " ".join(str(error).split()))  # noqa: FBT003  # as above


def _said(well: bool, line: str) -> int:  # noqa: FBT001  # as above
    (sys.stdout if well else sys.stderr).write(f"{line}\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
