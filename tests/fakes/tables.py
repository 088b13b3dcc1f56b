"""A DynamoDB table in memory, for tests that ask a great deal: it knows the expressions that records of visits use."""

import re
from collections.abc import Mapping
from typing import Any

from bedside.adapters.aws.attributes import Item, from_attributes, to_attributes
from bedside.adapters.aws.dynamodb import ConditionFailedError


class MemoryTable:
    """Does what bedside.adapters.aws.dynamodb.Table promises, as far as it is understood here."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}

    def get(self, pk: str) -> Item | None:
        item = self.items.get(pk)
        return _copy(item) if item else None

    def put(self, item: Item, *, condition: str, values: Mapping[str, Any]) -> None:
        self._expect(str(item["pk"]), condition, values, {})
        self.items[str(item["pk"])] = _copy(item)

    def update(
        self,
        pk: str,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> Item:
        self._expect(pk, condition, values, names or {})
        item = self.items.setdefault(pk, {"pk": pk})
        sets, _, removes = expression.removeprefix("SET ").partition(" REMOVE ")
        for part in sets.split(", "):
            name, _, value = part.partition(" = ")
            added, _, more = value.partition(" + ")
            amount = values[(more or added)[1:]]
            item[_name(name, names)] = int(item[_name(added, names)]) + amount if more else amount
        for name in filter(None, removes.split(", ")):
            item.pop(_name(name, names), None)
        self.items[pk] = _copy(item)
        return _copy(item)

    def page(
        self, _index: str, key: str, value: str, *, limit: int, after: Item | None, within: tuple[str, int, int]
    ) -> tuple[list[Item], Item | None]:
        assert after is None
        name, first, last = within
        found = [item for item in self.items.values() if item.get(key) == value and first <= item[name] <= last]
        return [_copy(item) for item in sorted(found, key=lambda item: int(item[name]))][:limit], None

    def _expect(self, pk: str, condition: str, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
        item = self.items.get(pk, {})
        for part in condition.split(" AND "):
            if found := re.fullmatch(r"attribute_(not_)?exists\(([#\w.]+)\)", part):
                holds = _exists(item, found[2], names) != bool(found[1])
            else:
                name, _, value = part.partition(" = ")
                holds = item.get(_name(name, names)) == values[value[1:]]
            if not holds:
                raise ConditionFailedError(item or None)


def _exists(item: Mapping[str, Any], path: str, names: Mapping[str, str]) -> bool:
    first, _, rest = path.partition(".")
    name = _name(first, names)
    return name in item and (not rest or _exists(item[name], rest, names))


def _name(word: str, names: Mapping[str, str] | None) -> str:
    return (names or {}).get(word[1:], word[1:])


def _copy(item: Item) -> Item:
    """Return the item as it comes back from DynamoDB."""
    return from_attributes(to_attributes(item))
