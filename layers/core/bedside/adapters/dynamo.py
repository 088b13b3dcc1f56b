"""One DynamoDB table: reads and conditional writes with deadlines and typed errors."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bedside.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]

_NAME: Final = re.compile(r"#(\w+)")


class ConditionFailedError(Exception):
    """The write's condition did not hold; `item` is what stood there, or None."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("condition failed")
        self.item = item


class _Sdk(NamedTuple):
    client: "DynamoDBClient"
    failures: tuple[type[Exception], ...]
    serialize: Callable[[Any], Any]
    deserialize: Callable[[Any], Any]


@cache
def _sdk() -> _Sdk:
    """Load boto3 and make the process's one client: about 200 ms that hot calls do without while Redis serves them."""
    import boto3  # noqa: PLC0415  # see above
    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer  # noqa: PLC0415  # see above
    from botocore.config import Config  # noqa: PLC0415  # see above
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # see above

    # A healthy request takes a few milliseconds; three tries of at most 4 s stay within a function's 20 s.
    config = Config(
        connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"}, tcp_keepalive=True
    )
    client = boto3.client("dynamodb", config=config)
    return _Sdk(client, (ClientError, BotoCoreError), TypeSerializer().serialize, TypeDeserializer().deserialize)


class Table:
    """A table with a partition key `pk` and no sort key.

    In expressions every name is written `#name`; `names` says what stands behind those that are not literal.
    Every call raises UnavailableError when DynamoDB did not answer in time, throttled, or failed.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def get(self, pk: str) -> Item | None:
        """Return the item, read consistently, or None."""
        sdk = _sdk()
        try:
            answer = sdk.client.get_item(TableName=self._name, Key={"pk": {"S": pk}}, ConsistentRead=True)
        except sdk.failures as error:
            raise UnavailableError("The record could not be read.") from error
        return _plain(answer.get("Item"))

    def put(self, item: Item, *, condition: str, values: Mapping[str, Any]) -> None:
        """Write the whole item if `condition` holds; raises ConditionFailedError with what stood there."""
        sdk = _sdk()
        try:
            sdk.client.put_item(
                TableName=self._name,
                Item={name: sdk.serialize(value) for name, value in item.items()},
                ConditionExpression=condition,
                ExpressionAttributeNames=_names(condition, {}),
                ExpressionAttributeValues={f":{name}": sdk.serialize(value) for name, value in values.items()},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except sdk.failures as error:
            raise _translated(error) from error

    def update(
        self,
        pk: str,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> Item:
        """Apply one update if `condition` holds and return the item as it is afterwards.

        Raises ConditionFailedError with what stood there.
        """
        sdk = _sdk()
        try:
            answer = sdk.client.update_item(
                TableName=self._name,
                Key={"pk": {"S": pk}},
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=_names(f"{expression} {condition}", names or {}),
                ExpressionAttributeValues={f":{name}": sdk.serialize(value) for name, value in values.items()},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except sdk.failures as error:
            raise _translated(error) from error
        return _plain(answer["Attributes"]) or {}


def _names(text: str, given: Mapping[str, str]) -> dict[str, str]:
    return {f"#{name}": given.get(name, name) for name in set(_NAME.findall(text))}


def _plain(item: Mapping[str, Any] | None) -> Item | None:
    return {name: _sdk().deserialize(value) for name, value in item.items()} if item else None


def _translated(error: Exception) -> Exception:
    response: Mapping[str, Any] = getattr(error, "response", {})
    if response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
        return ConditionFailedError(_plain(response.get("Item")))
    return UnavailableError("The record could not be written.")
