"""Rights to tables, as template.yaml gives them to each function: a request to DynamoDB beyond them is found.

IAM would refuse it. Conditions of statements, such as on leading keys, are not looked at.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from tests.fakes.dynamodb import DynamoDb

_TEMPLATE: Final = Path(__file__).parents[2] / "template.yaml"
_WRITES: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_serving: ContextVar[str] = ContextVar("serving", default="")

# A table in the template, or an index of it; and an action.
type Right = tuple[str, str]


class _Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short tags as the values that they tag."""


def _tagged(loader: _Loader, _tag: str, node: yaml.Node) -> Any:
    match node:
        case yaml.ScalarNode():
            return loader.construct_scalar(node)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
    raise AssertionError(node)


_Loader.add_multi_constructor("!", _tagged)


@contextmanager
def serving(function: str) -> Iterator[None]:
    """Let requests that are made meanwhile count as those of a function, by its folder."""
    before = _serving.set(function)
    try:
        yield
    finally:
        _serving.reset(before)


def watched(dynamodb: DynamoDb, found: set[str]) -> Callable[[str, bytes | str], tuple[int, str]]:
    """Return what serves a fake's requests, and adds those to `found` that a function has no right to make."""
    serve = dynamodb.serve

    def serving_watched(operation: str, body: bytes | str) -> tuple[int, str]:
        function = _serving.get()
        if function:
            wanted = beyond(rights()[function], operation, json.loads(body))
            found.update(f"{function}: {action} of {place}" for place, action in wanted)
        return serve(operation, body)

    return serving_watched


def beyond(allowed: AbstractSet[Right], operation: str, request: Mapping[str, Any]) -> set[Right]:
    """Return the rights that a request needs beyond those allowed."""
    # Some tests give a function a table that there is not.
    there = {place.partition("/")[0] for each in rights().values() for place, _ in each}
    return {right for right in _asked(operation, request) - allowed if right[0].partition("/")[0] in there}


@cache
def rights() -> Mapping[str, frozenset[Right]]:
    """Return the rights of each function to tables, by its folder."""
    resources = yaml.load(_TEMPLATE.read_text(), Loader=_Loader)["Resources"]  # noqa: S506  # a safe loader
    functions = (each["Properties"] for each in resources.values() if each["Type"] == "AWS::Serverless::Function")
    return {each["Handler"].partition(".")[0]: frozenset(_rights(each)) for each in functions}


def _rights(function: Mapping[str, Any]) -> Iterator[Right]:
    for policy in function.get("Policies", ()):
        for statement in policy["Statement"]:
            for action in _all(statement["Action"]):
                service, _, act = action.partition(":")
                for place in _all(statement.get("Resource", ())) if service == "dynamodb" else ():
                    table, _, index = place.removeprefix("${").partition("Table.Arn")
                    yield table.lower() + index.removeprefix("}"), act


def _asked(operation: str, request: Mapping[str, Any]) -> set[Right]:
    match operation:
        case "BatchGetItem":
            return {(_place(name), operation) for name in request["RequestItems"]}
        case "TransactWriteItems":
            writes = (write for each in request["TransactItems"] for write in each.items())
            return {(_place(write["TableName"]), _WRITES[kind]) for kind, write in writes}
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    return {(_place(request["TableName"]) + index, operation)}


def _place(name: str) -> str:
    """Return the table's name in the template from that in tests, such as "visits"."""
    return name.split("-")[1]


def _all(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]
