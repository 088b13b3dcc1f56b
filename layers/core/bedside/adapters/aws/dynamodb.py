"""A DynamoDB table: reads, and conditional writes applied at most once, with deadlines and typed errors."""

import random
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from bedside.adapters.aws.attributes import Item, from_attributes, to_attribute, to_attributes
from bedside.adapters.aws.client import AwsError, AwsService, JsonService, region
from bedside.adapters.aws.write_marks import MARKS, with_mark
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.kernel.versions import ChangedMeanwhileError

_NAME: Final = re.compile(r"#(\w+)")
# A healthy request takes a few milliseconds.
_TRY_S: Final = 1.5
_TRIES: Final = 3
# All attempts with the pauses between them. With less time left no request is sent, so that the function can fail with
# an error of its own instead of being killed by Lambda.
_NEEDED_S: Final = 5.0
# DynamoDB immediately rejects a write that conflicts with a transaction on the same item. The nth pause is at most n
# times 40 ms, so that all of them together stay under a second.
_CONFLICT_TRIES: Final = 6
_CONFLICT_PAUSE_S: Final = 0.04
_TEMPORARY: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# One write of a transaction.
type Change = Mapping[str, Any]


class ConditionFailedError(ChangedMeanwhileError):
    """The write's condition did not hold; `item` is the existing item, or None.

    In a transaction, `index` is the position of the write that failed.
    """

    def __init__(self, item: Item | None, index: int = 0) -> None:
        super().__init__("condition failed")
        self.item = item
        self.index = index


@cache
def _service() -> JsonService:
    """Return the service that all tables of this process share."""
    return JsonService(AwsService("dynamodb", region()), "DynamoDB_20120810", "1.0")


class Table:
    """A table with a partition key `pk`, and perhaps a sort key `sk`.

    Expressions write every attribute name as `#name`; `names` maps the aliases that are not attribute names themselves.
    Every method raises UnavailableError if DynamoDB throttles, fails or does not respond in time.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def get(self, pk: str, sk: str | None = None) -> Item | None:
        """Return the item (strongly consistent read), or None."""
        answer = _read("GetItem", {"TableName": self._name, "Key": _key(pk, sk), "ConsistentRead": True})
        return _plain(answer.get("Item"))

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        """Return those of up to 100 items that exist (strongly consistent reads), in no particular order."""
        wanted: Sequence[Mapping[str, Any]] = [_key(pk, sk) for pk, sk in keys]
        found: list[Item] = []
        for _ in range(_TRIES):
            question = {"RequestItems": {self._name: {"Keys": wanted, "ConsistentRead": True}}}
            answer = _read("BatchGetItem", question)
            found += [_plain(item) or {} for item in answer["Responses"].get(self._name, ())]
            # DynamoDB leaves out what it has no capacity for at the moment.
            wanted = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", ())
            if not wanted:
                return found
        raise UnavailableError("The record could not be read.", cause="Unprocessed")

    @property
    def name(self) -> str:
        return self._name

    def query(
        self,
        pk: str,
        within: tuple[str, str],
        *,
        limit: int,
        after: Item | None = None,
        condition: str = "",
        values: Mapping[str, Any] | None = None,
        descending: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """Look at up to `limit` items of a partition, and return those for which `condition` holds, by sort key.

        `within` is the first and the last sort key. Also returns the start key of the next page, if there may be more.
        """
        query: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :first AND :last",
            "ExpressionAttributeNames": {f"#{name}": name for name in {"pk", "sk", *_NAME.findall(condition)}},
            "ExpressionAttributeValues": {
                f":{name}": to_attribute(value)
                for name, value in {**(values or {}), "pk": pk, "first": within[0], "last": within[1]}.items()
            },
            "ConsistentRead": True,
            "ScanIndexForward": not descending,
            "Limit": limit,
        }
        if condition:
            query["FilterExpression"] = condition
        if after:
            query["ExclusiveStartKey"] = to_attributes(after)
        answer = _read("Query", query)
        return [_plain(item) or {} for item in answer["Items"]], _plain(answer.get("LastEvaluatedKey"))

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
        """Return up to `limit` items of `index` whose `key` is `value`, and the start key of the next page, if any.

        `within` is the range key with its first and last value. The index is eventually consistent.
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
        """Write the whole item if `condition` holds. Raises ConditionFailedError with the existing item."""
        self._once("PutItem", self.put_change(item, condition=condition, values=values)["Put"])

    def update(
        self,
        pk: str,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> Item:
        """Apply one update if `condition` holds, and return the updated item.

        Raises ConditionFailedError with the existing item.
        """
        change = self.update_change(pk, expression, condition=condition, values=values, names=names)["Update"]
        return self._once("UpdateItem", {**change, "ReturnValues": "ALL_NEW"})

    def put_change(self, item: Item, *, condition: str, values: Mapping[str, Any] | None = None) -> Change:
        """Return the change that `put` would make, for `transact`."""
        return {"Put": {**self._conditional(condition, condition, values or {}, {}), "Item": to_attributes(item)}}

    def update_change(
        self,
        pk: str,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> Change:
        """Return the change that `update` would make, for `transact`."""
        conditional = self._conditional(condition, f"{expression} {condition}", values, names or {})
        return {"Update": {**conditional, "Key": to_attributes({"pk": pk}), "UpdateExpression": expression}}

    def delete_change(
        self, pk: str, sk: str | None = None, *, condition: str = "", values: Mapping[str, Any] | None = None
    ) -> Change:
        """Return the change that deletes an item if `condition`, if any, holds, for `transact`."""
        if not condition:
            return {"Delete": {"TableName": self._name, "Key": _key(pk, sk)}}
        return {"Delete": {**self._conditional(condition, condition, values or {}, {}), "Key": _key(pk, sk)}}

    def _conditional(
        self, condition: str, text: str, values: Mapping[str, Any], names: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the parameters that all writes share; `text` holds every expression that uses names."""
        parameters = {
            "TableName": self._name,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": names.get(name, name) for name in set(_NAME.findall(text))},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if values:  # DynamoDB refuses an empty map
            parameters["ExpressionAttributeValues"] = {
                f":{name}": to_attribute(value) for name, value in values.items()
            }
        return parameters

    def _once(self, operation: str, write: dict[str, Any]) -> Item:
        """Apply a write at most once, although it is retried if its response was lost; return the resulting item."""
        slot, mark = secrets.choice(MARKS), to_attribute(secrets.token_urlsafe(9))
        marked = with_mark(write, slot, mark)
        try:
            answer = _write(operation, marked)
        except AwsError as error:
            if error.code != "ConditionalCheckFailedException":
                raise UnavailableError("The record could not be written.") from error
            existing = error.document.get("Item")
            if not existing or existing.get(slot) != mark:
                raise ConditionFailedError(_plain(existing)) from error
            return _plain(existing) or {}  # an earlier attempt succeeded, and its response was lost
        return _plain(answer.get("Attributes")) or {}


def get_together(wanted: Sequence[tuple[Table, str]]) -> dict[str, Item]:
    """Return those of up to 100 items of several tables that exist (strongly consistent reads), by their keys `pk`."""
    keys: dict[str, list[Mapping[str, Any]]] = {}
    for table, pk in wanted:
        keys.setdefault(table.name, []).append(_key(pk, None))
    question: Mapping[str, Any] = {name: {"Keys": each, "ConsistentRead": True} for name, each in keys.items()}
    found: dict[str, Item] = {}
    for _ in range(_TRIES):
        answer = _read("BatchGetItem", {"RequestItems": question})
        items = (_plain(item) or {} for each in answer["Responses"].values() for item in each)
        found |= {str(item["pk"]): item for item in items}
        # As above: what DynamoDB has no capacity for at the moment.
        question = answer.get("UnprocessedKeys", {})
        if not question:
            return found
    raise UnavailableError("The record could not be read.", cause="Unprocessed")


def transact(*changes: Change) -> None:
    """Apply all changes in one transaction, or none.

    Raises ConditionFailedError for the first change whose condition does not hold, UnavailableError.
    """
    # DynamoDB applies a transaction only once if it is retried with the same token within ten minutes.
    transaction = {"TransactItems": list(changes), "ClientRequestToken": secrets.token_urlsafe(24)}
    try:
        _write("TransactWriteItems", transaction)
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


def _write(operation: str, write: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send a write, and retry it if it conflicts with another transaction on the same item."""
    for tries in range(1, _CONFLICT_TRIES + 1):
        _begin()
        try:
            return _service().call(operation, write, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if tries == _CONFLICT_TRIES or not _conflicts(error):
                raise
        time.sleep(random.uniform(0, _CONFLICT_PAUSE_S * tries))  # noqa: S311  # spreads retries, no secret
    raise AssertionError("unreachable")


def _key(pk: str, sk: str | None) -> Mapping[str, Any]:
    return to_attributes({"pk": pk} if sk is None else {"pk": pk, "sk": sk})


def _begin() -> None:
    if remaining_s() < _NEEDED_S:
        raise UnavailableError("There is no time left to ask the record.", cause="OutOfTime")


def _plain(item: Mapping[str, Any] | None) -> Item | None:
    if not item:
        return None
    return from_attributes({name: value for name, value in item.items() if name not in MARKS})


def _reasons(error: AwsError) -> Sequence[Mapping[str, Any]]:
    reasons: Sequence[Mapping[str, Any]] = error.document.get("CancellationReasons", [])
    return reasons


def _conflicts(error: AwsError) -> bool:
    codes = {str(reason.get("Code")) for reason in _reasons(error)}
    if "ConditionalCheckFailed" in codes:
        return False
    return error.code == "TransactionConflictException" or not codes.isdisjoint(_TEMPORARY)
