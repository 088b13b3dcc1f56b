"""Items that wait are spread over shards, and come from all of them in the order in which they are due."""

from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.aws.lease import Lease
from bedside.platform.due_index import DueIndex, shard_of
from tests.conftest import IDEMPOTENCY

NOW = 1_790_000_000_000


def _put(table: Table, pk: str, waits: str, due_at: int) -> None:
    table.put({"pk": pk, "waits": waits, "dueAt": due_at}, condition="attribute_not_exists(#pk)", values={})


def test_items_are_spread_evenly() -> None:
    """A busy kind writes to all shards, and an item always to the same."""
    shards = [shard_of("visit", f"visit-{number}") for number in range(4000)]
    counts = {shard: shards.count(shard) for shard in set(shards)}
    assert len(counts) == 8
    assert max(counts.values()) < 2 * min(counts.values())
    assert shard_of("visit", "visit-1") == shards[1]
    assert shard_of("session", "visit-1") != shards[1]


def test_the_longest_due_come_first_whatever_their_shard(table: Table) -> None:
    """Also those of earlier releases, which have no shard; not those of other kinds, nor what is not due yet."""
    for number in range(20):
        _put(table, f"k{number:02}", shard_of("session", f"k{number:02}"), NOW - number)
    _put(table, "before", "session", NOW - 100)
    _put(table, "other", shard_of("visit", "other"), NOW - 200)
    _put(table, "later", shard_of("session", "later"), NOW + 1)
    index = DueIndex(table, "session")
    assert index.due(NOW, 4) == ["before", "k19", "k18", "k17"]
    assert len(index.due(NOW, 100)) == 21


@pytest.fixture
def lease(aws: None) -> Any:  # noqa: ARG001  # the table is in memory
    return Lease(Table(IDEMPOTENCY), "sweep")


def test_a_lease_has_one_holder(lease: Lease) -> None:
    """It is free again when its holder has finished, also by failing."""

    def fail() -> None:
        with lease.held("a", NOW, 1000) as held, lease.held("b", NOW + 999, 1000) as other:
            assert (held, other) == (True, False)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with lease.held("b", NOW, 1000) as held:
        assert held


def test_a_lease_ends_without_its_holder(lease: Lease) -> None:
    """Who comes late neither ends nor extends the lease of its successor."""
    with lease.held("a", NOW, 1000) as first:
        with lease.held("b", NOW + 1000, 1000) as second:
            assert (first, second) == (True, True)
            with lease.held("a", NOW + 1500, 1000) as again:
                assert not again
        with lease.held("c", NOW + 1500, 1000) as third:
            assert third
