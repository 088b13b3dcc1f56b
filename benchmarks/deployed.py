"""The settings of deployed functions, for processes that act as them."""

from typing import Any, TypedDict

import boto3

from benchmarks.stack import Stack


class Administrator(TypedDict):
    """The emulator's administrator, who reaches nothing else."""

    aws_access_key_id: str
    aws_secret_access_key: str


def administrator(stack: Stack) -> Administrator:
    """Return credentials for boto3."""
    return {"aws_access_key_id": stack.aws_access_key, "aws_secret_access_key": stack.aws_secret_key}


def settings(stack: Stack) -> dict[str, dict[str, str]]:
    """Return the environment variables of every function, with those that Lambda adds, by the name of its folder."""
    lambdas = boto3.client("lambda", region_name=stack.region, endpoint_url=stack.aws_endpoint, **administrator(stack))
    found: Any = lambdas.list_functions(MaxItems=1000)["Functions"]
    added = {
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.aws_access_key,
        "AWS_SECRET_ACCESS_KEY": stack.aws_secret_key,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return {each["Handler"].partition(".")[0]: {**each["Environment"]["Variables"], **added} for each in found}
