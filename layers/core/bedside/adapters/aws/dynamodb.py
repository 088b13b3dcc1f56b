"""One DynamoDB table: reads and conditional writes with deadlines and typed errors, each done at most once."""

import random
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from bedside.adapters.aws.attributes import Item, from_attributes, to_attribute, to_attributes
from bedside.adapters.aws.client import AwsError, AwsService, JsonService, region
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s

_NAME: Final = re.compile(r"#(\w+)")
# A healthy request takes a few milliseconds.
_TRY_S: Final = 1.5
_TRIES: Final = 3
# All tries with the pauses between them. Without that much time left no request is begun, so that the function ends by
# itself, and says why.
_NEEDED_S: Final = 5.0
# A write that meets a transaction on its item is refused at once. Each pause is at most 40 ms times its number, so
# that all of them together stay under a second.
_CONFLICT_TRIES: Final = 6
_CONFLICT_PAUSE_S: Final = 0.04
_PASSING: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# Every item keeps marks of its last writes, so that one whose answer was lost can be repeated and is not made twice.
# A write takes any of eight places: another's that comes in between seldom takes the same.
_MARKS: Final = tuple(f"write{number}" for number in range(8))

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


@cache
def _service() -> JsonService:
    """Return the process's one connection."""
    return JsonService(AwsService("dynamodb", region()), "DynamoDB_20120810", "1.0")


class Table:
    """A table with a partition key `pk`.

    In expressions every name is written `#name`; `names` says what stands behind those that are not literal.
    Every call raises UnavailableError when DynamoDB did not answer in time, throttled, or failed.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def get(self, pk: str) -> Item | None:
        """Return the item, read consistently, or None."""
        answer = _read("GetItem", {"TableName": self._name, "Key": to_attributes({"pk": pk}), "ConsistentRead": True})
        return _plain(answer.get("Item"))

    def page(
        self,
        index: str,
        key: str,
        value: str,
        *,
        limit: int,
        after: Item | None,
        within: tuple[str, int, int] | None = None,
        descending: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """Return up to `limit` items of `index` where `key` is `value`, and where the next page begins, if any does.

        `within` names the range key and its first and last value. An index trails the table by a moment.
        """
        names, condition = {"#key": key}, "#key = :value"
        values: dict[str, Any] = {":value": value}
        if within:
            names["#range"], values[":first"], values[":last"] = within
            condition += " AND #range BETWEEN :first AND :last"
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": index,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_attributes(values),
            "ScanIndexForward": not descending,
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = to_attributes(after)
        answer = _read("Query", query)
        return [_plain(item) or {} for item in answer["Items"]], _plain(answer.get("LastEvaluatedKey"))

    def put(self, item: Item, *, condition: str, values: Mapping[str, Any]) -> None:
        """Write the whole item if `condition` holds; raises ConditionFailedError with what stood there."""
        self._once("PutItem", self.putting(item, condition=condition, values=values)["Put"])

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
        change = self.updating(pk, expression, condition=condition, values=values, names=names)["Update"]
        return self._once("UpdateItem", {**change, "ReturnValues": "ALL_NEW"})

    def putting(self, item: Item, *, condition: str, values: Mapping[str, Any] | None = None) -> Change:
        """Return the change that `put` would make, for `write_together`."""
        return {"Put": {**self._if(condition, condition, values or {}, {}), "Item": to_attributes(item)}}

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
        conditional = self._if(condition, f"{expression} {condition}", values, names or {})
        return {"Update": {**conditional, "Key": to_attributes({"pk": pk}), "UpdateExpression": expression}}

    def _if(self, condition: str, text: str, values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        """Return what is common to writes; `text` is where the names are."""
        written = {
            "TableName": self._name,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": names.get(name, name) for name in set(_NAME.findall(text))},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if values:  # DynamoDB refuses an empty map
            written["ExpressionAttributeValues"] = {f":{name}": to_attribute(value) for name, value in values.items()}
        return written

    def _once(self, operation: str, write: dict[str, Any]) -> Item:
        """Make a write once, though it is sent again where its answer was lost; return the item as it is afterwards."""
        place, mark = secrets.choice(_MARKS), to_attribute(secrets.token_urlsafe(9))
        marked = {
            **write,
            "ConditionExpression": _unmarked(write["ConditionExpression"]),
            "ExpressionAttributeNames": {**write["ExpressionAttributeNames"], "#mark": place},
            "ExpressionAttributeValues": {**write.get("ExpressionAttributeValues", {}), ":mark": mark},
        }
        if operation == "PutItem":
            marked["Item"] = {**write["Item"], place: mark}
        else:
            marked["UpdateExpression"] = _marking(write["UpdateExpression"])
        try:
            answer = _patiently(operation, marked)
        except AwsError as error:
            if error.code != "ConditionalCheckFailedException":
                raise UnavailableError("The record could not be written.") from error
            stood = error.document.get("Item")
            if not stood or stood.get(place) != mark:
                raise ConditionFailedError(_plain(stood)) from error
            return _plain(stood) or {}  # made before, and its answer lost
        return _plain(answer.get("Attributes")) or {}


def write_together(*changes: Change) -> None:
    """Make all changes, in one request, or none.

    Raises ConditionFailedError for the first whose condition does not hold, UnavailableError.
    """
    # DynamoDB itself makes a transaction once that comes again with its token, for ten minutes.
    transaction = {"TransactItems": list(changes), "ClientRequestToken": secrets.token_urlsafe(24)}
    try:
        _patiently("TransactWriteItems", transaction)
    except AwsError as error:
        for index, reason in enumerate(_reasons(error)):
            if reason.get("Code") == "ConditionalCheckFailed":
                raise ConditionFailedError(_plain(reason.get("Item")), index) from error
        raise UnavailableError("The record could not be written.") from error


def _read(operation: str, question: Mapping[str, Any]) -> Mapping[str, Any]:
    _begin()
    try:
        return _service().call(operation, question, try_s=_TRY_S, tries=_TRIES)
    except AwsError as error:
        raise UnavailableError("The record could not be read.") from error


def _patiently(operation: str, write: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write, again where another transaction was at work on the same item."""
    for tries in range(1, _CONFLICT_TRIES + 1):
        _begin()
        try:
            return _service().call(operation, write, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if tries == _CONFLICT_TRIES or not _conflicts(error):
                raise
        time.sleep(random.uniform(0, _CONFLICT_PAUSE_S * tries))  # noqa: S311  # spreads retries, no secret
    raise AssertionError("unreachable")


def _begin() -> None:
    if remaining_s() < _NEEDED_S:
        raise UnavailableError("There is no time left to ask the record.", cause="OutOfTime")


def _marking(expression: str) -> str:
    """Return the update that also keeps the write's mark; an expression has at most one SET."""
    if "SET " in expression:
        return expression.replace("SET ", "SET #mark = :mark, ", 1)
    return f"SET #mark = :mark {expression}"


def _unmarked(condition: str) -> str:
    """Return the condition, and that the write's mark is not there yet. DynamoDB refuses redundant parentheses."""
    depth, alternatives = 0, False
    for number, sign in enumerate(condition):
        depth += (sign == "(") - (sign == ")")
        alternatives |= depth == 0 and condition.startswith(" OR ", number)
    whole = f"({condition})" if alternatives else condition
    return f"(attribute_not_exists(#mark) OR #mark <> :mark) AND {whole}"


def _plain(item: Mapping[str, Any] | None) -> Item | None:
    if not item:
        return None
    return from_attributes({name: value for name, value in item.items() if name not in _MARKS})


def _reasons(error: AwsError) -> Sequence[Mapping[str, Any]]:
    reasons: Sequence[Mapping[str, Any]] = error.document.get("CancellationReasons", [])
    return reasons


def _conflicts(error: AwsError) -> bool:
    codes = {str(reason.get("Code")) for reason in _reasons(error)}
    if "ConditionalCheckFailed" in codes:
        return False
    return error.code == "TransactionConflictException" or not codes.isdisjoint(_PASSING)
