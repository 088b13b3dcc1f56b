"""DynamoDB's operations on the wire: JSON in, status and JSON out.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.fakes.dynamodb import expressions
from tests.fakes.dynamodb.errors import InvalidError, NotFakedError, RefusedError
from tests.fakes.dynamodb.evaluation import Bindings, check_operands, holds, projected, updated
from tests.fakes.dynamodb.expressions import Between, Comparison, Condition, Junction, Parsed, Path, Update, Value
from tests.fakes.dynamodb.tables import Key, Schema, Table
from tests.fakes.dynamodb.values import MOST_BYTES, Item, normalized, order

type Request = Mapping[str, Any]

_EXPRESSED: Final = frozenset({"ExpressionAttributeNames", "ExpressionAttributeValues"})
_CONDITIONAL: Final = _EXPRESSED | {"ConditionExpression", "ReturnValuesOnConditionCheckFailure"}
# Each operation's parameters; any other is not faked.
_PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "GetItem": frozenset({"Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}),
    "PutItem": _CONDITIONAL | {"Item"},
    "UpdateItem": _CONDITIONAL | {"Key", "UpdateExpression", "ReturnValues"},
    "DeleteItem": _CONDITIONAL | {"Key"},
    "Query": _EXPRESSED
    | {
        "IndexName",
        "KeyConditionExpression",
        "FilterExpression",
        "ProjectionExpression",
        "ConsistentRead",
        "ScanIndexForward",
        "Limit",
        "ExclusiveStartKey",
    },
    "Scan": frozenset({"ConsistentRead"}),
    "DeleteTable": frozenset(),
    "DescribeTable": frozenset(),
}
_CHANGES: Final[Mapping[str, str]] = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
_TOKEN_LIVES_S: Final = 600
_MOST_CHANGES: Final = 100
_NONE: Final = frozenset[str]()
_FAILED: Final = "The conditional request failed"
_MOST_PAGE_BYTES: Final = 1024 * 1024


class DynamoDb:
    """Some tables, empty at first."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._tables = {name: Table(schema) for name, schema in schemas.items()}
        self._one_at_a_time = threading.Lock()
        # Client tokens of transactions: when each was made, and what was asked for.
        self._made: dict[str, tuple[float, Request]] = {}
        # What a test asked for that is not faked; the code under test may have caught the error.
        self.not_faked: list[str] = []

    def take_versions(self, table: str) -> list[Item]:
        """Return the versions of a table's items that its stream has, oldest first, each once."""
        with self._one_at_a_time:
            return self._tables[table].take_versions()

    def serve(self, operation: str, body: bytes | str) -> tuple[int, str]:
        """Carry out one request; raises NotFakedError."""
        with self._one_at_a_time:
            try:
                return 200, json.dumps(self._operation(operation)(json.loads(body)))
            except RefusedError as error:
                return 400, json.dumps(error.document)
            except NotFakedError as error:
                self.not_faked.append(f"{operation}: {error}")
                raise

    def _operation(self, name: str) -> Callable[[Request], Mapping[str, Any]]:
        operations: Mapping[str, Callable[[Request], Mapping[str, Any]]] = {
            "GetItem": self._get,
            "BatchGetItem": self._get_many,
            "Query": self._query,
            "Scan": self._scan,
            "TransactWriteItems": self._transact,
            "CreateTable": self._create_table,
            "DescribeTable": lambda request: {"Table": self._schema(request).document(request["TableName"])},
            "DeleteTable": self._delete_table,
        }
        if name in _CHANGES.values():
            return lambda request: self._write(name, request)
        if name not in operations:
            raise NotFakedError(f"the operation {name}")
        return operations[name]

    def _schema(self, request: Request) -> Schema:
        return self._table("DescribeTable", request).schema

    def _table(self, operation: str, request: Request) -> Table:
        """Return the table that is asked for something; raises RefusedError, NotFakedError."""
        if more := request.keys() - _PARAMETERS[operation] - {"TableName"}:
            raise NotFakedError(f"{operation} with {sorted(more)}")
        table = self._tables.get(request["TableName"])
        if table is None:
            raise RefusedError("ResourceNotFoundException", "Requested resource not found")
        return table

    def _create_table(self, request: Request) -> Mapping[str, Any]:
        name = request["TableName"]
        if name in self._tables:
            raise RefusedError("ResourceInUseException", f"Table already exists: {name}")
        self._tables[name] = Table(Schema.of(request))
        return {"TableDescription": self._tables[name].schema.document(name)}

    def _delete_table(self, request: Request) -> Mapping[str, Any]:
        schema = self._table("DeleteTable", request).schema
        del self._tables[request["TableName"]]
        return {"TableDescription": {**schema.document(request["TableName"]), "TableStatus": "DELETING"}}

    def _get(self, request: Request) -> Mapping[str, Any]:
        table = self._table("GetItem", request)
        wanted = _projection(request)
        bound = _bindings(request, [wanted] if wanted else [])
        item = table.find(table.schema.place(_item(request["Key"])))
        return {"Item": _shown(item, wanted, bound)} if item else {}

    def _get_many(self, request: Request) -> Mapping[str, Any]:
        if more := request.keys() - {"RequestItems"}:
            raise NotFakedError(f"BatchGetItem with {sorted(more)}")
        found: dict[str, list[Item]] = {}
        for name, wanted in request["RequestItems"].items():
            if more := wanted.keys() - {"Keys", "ConsistentRead"}:
                raise NotFakedError(f"BatchGetItem with {sorted(more)}")
            table = self._table("GetItem", {"TableName": name})
            places = [table.schema.place(_item(key)) for key in wanted["Keys"]]
            if not 1 <= len(places) <= _MOST_CHANGES or len(set(places)) < len(places):
                raise InvalidError("Provided list of item keys is empty, too long, or contains duplicates")
            found[name] = [item for item in map(table.find, places) if item]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _scan(self, request: Request) -> Mapping[str, Any]:
        items = list(self._table("Scan", request).items.values())
        return {"Items": items, "Count": len(items), "ScannedCount": len(items)}

    def _write(self, operation: str, request: Request) -> Mapping[str, Any]:
        returned = request.get("ReturnValues", "NONE")
        if returned not in {"NONE", "ALL_NEW"}:
            raise NotFakedError(f"ReturnValues {returned}")
        write = _Write(self._table(operation, request), operation, request)
        if not write.may():
            raise RefusedError("ConditionalCheckFailedException", _FAILED, **write.shown())
        new = write.new()
        write.store(new)
        return {"Attributes": new} if returned == "ALL_NEW" else {}

    def _transact(self, request: Request) -> Mapping[str, Any]:
        if more := request.keys() - {"TransactItems", "ClientRequestToken"}:
            raise NotFakedError(f"TransactWriteItems with {sorted(more)}")
        if self._was_made(request):
            return {}
        writes = [self._change(change) for change in request["TransactItems"]]
        if not 1 <= len(writes) <= _MOST_CHANGES:
            raise InvalidError(
                "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have "
                f"length less than or equal to {_MOST_CHANGES}, and at least 1"
            )
        if len({(id(write.table), write.key) for write in writes}) < len(writes):
            raise InvalidError("Transaction request cannot include multiple operations on one item")
        results = [write.result() for write in writes]
        reasons = [result if isinstance(result, _Reason) else _Reason("None") for result in results]
        if any(reason.code != "None" for reason in reasons):
            codes = ", ".join(reason.code for reason in reasons)
            raise RefusedError(
                "TransactionCanceledException",
                f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
                CancellationReasons=[reason.document for reason in reasons],
            )
        for write, result in zip(writes, results, strict=True):
            if not isinstance(result, _Reason):
                write.store(result)
        if token := request.get("ClientRequestToken"):
            self._made[token] = (time.monotonic(), request)
        return {}

    def _was_made(self, request: Request) -> bool:
        """Whether a transaction of this client token was made in the last ten minutes; raises RefusedError."""
        at, before = self._made.get(request.get("ClientRequestToken", ""), (0.0, {}))
        if not before or time.monotonic() - at > _TOKEN_LIVES_S:
            return False
        if before != request:
            raise RefusedError(
                "IdempotentParameterMismatchException",
                "Idempotent parameter mismatch: the client token was sent with another request",
            )
        return True

    def _change(self, change: Request) -> "_Write":
        [(kind, request)] = change.items()
        if kind not in _CHANGES or "ReturnValues" in request:
            raise NotFakedError(f"a transaction's {kind} with {sorted(request)}")
        operation = _CHANGES[kind]
        return _Write(self._table(operation, request), operation, request)

    def _query(self, request: Request) -> Mapping[str, Any]:
        table, name = self._table("Query", request), request.get("IndexName", "")
        if name and name not in table.schema.indexes:
            raise InvalidError(f"The table does not have the specified index: {name}")
        if name and request.get("ConsistentRead"):
            raise InvalidError("Consistent reads are not supported on global secondary indexes")
        keys = _condition(request, "KeyConditionExpression")
        if keys is None:
            raise InvalidError("Either the KeyConditions or KeyConditionExpression parameter must be specified")
        chosen, wanted = _condition(request, "FilterExpression"), _projection(request)
        bound = _bindings(request, [each for each in (keys, chosen, wanted) if each])
        index, items = table.sorted(name)
        _check_keys(keys.tree, index, bound)
        for tree in [each.tree for each in (keys, chosen) if each]:
            check_operands(tree, bound)
        limit = _limit(request)
        every = list(dict.fromkeys([*index, *table.schema.keys]))
        if not request.get("ScanIndexForward", True):
            items.reverse()
        if "ExclusiveStartKey" in request:
            items = _after(
                items, _item(request["ExclusiveStartKey"]), every, forward=request.get("ScanIndexForward", True)
            )
        found = [item for item in items if holds(keys.tree, item, bound)]
        page = found if limit is None else found[:limit]
        shown = [item for item in page if chosen is None or holds(chosen.tree, item, bound)]
        answer: dict[str, Any] = {
            "Items": [_shown(item, wanted, bound) for item in shown],
            "Count": len(shown),
            "ScannedCount": len(page),
        }
        if limit is not None and len(page) == limit:
            # DynamoDB does not look whether there is more.
            answer["LastEvaluatedKey"] = {key: page[-1][key] for key in every}
        if len(page) * MOST_BYTES > _MOST_PAGE_BYTES and len(json.dumps(page)) > _MOST_PAGE_BYTES:
            raise NotFakedError("a page that is full before its limit")
        return answer


@dataclass(frozen=True)
class _Reason:
    """Why a transaction is cancelled, as far as one of its writes is concerned."""

    code: str
    message: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The reason on the wire."""
        return {"Code": self.code, **({"Message": self.message} if self.message else {}), **self.shown}


class _Write:
    """One write to one item: its condition, and what it makes of the item."""

    def __init__(self, table: Table, operation: str, request: Request) -> None:
        """Check everything that does not depend on the item; raises InvalidError, NotFakedError."""
        self.table = table
        self.request = request
        self._operation = operation
        self._condition = _condition(request, "ConditionExpression")
        self._update: Parsed[Update] | None = None
        if operation == "UpdateItem":
            if "UpdateExpression" not in request:
                raise NotFakedError("an update without an expression")
            self._update = expressions.update(request["UpdateExpression"])
        parsed: list[Parsed[Any]] = [each for each in (self._condition, self._update) if each]
        self._bound = _bindings(request, parsed)
        if self._condition:
            check_operands(self._condition.tree, self._bound)
        self._item = _item(request["Item"]) if operation == "PutItem" else {}
        self.key: Key = (
            table.schema.check(self._item, update=False)
            if operation == "PutItem"
            else table.schema.place(_item(request["Key"]))
        )
        if self._update:
            self._check_targets(self._update.tree)
        self.old = table.find(self.key)

    def may(self) -> bool:
        """Tell whether the condition holds, if there is one."""
        return self._condition is None or holds(self._condition.tree, self.old, self._bound)

    def shown(self) -> Mapping[str, Any]:
        """Return what a failed condition is answered with: the item, if that is wanted and there is one."""
        wanted = self.request.get("ReturnValuesOnConditionCheckFailure", "NONE") == "ALL_OLD"
        return {"Item": self.old} if wanted and self.old else {}

    def result(self) -> "Item | _Reason | None":
        """Return what `new` does, or why the write cannot be made; raises NotFakedError."""
        if not self.may():
            return _Reason("ConditionalCheckFailed", _FAILED, self.shown())
        try:
            return self.new()
        except InvalidError as error:
            return _Reason("ValidationError", error.message)

    def new(self) -> Item | None:
        """Return the item afterwards, None if it is deleted; raises InvalidError, NotFakedError."""
        if self._operation == "DeleteItem":
            return None
        if self._update is None:
            return self._item
        if not self.old and not (self._update.tree.sets or self._update.tree.adds):
            raise NotFakedError("a removal of attributes from an item that is not there")
        new = updated(self._update.tree, self.old or _item(self.request["Key"]), self._bound)
        self.table.schema.check(new, update=True)
        return new

    def store(self, new: Item | None) -> None:
        self.table.store(self.key, new)

    def _check_targets(self, update: Update) -> None:
        targets = tuple(self._bound.resolve(path) for path in update.targets)
        expressions.check_overlaps("UpdateExpression", targets)
        for target in targets:
            if target[0] in self.table.schema.keys:
                raise InvalidError(
                    f"One or more parameter values were invalid: Cannot update attribute {target[0]}. This attribute "
                    "is part of the key"
                )


def _item(document: object) -> Item:
    if not isinstance(document, Mapping):
        raise NotFakedError(f"an item that is a {type(document).__name__}")
    return {name: normalized(value) for name, value in document.items()}


def _condition(request: Request, kind: str) -> Parsed[Condition] | None:
    return expressions.condition(kind, request[kind]) if kind in request else None


def _projection(request: Request) -> Parsed[tuple[Path, ...]] | None:
    return expressions.projection(request["ProjectionExpression"]) if "ProjectionExpression" in request else None


def _shown(item: Item, wanted: Parsed[tuple[Path, ...]] | None, bound: Bindings) -> Item:
    """Return what a request wants to see of an item; raises InvalidError."""
    if wanted is None:
        return item
    paths = tuple(bound.resolve(path) for path in wanted.tree)
    expressions.check_overlaps("ProjectionExpression", paths)
    return projected(paths, item)


def _bindings(request: Request, parsed: Sequence[Parsed[Any]]) -> Bindings:
    """Return the request's names and values; raises InvalidError for those that are missing or not used."""
    for kind, used in (
        ("ExpressionAttributeNames", [each.names for each in parsed]),
        ("ExpressionAttributeValues", [each.values for each in parsed]),
    ):
        given, wanted = request.get(kind), _NONE.union(*used)
        if given and given.keys() == wanted:
            continue
        if given is not None and not parsed:
            raise InvalidError(f"{kind} can only be specified when using expressions")
        if given is not None and not given:
            raise InvalidError(f"{kind} must not be empty")
        if missing := wanted - (given or {}).keys():
            what = "name used in the document path" if kind.endswith("Names") else "value used in expression"
            label = "attribute name" if kind.endswith("Names") else "attribute value"
            raise InvalidError(
                f"Invalid expression: An expression attribute {what} is not defined; {label}: {min(missing)}"
            )
        if unused := (given or {}).keys() - wanted:
            raise InvalidError(f"Value provided in {kind} unused in expressions: keys: {{{', '.join(sorted(unused))}}}")
    return Bindings(
        request.get("ExpressionAttributeNames") or {},
        {name: normalized(value) for name, value in (request.get("ExpressionAttributeValues") or {}).items()},
    )


def _limit(request: Request) -> int | None:
    limit: int | None = request.get("Limit")
    if limit is not None and limit < 1:
        raise InvalidError(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have "
            "value greater than or equal to 1"
        )
    return limit


def _check_keys(condition: Condition, keys: Sequence[str], bound: Bindings) -> None:
    """Raise InvalidError unless a condition names one partition, and at most one range in it."""
    parts = condition.conditions if isinstance(condition, Junction) and condition.word == "AND" else (condition,)
    ranged: list[str] = []
    exact: list[str] = []
    for part in parts:
        match part:
            case Comparison("=", Path() as path, Value()):
                exact += bound.resolve(path)
            case Comparison("<" | "<=" | ">" | ">=", Path() as path, Value()) | Between(
                Path() as path, Value(), Value()
            ):
                ranged += bound.resolve(path)
            case _:
                raise InvalidError("Invalid operator used in KeyConditionExpression, or a key that is compared twice")
    if keys[0] not in exact:
        raise InvalidError(f"Query condition missed key schema element: {keys[0]}")
    if len(parts) > len(keys) or sorted([*exact, *ranged]) != sorted(keys[: len(parts)]):
        raise InvalidError("Query key condition not supported")


def _after(items: Sequence[Item], start: Item, keys: Sequence[str], *, forward: bool) -> list[Item]:
    """Return the items after a place, which need not exist any more."""
    if start.keys() != {*keys}:
        raise InvalidError("The provided starting key is invalid")
    place = [order(start[key]) for key in keys]

    def follows(item: Item) -> bool:
        at = [order(item[key]) for key in keys]
        return at > place if forward else at < place

    return [item for item in items if follows(item)]
