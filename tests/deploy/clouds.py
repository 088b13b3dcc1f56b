"""What deploying asks of AWS, where moto has no answer."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from botocore.exceptions import ClientError


class Stacks:
    """CloudFormation with these stacks: name → parameters; all of them have the same outputs."""

    def __init__(self, stacks: Mapping[str, Mapping[str, str]], outputs: Mapping[str, str] = {}) -> None:
        self._stacks = stacks
        self._outputs = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  # the SDK's spelling
        if StackName not in self._stacks:
            raise _refusal("DescribeStacks", "ValidationError", f"Stack with id {StackName} does not exist")
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in self._stacks[StackName].items()]
        return {"Stacks": [{"StackName": StackName, "Parameters": given, "Outputs": self._outputs}]}


class Resources:
    """CloudFormation with these stacks: name → resources, by their names in the template; two on a page."""

    def __init__(self, stacks: Mapping[str, Mapping[str, str]]) -> None:
        self._stacks = stacks

    def get_paginator(self, operation: str) -> Self:
        assert operation == "list_stack_resources"
        return self

    def paginate(self, *, StackName: str) -> Iterator[dict[str, Any]]:  # noqa: N803  # the SDK's spelling
        if StackName not in self._stacks:
            raise _refusal("ListStackResources", "ValidationError", f"Stack with id {StackName} does not exist")
        rows = [
            {"LogicalResourceId": logical, "PhysicalResourceId": physical}
            for logical, physical in self._stacks[StackName].items()
        ]
        for start in range(0, len(rows), 2):
            yield {"StackResourceSummaries": rows[start : start + 2]}


class Functions:
    """Lambda with these functions: physical name → what it answers; one that raises fails as a function does."""

    def __init__(self, functions: Mapping[str, Callable[[Any], Any]]) -> None:
        self._functions = functions
        self.events: list[tuple[str, Any]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # the SDK's spelling
        event = json.loads(Payload)
        self.events.append((FunctionName, event))
        try:
            told = self._functions[FunctionName](event)
        except ValueError as error:
            failure = json.dumps({"errorMessage": str(error), "errorType": "ValueError"}).encode()
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": io.BytesIO(failure)}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(told).encode())}


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
