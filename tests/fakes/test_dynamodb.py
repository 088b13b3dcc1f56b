"""Our DynamoDB does what DynamoDB does, and so does moto where both know how."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.fakes import cloud
from tests.fakes.dynamodb import DynamoDb, NotFakedError, contract
from tests.fakes.dynamodb.contract import (
    CASES,
    TABLE,
    Case,
    Double,
    Request,
    change,
    delete,
    get,
    outcome,
    put,
    query,
    transact,
    update,
)

NAME = "contract"


def sdk() -> Any:
    """Give a client that leaves it to the double to refuse."""
    return boto3.client("dynamodb", config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def client() -> Any:
    """The module's one client: making one takes longer than all that is asked of it."""
    with pytest.MonkeyPatch.context() as patch:
        cloud.connect(patch, None)
        return sdk()


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("double", ["fake", "moto"])
def test_the_contract(client: Any, monkeypatch: pytest.MonkeyPatch, double: Double, case: Case) -> None:
    """Every case comes out as at DynamoDB, but where the double is known to do something else."""
    cloud.connect(monkeypatch, DynamoDb({}) if double == "fake" else None)
    client.create_table(TableName=NAME, **TABLE)
    contract.check(client, NAME, case, double)


PKS = st.sampled_from("ab")
NUMBERS = st.integers(-3, 3)
VALUES = st.one_of(
    NUMBERS, st.sampled_from(["", "é💉", "p"]), st.sets(st.sampled_from("pqr"), min_size=1), st.booleans()
)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "n": NUMBERS,
        "aText": st.sampled_from(["p", "q"]),
        "aMap": st.dictionaries(st.sampled_from("xy"), VALUES, max_size=2),
        "aSet": st.sets(st.sampled_from("pqr"), min_size=1),
        "holder": st.just("F"),
        "since": st.integers(0, 9),
    },
)
# Of each: an expression, and the values in it. Moto breaks down where these meet what has another type.
CONDITIONS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.sampled_from(["attribute_exists(pk)", "attribute_not_exists(pk)", "attribute_exists(aMap.x)"]).map(
        lambda text: (text, {})
    ),
    st.tuples(
        st.sampled_from(["n = :c", "n <> :c", "attribute_exists(n) AND n < :c"]), NUMBERS.map(lambda n: {"c": n})
    ),
    st.tuples(
        st.sampled_from(["contains(aSet, :c)", "NOT contains(aSet, :c)", "aText = :c OR attribute_not_exists(aText)"]),
        st.sampled_from("pqr").map(lambda text: {"c": text}),
    ),
)
# These can be made whatever the item is.
SAFE_UPDATES: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.tuples(
        st.sampled_from(["SET n = :u", "SET n = if_not_exists(n, :u)", "SET n = :u REMOVE aText", "ADD n :u"]),
        NUMBERS.map(lambda n: {"u": n}),
    ),
    st.tuples(st.just("ADD aSet :u"), st.sets(st.sampled_from("pqr"), min_size=1).map(lambda texts: {"u": texts})),
)
UPDATES = SAFE_UPDATES | st.tuples(
    st.sampled_from(
        [
            "SET n = n + :u",
            "SET n = :u REMOVE aText, aMap.x",
            "SET aMap.x = :u",
            "SET since = :u, holder = if_not_exists(holder, aText)",
        ]
    ),
    NUMBERS.map(lambda n: {"u": n}),
)


@st.composite
def writes(
    draw: st.DrawFn, pk: str, updates: st.SearchStrategy[tuple[str, dict[str, Any]]] = UPDATES
) -> tuple[str, Request]:
    condition, wanted = draw(CONDITIONS)
    more: dict[str, Any] = {"condition": condition, "shown": True}
    match draw(st.sampled_from(["Put", "Update", "Delete"])):
        case "Put":
            values = {"values": wanted} if wanted else {}
            return "Put", put({"pk": pk, **draw(ATTRIBUTES)}, **more, **values)
        case "Update":
            expression, given_ = draw(updates)
            return "Update", update(pk, expression, **more, values={**wanted, **given_})
        case _:
            values = {"values": wanted} if wanted else {}
            return "Delete", delete(pk, **more, **values)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    match draw(st.sampled_from(["write", "write", "write", "transact", "get", "query"])):
        case "write":
            return draw(writes(draw(PKS)))[1]
        case "transact":
            # Moto gives no reasons for one that cannot be made.
            return transact(*(change(*draw(writes(pk, SAFE_UPDATES))) for pk in draw(st.permutations("ab"))))
        case "get":
            return get(draw(PKS))
        case _:
            return query("holder = :f", values={"f": "F"}, ScanIndexForward=draw(st.booleans()))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(requests(), min_size=1, max_size=20))
def test_moto_agrees(client: Any, asked: list[Request]) -> None:
    """Whatever is written and read, both answer the same."""
    found: dict[Double, list[Mapping[str, Any]]] = {}
    for double in ("fake", "moto"):
        with pytest.MonkeyPatch.context() as patch:
            cloud.connect(patch, DynamoDb({}) if double == "fake" else None)
            client.create_table(TableName=NAME, **TABLE)
            found[double] = [outcome(client, NAME, request) for request in asked]
    assert found["fake"] == found["moto"]


@pytest.mark.parametrize(
    "request_",
    [
        ("BatchWriteItem", {}),
        ("Query", {"TableName": "t", "Select": "COUNT"}),
        ("UpdateItem", {"TableName": "t", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "DELETE aSet :s"}),
        ("UpdateItem", {"TableName": "t", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET aList[0] = :s"}),
        ("UpdateItem", {"TableName": "t", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE n"}),
        ("DeleteItem", {"TableName": "t", "Key": {"pk": {"S": "a"}}, "ConditionExpression": "pk IN (:a, :b)"}),
        ("DeleteItem", {"TableName": "t", "Key": {"pk": {"S": "a"}}, "ConditionExpression": "begins_with(pk, :a)"}),
        ("PutItem", {"TableName": "t", "Item": {"pk": {"S": "a"}, "n": {"NS": ["1"]}}}),
        ("PutItem", {"TableName": "t", "Item": {"pk": {"S": "a"}}, "ReturnValues": "ALL_OLD"}),
    ],
    ids=lambda request: f"{request[0]} {sorted(request[1].items())[-1:]}",
)
def test_what_is_not_faked_is_no_answer(request_: tuple[str, Mapping[str, Any]]) -> None:
    """The test that asks fails, and says what to add, even where the code under test caught the error."""
    dynamodb = DynamoDb({})
    dynamodb.serve("CreateTable", json.dumps({"TableName": "t", **TABLE}))
    operation, parameters = request_
    with pytest.raises(NotFakedError):
        dynamodb.serve(operation, json.dumps(parameters))
    [noted] = dynamodb.not_faked
    assert noted.startswith(operation)
