"""What deploying asks of AWS, where moto has no answer."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError


class Stacks:
    """CloudFormation with these stacks: name → parameters."""

    def __init__(self, stacks: Mapping[str, Mapping[str, str]]) -> None:
        self._stacks = stacks

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  # the SDK's spelling
        if StackName not in self._stacks:
            raise _refusal("DescribeStacks", "ValidationError", f"Stack with id {StackName} does not exist")
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in self._stacks[StackName].items()]
        return {"Stacks": [{"StackName": StackName, "Parameters": given}]}


class TextMessages:
    """SNS's settings for text messages, in an account with a quota in USD."""

    def __init__(self, quota: int = 1, *, allowed: bool = True) -> None:
        self.attributes: dict[str, str] = {}
        self._quota = quota
        self._allowed = allowed

    def set_sms_attributes(self, *, attributes: dict[str, str]) -> None:
        if not self._allowed:
            denied = "User is not authorized to perform: SNS:SetSMSAttributes"
            raise _refusal("SetSMSAttributes", "AuthorizationError", denied)
        if float(attributes.get("MonthlySpendLimit", 0)) > self._quota:
            exceeded = "Invalid parameter: MonthlySpendLimit exceeds the quota"
            raise _refusal("SetSMSAttributes", "InvalidParameter", exceeded)
        self.attributes |= attributes


def _refusal(operation: str, code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)
