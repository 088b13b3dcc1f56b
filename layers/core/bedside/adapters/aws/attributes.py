"""Conversion between Python values and DynamoDB's attribute values.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

import base64
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

type Item = dict[str, Any]
type Attribute = Mapping[str, Any]


def to_attribute(value: object) -> Attribute:  # noqa: PLR0911  # one line per type
    """Return a value as a DynamoDB attribute. Raises TypeError for types that no item uses, such as float."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": base64.b64encode(value).decode()}
        case Mapping():
            return {"M": to_attributes(value)}
        case list() | tuple():
            return {"L": [to_attribute(part) for part in value]}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case _:
            raise TypeError(f"an attribute cannot be a {type(value).__name__}")


def to_attributes(item: Mapping[str, Any]) -> dict[str, Attribute]:
    """Return an item, or a map within one, as DynamoDB attributes."""
    return {name: to_attribute(value) for name, value in item.items()}


def from_attribute(attribute: Attribute) -> Any:  # noqa: ANN401, PLR0911  # any value, one line per type
    """Return the Python value of an attribute; whole numbers become int, others Decimal.

    Raises ValueError, TypeError or AttributeError for what is no attribute.
    """
    (kind, value), *_ = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            if value.isdecimal():
                return int(value)
            return _number(value)
        case "M":
            return from_attributes(value)
        case "L":
            return [from_attribute(part) for part in value]
        case "B":
            return base64.b64decode(value)
        case "NULL":
            return None
        case "SS":
            return set(value)
        case _:
            raise TypeError(f"our items have no attributes of the kind {kind}")


def from_attributes(attributes: Mapping[str, Attribute]) -> Item:
    """Return an item, or a map within one, as Python values."""
    return {name: from_attribute(attribute) for name, attribute in attributes.items()}


def _number(text: str) -> int | Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError as error:
        raise ValueError("not a number") from error
    return int(number) if number == number.to_integral_value() else number
