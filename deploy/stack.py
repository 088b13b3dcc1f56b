"""A stage's stack, as CloudFormation knows it."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


class NotDeployedError(Exception):
    """The stage is not deployed here, or an earlier version of it is; the message says what is missing."""


def parameter(cloudformation: "CloudFormationClient", stage: str, name: str) -> str:
    """Return a parameter with which a stage was deployed; raises NotDeployedError."""
    stack = f"bedside-{stage}"
    try:
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NotDeployedError(f"There is no stack {stack} in this account and region.") from error
    given = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}
    if name not in given:
        raise NotDeployedError(f"The stack {stack} has no parameter {name}: deploy this version of it first.")
    return given[name]
