"""Marks that make a write idempotent: a retried write that was already applied is recognised by its mark.

Every item keeps marks of its latest writes. A write picks one of eight slots at random, so an intervening write rarely
overwrites its mark.
"""

from collections.abc import Mapping
from typing import Any, Final

from bedside.adapters.aws.attributes import Attribute

MARKS: Final = tuple(f"write{number}" for number in range(8))


def with_mark(write: Mapping[str, Any], slot: str, mark: Attribute) -> dict[str, Any]:
    """Return a PutItem or UpdateItem request that fails if `slot` contains `mark`, and else stores it there."""
    marked = {
        **write,
        "ConditionExpression": require_unmarked(write["ConditionExpression"]),
        "ExpressionAttributeNames": {**write["ExpressionAttributeNames"], "#mark": slot},
        "ExpressionAttributeValues": {**write.get("ExpressionAttributeValues", {}), ":mark": mark},
    }
    if "Item" in write:
        marked["Item"] = {**write["Item"], slot: mark}
    else:
        marked["UpdateExpression"] = _marking(write["UpdateExpression"])
    return marked


def _marking(expression: str) -> str:
    """Return the update extended by the write's mark; an expression has at most one SET clause."""
    if "SET " in expression:
        return expression.replace("SET ", "SET #mark = :mark, ", 1)
    return f"SET #mark = :mark {expression}"


def require_unmarked(condition: str) -> str:
    """Return the condition, extended by the absence of the write's mark. DynamoDB rejects redundant parentheses."""
    depth, alternatives = 0, False
    for number, sign in enumerate(condition):
        depth += (sign == "(") - (sign == ")")
        alternatives |= depth == 0 and condition.startswith(" OR ", number)
    whole = f"({condition})" if alternatives else condition
    return f"(attribute_not_exists(#mark) OR #mark <> :mark) AND {whole}"
