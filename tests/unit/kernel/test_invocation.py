"""How much of an invocation's time is left, for those who would begin something long."""

import math
from typing import TYPE_CHECKING

import pytest

from bedside.adapters.aws.dynamodb import Table, transact
from bedside.kernel import invocation
from bedside.kernel.errors import UnavailableError
from tests.fakes.aws_calls import listen
from tests.fakes.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_invocation_that_is_served_counts() -> None:
    """The newest; outside of one there is no end."""
    assert (invocation.current(), invocation.remaining_s()) == (None, math.inf)
    invocation.begin(Invocation(remaining_ms=20_000))
    invocation.begin(Invocation(remaining_ms=1500))
    assert invocation.remaining_s() == 1.5
    assert invocation.current() == Invocation(remaining_ms=1500)


def test_the_record_is_not_asked_without_time_for_an_answer(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function ends by itself and says why: neither a reading nor a writing is begun."""
    asking: list[Callable[[], object]] = [
        lambda: table.get("a"),
        lambda: table.put({"pk": "a"}, condition="attribute_not_exists(#pk)", values={}),
        lambda: table.update("a", "SET #n = :n", condition="attribute_exists(#pk)", values={"n": 1}),
        lambda: transact(table.put_change({"pk": "b"}, condition="attribute_not_exists(#pk)")),
    ]
    calls = listen(monkeypatch)
    invocation.begin(Invocation(remaining_ms=5000))
    for ask in asking:
        ask()
    assert len(calls.made) == 4
    invocation.begin(Invocation(remaining_ms=4999))
    for ask in [*asking, lambda: table.page("people-of-facility", "facilityId", "F", limit=3, after=None)]:
        with pytest.raises(UnavailableError) as caught:
            ask()
        assert caught.value.cause == "OutOfTime"
    assert len(calls.made) == 4
