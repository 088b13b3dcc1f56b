"""What expressions say of an item, and what updates make of it."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.fakes.dynamodb.errors import InvalidError, NotFakedError
from tests.fakes.dynamodb.expressions import (
    Between,
    Comparison,
    Condition,
    Contains,
    Exists,
    IfNotExists,
    Junction,
    Not,
    Operand,
    Path,
    Size,
    Source,
    Sum,
    Update,
    Value,
)
from tests.fakes.dynamodb.values import Attribute, Item, added, order

_NO_SUCH_PATH: Final = "The document path provided in the update expression is invalid for update"
_WRONG_TYPE: Final = "An operand in the update expression has an incorrect data type"
_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SIZED: Final = frozenset({"M", "L", "SS"})


@dataclass(frozen=True)
class Bindings:
    """What stands behind "#names" and ":values"."""

    names: Mapping[str, str]
    values: Mapping[str, Attribute]

    def resolve(self, path: Path) -> tuple[str, ...]:
        return tuple([self.names[part] if part[0] == "#" else part for part in path.parts])


def holds(condition: Condition, item: Mapping[str, Attribute], bound: Bindings) -> bool:  # noqa: PLR0911  # one case a kind
    """Tell whether a condition holds for an item, or for none: {}."""
    match condition:
        case Junction("AND", parts):
            return all(holds(part, item, bound) for part in parts)
        case Junction(_, parts):
            return any(holds(part, item, bound) for part in parts)
        case Not(part):
            return not holds(part, item, bound)
        case Exists(path, wanted):
            return (_find(item, bound.resolve(path)) is not None) == wanted
        case Contains(path, part):
            return _contains(_find(item, bound.resolve(path)), _operand(part, item, bound))
        case Between(operand, low, high):
            middle = _operand(operand, item, bound)
            first, last = _operand(low, item, bound), _operand(high, item, bound)
            return _compared("<=", first, middle) and _compared("<=", middle, last)
        case Comparison(sign, left, right):
            return _compared(sign, _operand(left, item, bound), _operand(right, item, bound))


def check_operands(condition: Condition, bound: Bindings) -> None:
    """Raise InvalidError for an order that is asked of a value that has none, and for a range that is none."""
    match condition:
        case Junction(_, parts):
            for part in parts:
                check_operands(part, bound)
        case Not(part):
            check_operands(part, bound)
        case Between(_, Value(low), Value(high)) if not _compared("<=", bound.values[low], bound.values[high]):
            raise InvalidError(
                "Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to "
                "lower bound"
            )
        case Comparison(sign, left, right) if sign not in {"=", "<>"}:
            for operand in (left, right):
                if isinstance(operand, Value) and not bound.values[operand.name].keys() & {"S", "N", "B"}:
                    [kind] = bound.values[operand.name]
                    raise InvalidError(
                        "Invalid ConditionExpression: Incorrect operand type for operator or function; operator: "
                        f"{sign}, operand type: {kind}"
                    )
        case _:
            pass


def updated(update: Update, item: Mapping[str, Attribute], bound: Bindings) -> Item:
    """Return the item after an update; each part of it sees the item as it was. Raises InvalidError."""
    new = dict(item)
    for path, source in update.sets:
        _put(new, bound.resolve(path), _source(source, item, bound))
    for path in update.removes:
        _put(new, bound.resolve(path), None)
    for path, value in update.adds:
        place = bound.resolve(path)
        _put(new, place, _grown(_find(item, place), bound.values[value.name]))
    return new


def projected(paths: Sequence[tuple[str, ...]], item: Mapping[str, Attribute]) -> Item:
    """Return what of an item lies at these paths."""
    found: Item = {}
    for path in paths:
        value = _find(item, path)
        if value is None:
            continue
        for length in range(1, len(path)):
            if _find(found, path[:length]) is None:
                _put(found, path[:length], {"M": {}})
        _put(found, path, value)
    return found


def _find(item: Mapping[str, Attribute], path: Sequence[str]) -> Attribute | None:
    """Return the value at a path, or None."""
    *parents, last = path
    for name in parents:
        inner = item.get(name)
        if inner is None or "M" not in inner:
            return None
        item = inner["M"]
    return item.get(last)


def _put(item: Item, path: Sequence[str], value: Attribute | None) -> None:
    """Put a value into the map that has been copied already, or take it out; raises InvalidError."""
    *parents, last = path
    members: dict[str, Any] = item
    for name in parents:
        inner = members.get(name)
        if inner is None or "M" not in inner:
            raise InvalidError(_NO_SUCH_PATH)
        copy = dict(inner["M"])
        members[name] = {"M": copy}
        members = copy
    if value is None:
        members.pop(last, None)
    else:
        members[last] = value


def _operand(operand: Operand, item: Mapping[str, Attribute], bound: Bindings) -> Attribute | None:
    match operand:
        case Value(name):
            return bound.values[name]
        case Path():
            return _find(item, bound.resolve(operand))
        case Size(path):
            found = _find(item, bound.resolve(path))
            if found is None:
                return None
            [(kind, value)] = found.items()
            if kind not in _SIZED:
                raise NotFakedError(f"the size of a value of the type {kind}")
            return {"N": str(len(value))}


def _compared(sign: str, left: Attribute | None, right: Attribute | None) -> bool:
    if sign == "=":
        return left is not None and left == right
    if sign == "<>":
        return left is None or left != right
    if left is None or right is None or left.keys() != right.keys():
        return False
    if not left.keys() & {"S", "N"}:
        raise NotFakedError(f"the order of values of the type {next(iter(left))}")
    return bool(_ORDERS[sign](order(left), order(right)))


def _contains(whole: Attribute | None, part: Attribute | None) -> bool:
    if whole is None or part is None:
        return False
    match dict(whole):
        case {"S": text}:
            return "S" in part and part["S"] in text
        case {"SS": texts}:
            return "S" in part and part["S"] in texts
        case {"L": parts}:
            return part in parts
        case _:
            return False


def _source(source: Source, item: Mapping[str, Attribute], bound: Bindings) -> Attribute:
    match source:
        case Value(name):
            return bound.values[name]
        case Path():
            found = _find(item, bound.resolve(source))
            if found is None:
                raise InvalidError("The provided expression refers to an attribute that does not exist in the item")
            return found
        case IfNotExists(path, other):
            found = _find(item, bound.resolve(path))
            return _source(other, item, bound) if found is None else found
        case Sum(left, right, sign):
            terms = _source(left, item, bound), _source(right, item, bound)
            if any("N" not in term for term in terms):
                raise InvalidError(_WRONG_TYPE)
            return added(*terms, sign)


def _grown(found: Attribute | None, more: Attribute) -> Attribute:
    """Return what ADD makes of a value: a sum, or a larger set."""
    [(kind, value)] = more.items()
    if kind not in {"N", "SS"}:
        raise InvalidError(
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: "
            f"{kind}"
        )
    if found is None:
        return more
    if kind not in found:
        raise InvalidError(_WRONG_TYPE)
    return added(found, more) if kind == "N" else {"SS": sorted({*found["SS"], *value})}
