"""Attribute values as DynamoDB spells them in JSON: which are valid, how large they are, how they compare.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import base64
import binascii
from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from typing import Any, Final

from tests.fakes.dynamodb.errors import InvalidError, NotFakedError

type Attribute = Mapping[str, Any]
type Item = dict[str, Attribute]

MOST_BYTES: Final = 400 * 1024
_DEEPEST: Final = 32
_NUMBERS: Final = Context(prec=38, Emax=125, Emin=-130, traps=[Inexact, InvalidOperation, Overflow])


def normalized(attribute: object, depth: int = 0) -> Attribute:  # noqa: C901, PLR0911, PLR0912  # one case a type
    """Return a value as DynamoDB gives it back; raises InvalidError, NotFakedError."""
    if not isinstance(attribute, dict) or len(attribute) != 1:
        raise InvalidError(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
            "datatypes"
            if attribute
            else "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        )
    if depth > _DEEPEST:
        raise InvalidError("Nesting Levels have exceeded supported limits")
    [(kind, value)] = attribute.items()
    match kind, value:
        case "S", str():
            return attribute
        case "N", str():
            return {"N": number(value)}
        case "B", str():
            try:
                return {"B": base64.b64encode(base64.b64decode(value, validate=True)).decode()}
            except binascii.Error as error:
                raise InvalidError("Base64 encoded length is unexpected") from error
        case "BOOL", bool():
            return attribute
        case "NULL", bool():
            if not value:
                raise InvalidError(
                    "One or more parameter values were invalid: Null attribute value types must have the value of true"
                )
            return attribute
        case "M", dict():
            return {"M": {name: normalized(part, depth + 1) for name, part in value.items()}}
        case "L", list():
            return {"L": [normalized(part, depth + 1) for part in value]}
        case "SS", list():
            if not value:
                raise InvalidError("One or more parameter values were invalid: An string set  may not be empty")
            if len(set(value)) < len(value):
                raise InvalidError(
                    f"One or more parameter values were invalid: Input collection {value} contains duplicates."
                )
            return {"SS": sorted(value)}
        case _:
            raise NotFakedError(f"a value of the type {kind} that is a {type(value).__name__}")


@lru_cache(10_000)
def number(text: str) -> str:
    """Return a number in DynamoDB's spelling: no exponent, no zeros that say nothing."""
    try:
        value = _NUMBERS.create_decimal(text)
    except (InvalidOperation, Inexact, Overflow) as error:
        raise InvalidError(f"The parameter cannot be converted to a numeric value: {text}") from error
    if not value.is_finite():
        raise InvalidError(f"The parameter cannot be converted to a numeric value: {text}")
    return format(value.normalize(_NUMBERS), "f") if value else "0"


def added(left: Attribute, right: Attribute, sign: int = 1) -> Attribute:
    """Return the sum of two numbers, or their difference."""
    other = Decimal(right["N"]) * sign
    try:
        return {"N": number(str(_NUMBERS.add(Decimal(left["N"]), other)))}
    except (Inexact, Overflow) as error:
        raise InvalidError("Number overflow. Attempting to store a number with magnitude too large") from error


def item_bytes(item: Mapping[str, Attribute]) -> int:
    """Return the size of an item as DynamoDB counts it."""
    return sum([len(name.encode()) + _bytes(value) for name, value in item.items()])


def _bytes(attribute: Attribute) -> int:  # noqa: PLR0911  # one case a type
    [(kind, value)] = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            digits = len(value.strip("-").replace(".", "").strip("0"))
            return (digits + 1) // 2 + 1 + int(value.startswith("-"))
        case "B":
            return len(base64.b64decode(value))
        case "M":
            return 3 + sum([1 + len(name.encode()) + _bytes(part) for name, part in value.items()])
        case "L":
            return 3 + sum([1 + _bytes(part) for part in value])
        case "SS":
            return sum(len(part.encode()) for part in value)
        case _:
            return 1


def order(attribute: Attribute) -> Any:
    """Return what values of one type are sorted by; raises NotFakedError for types without an order here."""
    [(kind, value)] = attribute.items()
    match kind:
        case "S":
            return value.encode()
        case "N":
            return Decimal(value)
        case _:
            raise NotFakedError(f"the order of values of the type {kind}")
