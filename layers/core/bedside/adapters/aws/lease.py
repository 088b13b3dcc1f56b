"""A lease in DynamoDB: at most one holder at a time, and none for longer than the lease's life."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import UnavailableError


class Lease:
    """A named lease in a table whose key is `id`, and whose items expire by `expiration`."""

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name

    @contextmanager
    def held(self, holder: str, now_ms: int, life_ms: int) -> Iterator[bool]:
        """Hold the lease while the block runs; gives False if somebody else holds it. Raises UnavailableError.

        A holder that dies keeps it until `life_ms` have passed.
        """
        try:
            self._write(
                holder, now_ms + life_ms, "attribute_not_exists(#until) OR #until <= :now OR #holder = :me", now_ms
            )
        except ConditionFailedError:
            yield False
            return
        try:
            yield True
        finally:
            with suppress(ConditionFailedError, UnavailableError):
                self._write(holder, 0, "#holder = :me", None)

    def _write(self, holder: str, until_ms: int, condition: str, now_ms: int | None) -> None:
        item = {"id": self._name, "holder": holder, "until": until_ms, "expiration": until_ms // 1000}
        values = {"me": holder} if now_ms is None else {"me": holder, "now": now_ms}
        self._table.put(item, condition=condition, values=values)
