"""The tables of template.yaml, made in moto."""

from collections.abc import Mapping
from typing import Any

# Hash and range key of the table, and those of its indexes with what they hold.
type Keys = tuple[str, ...]

_NUMBERS = frozenset({"startsAt", "dueAt"})


def create(dynamodb: Any, name: str, keys: Keys = ("pk",), indexes: Mapping[str, tuple[Keys, str]] = {}) -> None:
    """Make a table; an index has its keys and its projection."""
    used = dict.fromkeys([*keys, *(key for index_keys, _ in indexes.values() for key in index_keys)])
    more: dict[str, Any] = {}
    if indexes:
        more["GlobalSecondaryIndexes"] = [
            {"IndexName": index, "KeySchema": _schema(index_keys), "Projection": {"ProjectionType": projection}}
            for index, (index_keys, projection) in indexes.items()
        ]
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "N" if key in _NUMBERS else "S"} for key in used],
        KeySchema=_schema(keys),
        **more,
    )


def _schema(keys: Keys) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
