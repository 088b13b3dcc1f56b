"""What DynamoDB does, as cases that our fake, moto and the emulator are asked to repeat.

Where another double is known to be laxer than DynamoDB, `DEVIATIONS` says so: a case that it begins to pass has to be
taken out of there. Messages are not compared, since nothing reads them. What DynamoDB itself does is described in its
developer guide and, more exactly, by the tests of ScyllaDB's Alternator, which run against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from botocore.exceptions import ClientError

from bedside.adapters.aws.attributes import from_attributes, to_attribute, to_attributes

type Double = Literal["fake", "moto", "emulator"]
# What is asked: an operation of the SDK, and its parameters but for the table.
type Request = tuple[str, Mapping[str, Any]]
# What comes back: the answer's parts that matter, or the error's code with the item or the reasons.
type Outcome = Mapping[str, Any]

REFUSED: Final[Outcome] = {"code": "ValidationException"}
FAILED: Final[Outcome] = {"code": "ConditionalCheckFailedException"}
_KEYS: Final = ("pk",)
TABLE: Final[Mapping[str, Any]] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("holder", "S"), ("since", "N"))
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": "holder", "KeyType": "HASH"},
                {"AttributeName": "since", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": projection},
        }
        for name, projection in (("whole", "ALL"), ("keys", "KEYS_ONLY"))
    ],
}


@dataclass(frozen=True)
class Case:
    """What is in the table, what is asked of it one after another, and the outcome of the last."""

    name: str
    requests: Sequence[Request]
    outcome: Outcome
    items: Sequence[Mapping[str, Any]] = field(default=())

    def __str__(self) -> str:
        return self.name


def outcome(client: Any, table: str, request: Request) -> Outcome:
    """Ask a double; gives what came of it, in Python's values."""
    operation, parameters = request
    try:
        answer = getattr(client, operation)(**_named(table, parameters))
    except ClientError as error:
        return _failure(error.response)
    found: dict[str, Any] = {
        name: from_attributes(answer[name]) for name in ("Item", "Attributes", "LastEvaluatedKey") if name in answer
    }
    if "Items" in answer:
        found |= {"Items": [from_attributes(item) for item in answer["Items"]]}
        found |= {name: answer[name] for name in ("Count", "ScannedCount")}
    return found


def _failure(response: Any) -> Outcome:
    found: dict[str, Any] = {"code": response["Error"]["Code"]}
    if "Item" in response:
        found["Item"] = from_attributes(response["Item"])
    if "CancellationReasons" in response:
        found["reasons"] = [
            (reason["Code"], from_attributes(reason["Item"]) if reason.get("Item") else None)
            for reason in response["CancellationReasons"]
        ]
    return found


def _named(table: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if "TransactItems" not in parameters:
        return {"TableName": table, **parameters}
    items = [
        {kind: {"TableName": table, **change} for kind, change in item.items()} for item in parameters["TransactItems"]
    ]
    return {**parameters, "TransactItems": items}


def put(item: Mapping[str, Any], **more: Any) -> Request:
    return "put_item", {"Item": to_attributes(item), **_expressed(more)}


def get(pk: str, **more: Any) -> Request:
    return "get_item", {"Key": to_attributes({"pk": pk}), "ConsistentRead": True, **more}


def delete(pk: str, **more: Any) -> Request:
    return "delete_item", {"Key": to_attributes({"pk": pk}), **_expressed(more)}


def update(pk: str, expression: str, **more: Any) -> Request:
    return "update_item", {"Key": to_attributes({"pk": pk}), "UpdateExpression": expression, **_expressed(more)}


def query(condition: str, index: str = "whole", **more: Any) -> Request:
    return "query", {"IndexName": index, "KeyConditionExpression": condition, **_expressed(more)}


def transact(*changes: Mapping[str, Any], **more: Any) -> Request:
    return "transact_write_items", {"TransactItems": list(changes), **more}


def change(kind: str, request: Request) -> Mapping[str, Any]:
    """Give a write for `transact`."""
    return {kind: request[1]}


def _expressed(more: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give parameters in AWS's spelling: `condition`, `names`, `values` in Python's values, `shown` on failure."""
    found = dict(more)
    for short, parameter in (("condition", "ConditionExpression"), ("names", "ExpressionAttributeNames")):
        if short in found:
            found[parameter] = found.pop(short)
    if "values" in found:
        values = found.pop("values")
        found["ExpressionAttributeValues"] = {f":{name}": to_attribute(value) for name, value in values.items()}
    if found.pop("shown", False):
        found["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return found


A: Final[Mapping[str, Any]] = {
    "pk": "a",
    "n": 5,
    "aText": "abc",
    "aMap": {"x": {"y": 1}},
    "aList": ["p", "q"],
    "aSet": {"p", "q"},
    "aFlag": True,
    "aNull": None,
}
_VALUES: Final[Mapping[str, Any]] = {
    "one": 1,
    "two": 2,
    "five": 5,
    "six": 6,
    "b": "b",
    "p": "p",
    "more": {"q", "r"},
    "same": {"q", "p"},
    "map": {"x": {"y": 1}},
    "true": True,
    "null": None,
}


def _used(*texts: str) -> dict[str, Any]:
    words = {word.strip("(),") for text in texts for word in text.split()}
    return {name: value for name, value in _VALUES.items() if f":{name}" in words}


_CONDITIONS: Final[Mapping[str, bool]] = {
    "n = :five": True,
    "n = :six": False,
    "n <> :five": False,
    "n <> :p": True,
    "absent = :five": False,
    "absent <> :five": True,
    "n < :six": True,
    "n <= :five": True,
    "n > :six": False,
    "n >= :five": True,
    "n < :p": False,
    "absent < :five": False,
    "aText < :b": True,
    "aText > :b": False,
    "aFlag = :true": True,
    "aNull = :null": True,
    "aMap = :map": True,
    "aSet = :same": True,
    "aSet = :more": False,
    "n BETWEEN :one AND :six": True,
    "n BETWEEN :p AND :p": False,
    "attribute_exists(aMap.x.y)": True,
    "attribute_exists(aMap.z.y)": False,
    "attribute_exists(n.y)": False,
    "attribute_not_exists(absent)": True,
    "attribute_not_exists(pk)": False,
    "contains(aText, :b)": True,
    "contains(aList, :p)": True,
    "contains(aSet, :p)": True,
    "contains(absent, :p)": False,
    "contains(n, :five)": False,
    "NOT contains(aSet, :p)": False,
    "size(aMap) = :one": True,
    "size(aList) = :two": True,
    "size(aSet) < :one": False,
    "size(absent) < :one": False,
    "n = :five OR n = :six AND n = :one": True,
    "(n = :five OR n = :six) AND n = :one": False,
    "NOT n = :six AND n = :five": True,
    "NOT (n = :six OR n = :five)": False,
}
# What updates make of A, other than adding these or taking what is None; REFUSED are some.
_UPDATES: Final[Mapping[str, Mapping[str, Any]]] = {
    "SET n = :one": {"n": 1},
    "SET n = n + :one": {"n": 6},
    "SET n = n - :six": {"n": -1},
    "SET n = :one + n": {"n": 6},
    "SET #new = n, n = :one": {"new": 5, "n": 1},
    "SET #new = if_not_exists(#new, :one)": {"new": 1},
    "SET n = if_not_exists(n, :one)": {"n": 5},
    "SET #new = if_not_exists(#new, :one) + :two": {"new": 3},
    "SET aMap.x.y = :two": {"aMap": {"x": {"y": 2}}},
    "SET aMap.#new = :two": {"aMap": {"x": {"y": 1}, "new": 2}},
    "SET aMap.x = :more": {"aMap": {"x": {"q", "r"}}},
    "REMOVE aText": {"aText": None},
    "REMOVE absent": {},
    "REMOVE aMap.x": {"aMap": {}},
    "REMOVE aMap.absent": {},
    "SET n = :one REMOVE aText, aList": {"n": 1, "aText": None, "aList": None},
    "REMOVE aText SET n = :one ADD #new :two": {"n": 1, "aText": None, "new": 2},
    "ADD n :one": {"n": 6},
    "ADD #new :one": {"new": 1},
    "ADD aSet :more": {"aSet": {"p", "q", "r"}},
    "ADD #new :more": {"new": {"q", "r"}},
    "SET absent = absent + :one": REFUSED,
    "SET n = absent": REFUSED,
    "SET aText = aText + :one": REFUSED,
    "SET n = n + :b": REFUSED,
    "SET aMap.z.y = :one": REFUSED,
    "SET n.y = :one": REFUSED,
    "REMOVE absent.y": REFUSED,
    "REMOVE n.y": REFUSED,
    "ADD aText :one": REFUSED,
    "ADD n :more": REFUSED,
    "ADD n :b": REFUSED,
    "SET pk = :b": REFUSED,
    "REMOVE pk": REFUSED,
    "SET aMap = :map, aMap.x = :one": REFUSED,
    "SET n = :one, n = :two": REFUSED,
    "SET n = :one REMOVE n": REFUSED,
    "REMOVE aMap.x, aMap.x.y": REFUSED,
    "SET n = :one SET aText = :b": REFUSED,
    "SET n = ": REFUSED,
    "SET n = :one,": REFUSED,
    "PUT n :one": REFUSED,
    "SET status = :one": REFUSED,
    "SET n = :undefined": REFUSED,
    "SET #undefined = :one": REFUSED,
}
_ROWS: Final = [
    *({"pk": f"v{number}", "holder": "F", "since": 10 * number, "n": number % 2} for number in range(5)),
    {"pk": "w", "holder": "G", "since": 5, "n": 1},
    {"pk": "x", "holder": "F", "n": 1},
]
_F: Final = {"f": "F"}


def _rows(*numbers: int) -> dict[str, Any]:
    found = [_ROWS[number] for number in numbers]
    return {"Items": found, "Count": len(found), "ScannedCount": len(found)}


def _at(number: int) -> dict[str, Any]:
    return {name: _ROWS[number][name] for name in ("pk", "holder", "since")}


def _condition_case(text: str, *, holds: bool) -> Case:
    write = update("a", "SET hit = :hit", condition=text, values={**_used(text), "hit": 1}, ReturnValues="ALL_NEW")
    return Case(f"if {text}", [write], {"Attributes": {**A, "hit": 1}} if holds else FAILED, [A])


def _update_case(text: str, made: Mapping[str, Any]) -> Case:
    more: dict[str, Any] = {"names": {"#new": "new"}} if "#new" in text else {}
    if values := _used(text):
        more["values"] = values
    after = {name: value for name, value in {**A, **made}.items() if name not in made or made[name] is not None}
    expected = REFUSED if made is REFUSED else {"Item": after}
    write = update("a", text, **more)
    return Case(text, [write] if made is REFUSED else [write, get("a")], expected, [A])


_NOT_THERE: Final = "attribute_not_exists(pk)"
_ADD_B: Final = change("Put", put({"pk": "b", "n": 1}, condition=_NOT_THERE, shown=True))
_COUNT_A: Final = change(
    "Update", update("a", "SET n = n + :one", condition="n < :six", values={"one": 1, "six": 6}, shown=True)
)
_TOKEN: Final = {"ClientRequestToken": "token-of-a-transaction"}
_LARGE: Final = "x" * 400_000
CASES: Final = (
    *(_condition_case(text, holds=holds) for text, holds in _CONDITIONS.items()),
    *(_update_case(text, made) for text, made in _UPDATES.items()),
    # Reads and writes of whole items.
    Case("nobody is there", [get("z")], {}),
    Case("an item comes back", [get("a")], {"Item": A}, [A]),
    Case(
        "some of an item",
        [get("a", ProjectionExpression="n, aMap.x.y, absent")],
        {"Item": {"n": 5, "aMap": {"x": {"y": 1}}}},
        [A],
    ),
    Case("an item is replaced", [put({"pk": "a"}), get("a")], {"Item": {"pk": "a"}}, [A]),
    Case("an item is deleted", [delete("a"), get("a")], {}, [A]),
    Case("nobody is deleted", [delete("z")], {}),
    Case("a deletion has a condition", [delete("a", condition="n = :six", values={"six": 6})], FAILED, [A]),
    Case(
        "a number is spelled the short way",
        [("put_item", {"Item": {"pk": {"S": "a"}, "n": {"N": "0012.50"}}}), ("get_item", {"Key": {"pk": {"S": "a"}}})],
        {"Item": from_attributes({"pk": {"S": "a"}, "n": {"N": "12.5"}})},
    ),
    Case(
        "an update makes an item",
        [update("z", "SET n = :one", values={"one": 1}), get("z")],
        {"Item": {"pk": "z", "n": 1}},
    ),
    Case("a failed condition", [put(A, condition=_NOT_THERE)], FAILED, [A]),
    Case(
        "a failed condition shows the item",
        [put({"pk": "a"}, condition=_NOT_THERE, shown=True)],
        {**FAILED, "Item": A},
        [A],
    ),
    Case(
        "a failed condition shows nothing",
        [put({"pk": "z"}, condition="n = :one", values={"one": 1}, shown=True)],
        FAILED,
    ),
    Case("no item without its key", [("put_item", {"Item": {"n": {"N": "1"}}})], REFUSED),
    Case("no key of another type", [("put_item", {"Item": {"pk": {"N": "1"}}})], REFUSED),
    Case("no empty key", [put({"pk": ""})], REFUSED),
    Case("no key with more than the key", [("get_item", {"Key": to_attributes({"pk": "a", "n": 1})})], REFUSED),
    Case("no key of an index of another type", [put({"pk": "a", "since": "late"})], REFUSED),
    Case(
        "no update to a key of another type",
        [update("a", "SET since = :b", values={"b": "b"})],
        REFUSED,
        [A],
    ),
    Case("no empty set", [("put_item", {"Item": {"pk": {"S": "a"}, "set": {"SS": []}}})], REFUSED),
    Case("no set with a value twice", [("put_item", {"Item": {"pk": {"S": "a"}, "set": {"SS": ["p", "p"]}}})], REFUSED),
    Case("no number that is none", [("put_item", {"Item": {"pk": {"S": "a"}, "n": {"N": "many"}}})], REFUSED),
    Case("no number of 39 digits", [("put_item", {"Item": {"pk": {"S": "a"}, "n": {"N": "1" * 39}}})], REFUSED),
    Case("no item of more than 400 KB", [put({"pk": "a", "one": _LARGE, "two": "x" * 9_600})], REFUSED),
    Case("an item of nearly 400 KB", [put({"pk": "a", "one": _LARGE, "two": "x" * 9_500})], {}),
    Case(
        "no update to more than 400 KB",
        [update("a", "SET two = :two", values={"two": "x" * 9_600})],
        REFUSED,
        [{"pk": "a", "one": _LARGE}],
    ),
    # Expressions as such.
    Case("no value that is not used", [update("a", "SET n = :one", values={"one": 1, "two": 2})], REFUSED, [A]),
    Case("no name that is not used", [update("a", "SET n = :one", values={"one": 1}, names={"#x": "x"})], REFUSED, [A]),
    Case("no empty names", [update("a", "REMOVE n", names={})], REFUSED, [A]),
    Case("no empty values", [update("a", "REMOVE n", values={})], REFUSED, [A]),
    Case("no values without an expression", [put({"pk": "a"}, values={"one": 1})], REFUSED),
    Case("no empty expression", [put({"pk": "a"}, condition="")], REFUSED),
    Case("no doubled parentheses", [put({"pk": "z"}, condition=f"(({_NOT_THERE}))")], REFUSED),
    Case("no doubled parentheses inside", [put({"pk": "z"}, condition=f"{_NOT_THERE} OR (({_NOT_THERE}))")], REFUSED),
    Case("parentheses side by side", [put({"pk": "z"}, condition=f"(({_NOT_THERE}) OR ({_NOT_THERE}))")], {}),
    Case("no order of truths", [put({"pk": "z"}, condition="aFlag < :true", values={"true": True})], REFUSED),
    Case("no unknown function", [put({"pk": "z"}, condition="exists(pk)")], REFUSED),
    Case("no half condition", [put({"pk": "z"}, condition="n =")], REFUSED),
    Case("no condition of more than 4 KB", [put({"pk": "z"}, condition=" OR ".join([_NOT_THERE] * 160))], REFUSED),
    Case(
        "no table",
        [("get_item", {"TableName": "no-such-table", "Key": to_attributes({"pk": "a"})})],
        {"code": "ResourceNotFoundException"},
    ),
    Case(
        "no range from high to low",
        [update("a", "REMOVE n", condition="n BETWEEN :six AND :one", values={"one": 1, "six": 6})],
        REFUSED,
        [A],
    ),
    Case(
        "no stretch from high to low",
        [query("holder = :f AND since BETWEEN :six AND :one", values={**_F, "one": 1, "six": 6})],
        REFUSED,
        _ROWS,
    ),
    # Transactions.
    Case("together", [transact(_ADD_B, _COUNT_A), get("a")], {"Item": {**A, "n": 6}}, [A]),
    Case(
        "not at all",
        [transact(_ADD_B, _COUNT_A)],
        {
            "code": "TransactionCanceledException",
            "reasons": [("None", None), ("ConditionalCheckFailed", {**A, "n": 6})],
        },
        [{**A, "n": 6}],
    ),
    Case("none of them is made", [transact(_ADD_B, _COUNT_A), get("b")], {}, [{**A, "n": 6}]),
    Case(
        "every reason is told",
        [transact(_ADD_B, _COUNT_A)],
        {
            "code": "TransactionCanceledException",
            "reasons": [("ConditionalCheckFailed", {"pk": "b"}), ("ConditionalCheckFailed", {**A, "n": 6})],
        },
        [{**A, "n": 6}, {"pk": "b"}],
    ),
    Case(
        "an update that cannot be made",
        [transact(_ADD_B, change("Update", update("a", "SET aMap.z.y = :one", values={"one": 1})))],
        {"code": "TransactionCanceledException", "reasons": [("None", None), ("ValidationError", None)]},
        [A],
    ),
    Case("a deletion among others", [transact(_ADD_B, change("Delete", delete("a"))), get("a")], {}, [A]),
    Case("no item twice", [transact(_COUNT_A, change("Delete", delete("a")))], REFUSED, [A]),
    Case(
        "the same once more is not made twice",
        [transact(_COUNT_A, **_TOKEN), transact(_COUNT_A, **_TOKEN), get("a")],
        {"Item": {**A, "n": 6}},
        [A],
    ),
    Case(
        "another under the same token",
        [transact(_COUNT_A, **_TOKEN), transact(_ADD_B, **_TOKEN)],
        {"code": "IdempotentParameterMismatchException"},
        [A],
    ),
    Case(
        "no transaction with an unused value",
        [transact(change("Put", put({"pk": "z"}, condition=_NOT_THERE, values={"one": 1})))],
        REFUSED,
    ),
    # Queries.
    Case("an index in its order", [query("holder = :f", values=_F)], _rows(0, 1, 2, 3, 4), _ROWS),
    Case("an index backwards", [query("holder = :f", values=_F, ScanIndexForward=False)], _rows(4, 3, 2, 1, 0), _ROWS),
    Case(
        "a stretch of it",
        [query("holder = :f AND since BETWEEN :one AND :two", values={**_F, "one": 10, "two": 20})],
        _rows(1, 2),
        _ROWS,
    ),
    Case(
        "from somewhere on",
        [query("holder = :f AND since > :one", values={**_F, "one": 10})],
        _rows(2, 3, 4),
        _ROWS,
    ),
    Case("nobody's", [query("holder = :f", values={"f": "Z"})], _rows(), _ROWS),
    Case(
        "only keys",
        [query("holder = :f", "keys", values={"f": "G"})],
        {"Items": [{"pk": "w", "holder": "G", "since": 5}], "Count": 1, "ScannedCount": 1},
        _ROWS,
    ),
    Case("a page", [query("holder = :f", values=_F, Limit=2)], {**_rows(0, 1), "LastEvaluatedKey": _at(1)}, _ROWS),
    Case(
        "the page after it",
        [query("holder = :f", values=_F, Limit=2, ExclusiveStartKey=to_attributes(_at(1)))],
        {**_rows(2, 3), "LastEvaluatedKey": _at(3)},
        _ROWS,
    ),
    Case(
        "the last page",
        [query("holder = :f", values=_F, Limit=2, ExclusiveStartKey=to_attributes(_at(3)))],
        _rows(4),
        _ROWS,
    ),
    Case(
        "a page backwards",
        [query("holder = :f", values=_F, Limit=2, ScanIndexForward=False, ExclusiveStartKey=to_attributes(_at(3)))],
        {**_rows(2, 1), "LastEvaluatedKey": _at(1)},
        _ROWS,
    ),
    Case(
        "a page after what is gone",
        [delete("v1"), query("holder = :f", values=_F, Limit=2, ExclusiveStartKey=to_attributes(_at(1)))],
        {**_rows(2, 3), "LastEvaluatedKey": _at(3)},
        _ROWS,
    ),
    Case(
        "a page that ends with the last",
        [query("holder = :f", values=_F, Limit=5)],
        {**_rows(0, 1, 2, 3, 4), "LastEvaluatedKey": _at(4)},
        _ROWS,
    ),
    Case(
        "a filter looks at what was read",
        [query("holder = :f", values={**_F, "one": 1}, Limit=3, FilterExpression="n = :one")],
        {**_rows(1), "ScannedCount": 3, "LastEvaluatedKey": _at(2)},
        _ROWS,
    ),
    Case(
        "some of each",
        [query("holder = :f", values={"f": "G"}, ProjectionExpression="n")],
        {"Items": [{"n": 1}], "Count": 1, "ScannedCount": 1},
        _ROWS,
    ),
    Case("no consistent reading of an index", [query("holder = :f", values=_F, ConsistentRead=True)], REFUSED, _ROWS),
    Case("no index that is not there", [query("holder = :f", "another", values=_F)], REFUSED, _ROWS),
    Case("no query without its partition", [query("since > :one", values={"one": 1})], REFUSED, _ROWS),
    Case("no query by what is no key", [query("holder = :f AND n = :one", values={**_F, "one": 1})], REFUSED, _ROWS),
    Case("no value of a query that is not used", [query("holder = :f", values={**_F, "one": 1})], REFUSED, _ROWS),
)
DEVIATIONS: Final[Mapping[Double, frozenset[str]]] = {
    "fake": frozenset(),
    "moto": frozenset(
        {
            "if n BETWEEN :p AND :p",
            "no range from high to low",
            "no stretch from high to low",
            "if n < :p",
            "if size(absent) < :one",
            "SET n.y = :one",
            "REMOVE n.y",
            "SET #undefined = :one",
            "no key of an index of another type",
            "no set with a value twice",
            "no number of 39 digits",
            "an item of nearly 400 KB",
            "no empty names",
            "no values without an expression",
            "no empty expression",
            "no order of truths",
            "no half condition",
            "no condition of more than 4 KB",
            "an update that cannot be made",
            "another under the same token",
            "no transaction with an unused value",
            "a page that ends with the last",
            "no index that is not there",
            "no value of a query that is not used",
        }
    ),
    "emulator": frozenset(
        {
            "SET aText = aText + :one",
            "SET n = n + :b",
            "REMOVE absent.y",
            "REMOVE n.y",
            "SET aMap = :map, aMap.x = :one",
            "SET n = :one, n = :two",
            "SET n = :one REMOVE n",
            "REMOVE aMap.x, aMap.x.y",
            "SET n = :one SET aText = :b",
            "SET n = ",
            "SET n = :one,",
            "no order of truths",
        }
    ),
}


def check(client: Any, table: str, case: Case, double: Double) -> None:
    """Expect a double to repeat a case, or not to, as is known of it."""
    for item in case.items:
        client.put_item(TableName=table, Item=to_attributes(item))
    *before, last = case.requests
    for request in before:
        outcome(client, table, request)
    if case.name not in DEVIATIONS[double]:
        assert outcome(client, table, last) == case.outcome
        return
    try:
        found = outcome(client, table, last)
    except Exception:  # noqa: BLE001  # a double may break down, which is no outcome either
        return
    assert found != case.outcome, f"{double} has learned this: take it out of DEVIATIONS"
