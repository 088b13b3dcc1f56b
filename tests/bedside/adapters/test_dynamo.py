"""One table: consistent reads, conditional writes, typed errors."""

from typing import Any

import pytest

from bedside.adapters import dynamo
from bedside.adapters.dynamo import ConditionFailedError, Table
from bedside.errors import UnavailableError
from tests.fakes.hostile import refused


def put(table: Table, pk: str, **item: Any) -> None:
    """Write an item unless one of the same or a higher `n` stands there."""
    table.put({"pk": pk, **item}, condition="attribute_not_exists(#pk) OR #n < :n", values={"n": item["n"]})


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
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", refused())
    fresh = dynamo._sdk.__wrapped__()  # noqa: SLF001  # a client of its own, not the process's
    monkeypatch.setattr(dynamo, "_sdk", lambda: fresh)
    with pytest.raises(UnavailableError):
        Table("any").get("a")
