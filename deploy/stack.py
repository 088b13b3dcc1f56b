"""A stage's stack, as CloudFormation knows it, and the one that runs on this machine."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from local.cloud import ROOT, sdk_environment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


# The stage of the stack that `make run` starts.
LOCAL: Final = "local"


class NotDeployedError(Exception):
    """The stage is not deployed here, or an earlier version of it is; the message says what is missing."""


def parameter(cloudformation: "CloudFormationClient", stage: str, name: str) -> str:
    """Return a parameter with which a stage was deployed; raises NotDeployedError."""
    for each in _described(cloudformation, stage).get("Parameters", []):
        if each["ParameterKey"] == name:
            return each["ParameterValue"]
    raise NotDeployedError(f"The stack {_name(stage)} has no parameter {name}: deploy this version of it first.")


def find_output(cloudformation: "CloudFormationClient", stage: str, name: str) -> str | None:
    """Return an output of a deployed stage, None if it has no such one; raises NotDeployedError."""
    outputs = _described(cloudformation, stage).get("Outputs", [])
    return next((each["OutputValue"] for each in outputs if each["OutputKey"] == name), None)


def output(cloudformation: "CloudFormationClient", stage: str, name: str) -> str:
    """Return an output of a deployed stage, such as the name of a table; raises NotDeployedError."""
    found = find_output(cloudformation, stage, name)
    if found is not None:
        return found
    raise NotDeployedError(f"The stack {_name(stage)} has no output {name}: deploy this version of it first.")


def resources(cloudformation: "CloudFormationClient", stage: str) -> dict[str, str]:
    """Return the physical id of every resource of a stage by its name in the template; raises NotDeployedError."""
    stack = _name(stage)
    try:
        pages = list(cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NotDeployedError(f"There is no stack {stack} in this account and region.") from error
    found = [each for page in pages for each in page["StackResourceSummaries"]]
    return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found}


def chosen(stage: str) -> str:
    """Return the stage that is meant; none is the stack that runs here, which the AWS SDK then talks to.

    Raises NotDeployedError where none runs.
    """
    if stage not in {"", LOCAL}:
        return stage
    path = Path(os.environ.get("STACK_FILE") or ROOT / "local/stack.json")
    try:
        found = json.loads(path.read_text())
        given = sdk_environment(found["awsEndpointUrl"], found["awsAccessKeyId"], found["awsSecretAccessKey"])
    except (OSError, ValueError, KeyError) as error:
        raise NotDeployedError("No stack is running here. Start one with `make run`, or name a STAGE.") from error
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(given)
    # A stack on this machine answers at once or not at all; the SDK would otherwise try for ten seconds.
    os.environ |= {"AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "2"}
    return LOCAL


def _name(stage: str) -> str:
    return f"bedside-{stage}"


def _described(cloudformation: "CloudFormationClient", stage: str) -> "StackTypeDef":
    try:
        [found] = cloudformation.describe_stacks(StackName=_name(stage))["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NotDeployedError(f"There is no stack {_name(stage)} in this account and region.") from error
    return found
