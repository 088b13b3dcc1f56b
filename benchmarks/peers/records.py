"""Conditional writes by boto3's resource."""

import re
from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from benchmarks.peers.refusal import Refusal

_NAME = re.compile(r"#(\w+)")
_plain = TypeDeserializer().deserialize


class ConditionFailedError(Exception):
    """The condition of a write did not hold; `item` is what stood there, `index` which write of several it was."""

    def __init__(self, item: dict[str, Any] | None, index: int = 0) -> None:
        super().__init__("condition failed")
        self.item = item
        self.index = index


def read(table: Any, pk: str) -> dict[str, Any] | None:  # noqa: ANN401  # boto3 makes its classes as it runs
    """Return an item as it is now."""
    item: dict[str, Any] | None = table.get_item(Key={"pk": pk}, ConsistentRead=True).get("Item")
    return item


def put(table: Any, item: Mapping[str, Any], condition: str, values: Mapping[str, Any]) -> None:  # noqa: ANN401  # as above
    """Write an item; raises ConditionFailedError."""
    try:
        table.put_item(
            Item=item,
            ConditionExpression=condition,
            ExpressionAttributeNames=_names(condition),
            **({"ExpressionAttributeValues": _values(values)} if values else {}),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        raise _told(error) from error


def update(
    table: Any,  # noqa: ANN401  # as above
    pk: str,
    expression: str,
    condition: str,
    values: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Change an item and return the new version; raises ConditionFailedError."""
    try:
        item: dict[str, Any] = table.update_item(
            **_update(pk, expression, condition, values, names), ReturnValues="ALL_NEW"
        )["Attributes"]
    except ClientError as error:
        raise _told(error) from error
    return item


def updating(
    table: Any,  # noqa: ANN401  # as above
    pk: str,
    expression: str,
    condition: str,
    values: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the change for `together`."""
    return {"Update": {"TableName": table.name, **_update(pk, expression, condition, values, names)}}


def adding(table: Any, item: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # as above
    """Return the new item for `together`."""
    return {"Put": {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def together(table: Any, *changes: Mapping[str, Any]) -> None:  # noqa: ANN401  # as above
    """Make all changes or none; raises ConditionFailedError for the first that could not be made."""
    try:
        table.meta.client.transact_write_items(TransactItems=list(changes))
    except ClientError as error:
        raise _told(error) from error


def _update(
    pk: str, expression: str, condition: str, values: Mapping[str, Any], names: Mapping[str, str] | None
) -> dict[str, Any]:
    return {
        "Key": {"pk": pk},
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": _names(f"{expression} {condition}")
        | {f"#{name}": to for name, to in (names or {}).items()},
        "ExpressionAttributeValues": _values(values),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _names(text: str) -> dict[str, str]:
    return {f"#{name}": name for name in _NAME.findall(text)}


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f":{name}": value for name, value in values.items()}


def _told(error: ClientError) -> Exception:
    response: Any = error.response
    if response["Error"]["Code"] == "ConditionalCheckFailedException":
        return ConditionFailedError(_item(response.get("Item")))
    for index, reason in enumerate(response.get("CancellationReasons", [])):
        if reason.get("Code") == "ConditionalCheckFailed":
            return ConditionFailedError(reason.get("Item"), index)
    return Refusal(503, "unavailable", {"Retry-After": "1"})


def _item(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {name: _plain(value) for name, value in found.items()} if found else None
