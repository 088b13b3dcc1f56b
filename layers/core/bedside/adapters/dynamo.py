"""One DynamoDB table: reads and conditional writes with deadlines and typed errors."""

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bedside.errors import UnavailableError
from bedside.invocation import remaining_s

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]

_NAME: Final = re.compile(r"#(\w+)")
# A write that meets a transaction on its item is refused at once, and the SDK does not repeat it. Each pause is at most
# 40 ms times its number, so that all of them together stay under a second.
_CONFLICT_TRIES: Final = 6
_CONFLICT_PAUSE_S: Final = 0.04
# What a request may take: two tries of at most 2.5 s, and a pause of at most 1 s between them. Without that much time
# left none is begun, so that the function ends by itself, and says why.
_NEEDED_S: Final = 6.0
_PASSING: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})

# One write of several that happen together or not at all.
type Change = Mapping[str, Any]


class ConditionFailedError(Exception):
    """The write's condition did not hold; `item` is what stood there, or None.

    Of several writes together, `index` tells which.
    """

    def __init__(self, item: Item | None, index: int = 0) -> None:
        super().__init__("condition failed")
        self.item = item
        self.index = index


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

    # A healthy request takes a few milliseconds.
    config = Config(
        connect_timeout=1, read_timeout=1.5, retries={"total_max_attempts": 2, "mode": "standard"}, tcp_keepalive=True
    )
    client = boto3.client("dynamodb", config=config)
    return _Sdk(client, (ClientError, BotoCoreError), TypeSerializer().serialize, TypeDeserializer().deserialize)


class Table:
    """A table with a partition key `pk`.

    In expressions every name is written `#name`; `names` says what stands behind those that are not literal.
    Every call raises UnavailableError when DynamoDB did not answer in time, throttled, or failed.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def get(self, pk: str) -> Item | None:
        """Return the item, read consistently, or None."""
        sdk = _sdk()
        _begin()
        try:
            answer = sdk.client.get_item(TableName=self._name, Key={"pk": {"S": pk}}, ConsistentRead=True)
        except sdk.failures as error:
            raise UnavailableError("The record could not be read.") from error
        return _plain(answer.get("Item"))

    def page(
        self, index: str, key: str, value: str, *, limit: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """Return up to `limit` items of `index` where `key` is `value`, and where the next page begins, if any does.

        An index trails the table by a moment.
        """
        sdk = _sdk()
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": index,
            "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": {"#key": key},
            "ExpressionAttributeValues": {":value": sdk.serialize(value)},
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = {name: sdk.serialize(part) for name, part in after.items()}
        _begin()
        try:
            answer = sdk.client.query(**query)
        except sdk.failures as error:
            raise UnavailableError("The record could not be read.") from error
        return [_plain(item) or {} for item in answer["Items"]], _plain(answer.get("LastEvaluatedKey"))

    def put(self, item: Item, *, condition: str, values: Mapping[str, Any]) -> None:
        """Write the whole item if `condition` holds; raises ConditionFailedError with what stood there."""
        change = self.putting(item, condition=condition, values=values)
        _patiently(lambda: _sdk().client.put_item(**change["Put"]))

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
        change = self.updating(pk, expression, condition=condition, values=values, names=names)
        answer = _patiently(lambda: _sdk().client.update_item(**change["Update"], ReturnValues="ALL_NEW"))
        return _plain(answer["Attributes"]) or {}

    def putting(self, item: Item, *, condition: str, values: Mapping[str, Any] | None = None) -> Change:
        """Return the change that `put` would make, for `write_together`."""
        serialize = _sdk().serialize
        return {
            "Put": {
                "TableName": self._name,
                "Item": {name: serialize(value) for name, value in item.items()},
                "ConditionExpression": condition,
                "ExpressionAttributeNames": _names(condition, {}),
                **_values(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def updating(
        self,
        pk: str,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> Change:
        """Return the change that `update` would make, for `write_together`."""
        return {
            "Update": {
                "TableName": self._name,
                "Key": {"pk": {"S": pk}},
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": _names(f"{expression} {condition}", names or {}),
                **_values(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }


def write_together(*changes: Change) -> None:
    """Make all changes, in one request, or none.

    Raises ConditionFailedError for the first whose condition does not hold, UnavailableError.
    """
    _patiently(lambda: _sdk().client.transact_write_items(TransactItems=list(changes)))  # type: ignore[arg-type]  # made by putting and updating


def _patiently[Answer](write: Callable[[], Answer]) -> Answer:
    """Write, again where another transaction was at work on the same item."""
    failures = _sdk().failures
    for tries in range(1, _CONFLICT_TRIES + 1):
        _begin()
        try:
            return write()
        except failures as error:
            if tries == _CONFLICT_TRIES or not _conflicts(error):
                raise _translated(error) from error
        time.sleep(random.uniform(0, _CONFLICT_PAUSE_S * tries))  # noqa: S311  # spreads retries, no secret
    raise AssertionError("unreachable")


def _begin() -> None:
    if remaining_s() < _NEEDED_S:
        raise UnavailableError("There is no time left to ask the record.", cause="OutOfTime")


def _names(text: str, given: Mapping[str, str]) -> dict[str, str]:
    return {f"#{name}": given.get(name, name) for name in set(_NAME.findall(text))}


def _values(values: Mapping[str, Any] | None) -> dict[str, Any]:
    if not values:
        return {}  # DynamoDB refuses an empty map
    return {"ExpressionAttributeValues": {f":{name}": _sdk().serialize(value) for name, value in values.items()}}


def _plain(item: Mapping[str, Any] | None) -> Item | None:
    return {name: _sdk().deserialize(value) for name, value in item.items()} if item else None


def _response(error: Exception) -> Mapping[str, Any]:
    """Return AWS's answer; errors of the network have none."""
    response: Mapping[str, Any] = getattr(error, "response", None) or {}
    return response


def _reasons(error: Exception) -> Sequence[Mapping[str, Any]]:
    reasons: Sequence[Mapping[str, Any]] = _response(error).get("CancellationReasons", [])
    return reasons


def _code(error: Exception) -> str:
    return str(_response(error).get("Error", {}).get("Code", ""))


def _conflicts(error: Exception) -> bool:
    codes = {str(reason.get("Code")) for reason in _reasons(error)}
    if "ConditionalCheckFailed" in codes:
        return False
    return _code(error) == "TransactionConflictException" or not codes.isdisjoint(_PASSING)


def _translated(error: Exception) -> Exception:
    if _code(error) == "ConditionalCheckFailedException":
        return ConditionFailedError(_plain(_response(error).get("Item")))
    for index, reason in enumerate(_reasons(error)):
        if reason.get("Code") == "ConditionalCheckFailed":
            return ConditionFailedError(_plain(reason.get("Item")), index)
    return UnavailableError("The record could not be written.")
