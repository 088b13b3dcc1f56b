"""Parts of a conditional update of one item, which can be joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bedside.adapters.aws.dynamodb import Change, Table


@dataclass(frozen=True, slots=True)
class ItemUpdate:
    """What an update sets and removes, under which conditions; `values` and `names` are those of the expressions."""

    sets: Sequence[str] = ()
    removes: Sequence[str] = ()
    conditions: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "ItemUpdate") -> "ItemUpdate":
        """Return the update that does both; no attribute may be in both."""
        return ItemUpdate(
            (*self.sets, *other.sets),
            (*self.removes, *other.removes),
            (*self.conditions, *other.conditions),
            {**self.values, **other.values},
            {**self.names, **other.names},
        )

    def change(self, table: Table, pk: str) -> Change:
        """Return the change of the item `pk`, for `transact`."""
        clauses = [("SET", self.sets), ("REMOVE", self.removes)]
        return table.update_change(
            pk,
            " ".join(f"{clause} {', '.join(parts)}" for clause, parts in clauses if parts),
            condition=" AND ".join(self.conditions),
            values=self.values,
            names=self.names,
        )
