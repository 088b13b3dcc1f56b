"""One table: consistent reads, conditional writes, typed errors."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bedside.adapters.aws import dynamodb as dynamo
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.adapters.aws.write_marks import require_unmarked
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.kernel.errors import UnavailableError
from tests.conftest import IDENTITY, TABLE, VISITS, client
from tests.fakes.aws_calls import listen
from tests.fakes.hostile import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def put(table: Table, pk: str, **item: Any) -> None:
    """Write an item unless one of the same or a higher `n` stands there."""
    table.put({"pk": pk, **item}, condition="attribute_not_exists(#pk) OR #n < :n", values={"n": item["n"]})


@dataclass
class Losing:
    """How many answers to writes are still lost, and what happens before the next try."""

    left: int = 0
    then: "Callable[[], object]" = lambda: None


def lose_answers(monkeypatch: pytest.MonkeyPatch) -> Losing:
    """Lose answers to what was done."""
    losing, request = Losing(), RestClient.request

    def requesting(client: RestClient, *args: Any, **more: Any) -> Answer:
        answer = request(client, *args, **more)
        if not losing.left:
            return answer
        losing.left -= 1
        losing.then()
        raise RestError("TimeoutError", sent=True)

    monkeypatch.setattr(RestClient, "request", requesting)
    return losing


def test_an_item_is_read_as_it_was_written(table: Table) -> None:
    """Maps, sets, numbers and texts come back; nothing is None."""
    put(table, "a", n=1, text="naïve 💉", map={"b": {"c": True}}, set={"x", "y"}, empty={})
    assert table.get("a") == {
        "pk": "a",
        "n": 1,
        "text": "naïve 💉",
        "map": {"b": {"c": True}},
        "set": {"x", "y"},
        "empty": {},
    }
    assert table.get("b") is None


def test_a_failed_condition_shows_what_stood_there(table: Table) -> None:
    """A writer that lost learns in the same request what won."""
    put(table, "a", n=5)
    with pytest.raises(ConditionFailedError) as caught:
        put(table, "a", n=5)
    assert caught.value.item == {"pk": "a", "n": 5}
    with pytest.raises(ConditionFailedError) as caught:
        table.update("a", "SET #n = :m", condition="#n > :m", values={"m": 7})
    assert caught.value.item == {"pk": "a", "n": 5}
    with pytest.raises(ConditionFailedError) as caught:
        table.update("none", "SET #n = :m", condition="#n > :m", values={"m": 7})
    assert caught.value.item is None


def test_an_update_gives_the_item_afterwards(table: Table) -> None:
    """Names may stand for what cannot be written in an expression."""
    put(table, "a", n=1, map={})
    found = table.update("a", "SET #map.#id = :n", condition="#n = :n", values={"n": 1}, names={"id": "0f3c-1a.b~c d"})
    assert found["map"] == {"0f3c-1a.b~c d": 1}


@pytest.mark.usefixtures("aws")
def test_a_table_that_cannot_be_asked_is_unavailable() -> None:
    """Another failure of DynamoDB is one typed error, for reads and writes."""
    missing = Table("no-such-table")
    with pytest.raises(UnavailableError):
        missing.get("a")
    with pytest.raises(UnavailableError):
        put(missing, "a", n=1)
    with pytest.raises(UnavailableError):
        missing.update("a", "SET #n = :n", condition="#n = :n", values={"n": 1})


def test_nobody_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is the same typed error."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", refused())
    monkeypatch.setattr(dynamo, "_service", dynamo._service.__wrapped__)  # noqa: SLF001  # not the process's
    with pytest.raises(UnavailableError):
        Table("any").get("a")


def test_writes_happen_together_or_not_at_all(table: Table) -> None:
    """The first whose condition does not hold is named, with what stood there; none of them is made."""
    put(table, "a", n=1)
    adding = table.put_change({"pk": "b", "n": 1}, condition="attribute_not_exists(#pk)")
    lifecycle = table.update_change("a", "SET #n = :m", condition="#n < :m", values={"m": 5})
    transact(adding, lifecycle)
    assert [table.get(pk) for pk in "ab"] == [{"pk": "a", "n": 5}, {"pk": "b", "n": 1}]
    with pytest.raises(ConditionFailedError) as caught:
        transact(table.update_change("c", "SET #n = :n", condition="attribute_not_exists(#n)", values={"n": 1}), adding)
    assert (caught.value.index, caught.value.item) == (1, {"pk": "b", "n": 1})
    with pytest.raises(ConditionFailedError) as caught:
        transact(table.put_change({"pk": "b", "n": 2}, condition="#n > :n", values={"n": 1}), lifecycle)
    assert caught.value.index == 0
    assert table.get("c") is None


@pytest.mark.parametrize(
    ("operation", "code", "reasons"),
    [
        ("UpdateItem", "TransactionConflictException", []),
        ("TransactWriteItems", "TransactionCanceledException", ["None", "TransactionConflict"]),
        ("TransactWriteItems", "TransactionCanceledException", ["ThrottlingError", "None"]),
        ("TransactWriteItems", "TransactionCanceledException", ["ProvisionedThroughputExceeded", "None"]),
    ],
)
def test_a_write_that_met_another_is_repeated(
    table: Table, monkeypatch: pytest.MonkeyPatch, operation: str, code: str, reasons: list[str]
) -> None:
    """Up to five times, within a second; then it is unavailable."""
    put(table, "a", n=1)
    slept: list[float] = []
    monkeypatch.setattr("bedside.adapters.aws.dynamodb.time.sleep", slept.append)
    calls = listen(monkeypatch)

    def write(n: int) -> None:
        if operation == "UpdateItem":
            table.update("a", "SET #n = :m", condition="#n < :m", values={"m": n})
        else:
            change = table.update_change("a", "SET #n = :m", condition="#n < :m", values={"m": n})
            transact(change, table.put_change({"pk": str(n)}, condition="attribute_not_exists(#pk)"))

    calls.fail(operation, code, reasons, times=5)
    write(2)
    assert table.get("a") == {"pk": "a", "n": 2}
    calls.fail(operation, code, reasons, times=6)
    with pytest.raises(UnavailableError):
        write(3)
    assert table.get("a") == {"pk": "a", "n": 2}
    assert len(slept) == 10
    assert sum(slept[:5]) < 1


def test_a_condition_that_failed_beside_a_conflict_is_not_repeated(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known already how that ends."""
    calls = listen(monkeypatch)
    calls.fail("TransactWriteItems", "TransactionCanceledException", ["TransactionConflict", "ConditionalCheckFailed"])
    change = table.put_change({"pk": "a"}, condition="attribute_not_exists(#pk)")
    with pytest.raises(ConditionFailedError) as caught:
        transact(change, change)
    assert (caught.value.index, caught.value.item) == (1, None)
    assert calls.made == ["TransactWriteItems"]


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("ThrottlingException", []),
        ("InternalServerError", []),
        ("TransactionCanceledException", ["ValidationError", "None"]),
    ],
)
def test_another_failure_of_a_transaction_is_unavailable(
    table: Table, monkeypatch: pytest.MonkeyPatch, code: str, reasons: list[str]
) -> None:
    """The client has repeated by then what can be repeated."""
    listen(monkeypatch).fail("TransactWriteItems", code, reasons)
    with pytest.raises(UnavailableError):
        transact(table.put_change({"pk": "a"}, condition="attribute_not_exists(#pk)"))


def test_no_answer_is_unavailable(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """For readings, writings and transactions, after three tries each."""
    calls = listen(monkeypatch)
    for operation in ("GetItem", "PutItem", "UpdateItem", "TransactWriteItems", "Query"):
        calls.time_out(operation)
    asking: list[Callable[[], object]] = [
        lambda: table.get("a"),
        lambda: put(table, "a", n=1),
        lambda: table.update("a", "SET #n = :n", condition="attribute_exists(#pk)", values={"n": 1}),
        lambda: transact(table.put_change({"pk": "b"}, condition="attribute_not_exists(#pk)")),
        lambda: table.page("people-of-facility", "facilityId", "F", limit=3, after=None),
    ]
    for ask in asking:
        with pytest.raises(UnavailableError):
            ask()
    assert len(calls.made) == 5 * 3


@pytest.mark.parametrize("lost", [1, 2])
def test_a_write_whose_answer_was_lost_is_made_once(table: Table, monkeypatch: pytest.MonkeyPatch, lost: int) -> None:
    """It is sent again, and known as made: a count is counted once, a condition that it broke itself is none."""
    put(table, "a", n=1)
    losing = lose_answers(monkeypatch)
    losing.left = lost
    found = table.update("a", "SET #n = #n + :one", condition="#n < :ten", values={"one": 1, "ten": 10})
    assert (found, table.get("a")) == ({"pk": "a", "n": 2}, {"pk": "a", "n": 2})
    losing.left = lost
    found = table.update("a", "SET #n = :m", condition="#n < :m", values={"m": 3})
    assert (found, table.get("a")) == ({"pk": "a", "n": 3}, {"pk": "a", "n": 3})
    losing.left = lost
    found = table.update("a", "REMOVE #n", condition="attribute_exists(#n)", values={})
    assert (found, table.get("a")) == ({"pk": "a"}, {"pk": "a"})
    losing.left = lost
    table.put({"pk": "b", "n": 1}, condition="attribute_not_exists(#pk)", values={})
    assert table.get("b") == {"pk": "b", "n": 1}
    assert losing.left == 0


def test_anothers_write_is_not_taken_for_ones_own(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition that another broke before the write was made has failed."""
    put(table, "a", n=1)
    request, tried = RestClient.request, [0]

    def requesting(client_: RestClient, *args: Any, **more: Any) -> Answer:
        tried[0] += 1
        if tried[0] == 1:
            item = {"pk": {"S": "a"}, "n": {"N": "9"}, "write0": {"S": "theirs"}}
            client("dynamodb").put_item(TableName=TABLE, Item=item)
            raise RestError("TimeoutError", sent=True)
        return request(client_, *args, **more)

    monkeypatch.setattr(RestClient, "request", requesting)
    with pytest.raises(ConditionFailedError) as caught:
        table.update("a", "SET #n = :m", condition="#n < :m", values={"m": 2})
    assert caught.value.item == {"pk": "a", "n": 9}


def test_ones_own_write_is_known_though_another_came_after_it(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the other took another place for its mark."""
    put(table, "a", n=1)
    places = iter(["write3", "write4", "write3"])
    monkeypatch.setattr("bedside.adapters.aws.dynamodb.secrets.choice", lambda _marks: next(places))
    losing = lose_answers(monkeypatch)

    def meanwhile() -> None:
        losing.then = lambda: None
        table.update("a", "SET #n = #n + :ten", condition="attribute_exists(#n)", values={"ten": 10})

    losing.left, losing.then = 1, meanwhile
    found = table.update("a", "SET #n = #n + :one", condition="#n < :most", values={"one": 1, "most": 100})
    assert found == table.get("a") == {"pk": "a", "n": 12}


@pytest.mark.parametrize(
    ("condition", "whole"),
    [
        ("#a = :b", "#a = :b"),
        ("#a = :b AND #c = :d", "#a = :b AND #c = :d"),
        ("#a = :b OR #c = :d", "(#a = :b OR #c = :d)"),
        ("(#a = :b OR #c = :d)", "(#a = :b OR #c = :d)"),
        ("#e = :f AND (#a = :b OR #c = :d)", "#e = :f AND (#a = :b OR #c = :d)"),
        ("(#a = :b) OR (#c = :d)", "((#a = :b) OR (#c = :d))"),
    ],
)
def test_conditions_have_no_parentheses_too_many(condition: str, whole: str) -> None:
    """DynamoDB refuses those; what stands in for it here does not."""
    expected = f"(attribute_not_exists(#mark) OR #mark <> :mark) AND {whole}"
    assert require_unmarked(condition) == expected


def test_what_people_wrote_is_not_taken_for_awss_word(table: Table) -> None:
    """DynamoDB shows the item that a condition met, whatever is in it."""
    put(table, "a", n=5, notes="<Code>ThrottlingException</Code>")
    with pytest.raises(ConditionFailedError) as caught:
        table.update("a", "SET #n = :m", condition="#n < :m", values={"m": 1})
    assert caught.value.item == {"pk": "a", "n": 5, "notes": "<Code>ThrottlingException</Code>"}


def test_a_transaction_is_sent_again_as_the_same(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the token by which DynamoDB knows it, and another transaction with another."""
    sent: list[dict[str, Any]] = []
    request = RestClient.request

    def requesting(
        client: RestClient, method: str, path: str, headers: Any, body: bytes, *, deadline_s: float, **more: Any
    ) -> Answer:
        sent.append(json.loads(body))
        if len(sent) == 1:
            raise RestError("TimeoutError", sent=True)
        return request(client, method, path, headers, body, deadline_s=deadline_s, **more)

    monkeypatch.setattr(RestClient, "request", requesting)
    for pk in "ab":
        transact(table.put_change({"pk": pk}, condition="attribute_not_exists(#pk)"))
    first, again, other = (document["ClientRequestToken"] for document in sent)
    assert first == again != other
    assert 1 <= len(first) <= 36


@pytest.mark.usefixtures("aws")
def test_an_index_is_read_in_pages() -> None:
    """In its order, from where the last page ended."""
    table = Table(IDENTITY)
    for pk in "abcde":
        facility = "G" if pk == "c" else "F"
        table.put({"pk": pk, "facilityId": facility, "n": 1}, condition="attribute_not_exists(#pk)", values={})
    first, place = table.page("people-of-facility", "facilityId", "F", limit=3, after=None)
    assert ([item["pk"] for item in first], place) == (["a", "b", "d"], {"facilityId": "F", "pk": "d"})
    rest, end = table.page("people-of-facility", "facilityId", "F", limit=3, after=place)
    assert (rest, end) == ([{"pk": "e", "facilityId": "F", "n": 1}], None)
    with pytest.raises(UnavailableError):
        Table("no-such-table").page("people-of-facility", "facilityId", "F", limit=3, after=None)


def test_a_stretch_of_an_index_is_read_either_way(aws: None) -> None:  # noqa: ARG001  # it is in memory
    """From the first or from the last, page by page, and nothing outside of it."""
    table = Table(VISITS)
    for number in range(7):
        item = {"pk": f"v{number}", "facilityId": "F", "startsAt": number * 10}
        table.put(item, condition="attribute_not_exists(#pk)", values={})

    def read(**more: Any) -> list[str]:
        found, place = [], None
        while True:
            items, place = table.page("visits-of-facility", "facilityId", "F", limit=2, after=place, **more)
            found += [item["pk"] for item in items]
            if place is None:
                return found

    assert read() == [f"v{number}" for number in range(7)]
    assert read(descending=True) == [f"v{number}" for number in reversed(range(7))]
    assert read(within=("startsAt", 10, 39)) == ["v1", "v2", "v3"]
    assert read(within=("startsAt", 10, 30), descending=True) == ["v3", "v2", "v1"]
    assert read(within=("startsAt", 70, 90)) == []
