"""What people read about a field that is not valid: sentences of our own for each kind of error that pydantic reports.

A library's message names patterns and types, and may change with its version, so none of them leaves the server.
"""

from collections.abc import Mapping
from typing import Any, Final

from bedside.kernel.errors import FieldFault
from bedside.kernel.wire import IDENTIFIER, IDENTIFIER_RULE, REFUSED

_NOT_TEXT: Final = "This must be text."
_NOT_A_NUMBER: Final = "This must be a whole number."
_NOT_AN_INSTANT: Final = "This must be a date and a time, such as 2026-03-01T09:30:00Z."
_MESSAGES: Final = {
    "missing": "This is missing.",
    "string_type": _NOT_TEXT,
    "string_unicode": "This contains characters that are not text.",
    "string_pattern_mismatch": "This is not in the right form.",
    "int_type": _NOT_A_NUMBER,
    "int_parsing": _NOT_A_NUMBER,
    "int_parsing_size": _NOT_A_NUMBER,
    "int_from_float": _NOT_A_NUMBER,
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "datetime_type": _NOT_AN_INSTANT,
    "datetime_parsing": _NOT_AN_INSTANT,
    "datetime_from_date_parsing": _NOT_AN_INSTANT,
    "datetime_object_invalid": _NOT_AN_INSTANT,
    "timezone_aware": "This time needs its time zone, such as Z or +13:00.",
}
_BOUNDS: Final = {"greater_than_equal": "at least", "less_than_equal": "at most"}
_NOT_VALID: Final = "This is not valid."
_EMPTY: Final = "This must not be empty."


def fault_of(detail: Mapping[str, Any]) -> FieldFault:
    """Return what is wrong with which field, from one of pydantic's error details, without repeating the input."""
    place = ".".join(str(part) for part in detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "json_invalid":
        return FieldFault("body", "The body is not valid JSON.")
    return FieldFault(place or "body", str(detail["msg"]) if kind == REFUSED else _message(kind, context))


def _message(kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "string_pattern_mismatch" if context["pattern"] == f"^{IDENTIFIER}$":
            return IDENTIFIER_RULE
        case "string_too_long" | "too_long":
            return f"This may have at most {_counted(context['max_length'], context)}."
        case "string_too_short" | "too_short":
            least = context["min_length"]
            return _EMPTY if least == 1 else f"This needs at least {_counted(least, context)}."
        case "greater_than_equal" | "less_than_equal":
            return f"This must be {_BOUNDS[kind]} {context.get('ge', context.get('le'))}."
        case "literal_error" | "enum":
            return f"This must be {str(context['expected']).replace("'", '')}."
        case _:
            return _MESSAGES.get(kind, _NOT_VALID)


def _counted(number: int, context: Mapping[str, Any]) -> str:
    thing = "entries" if context.get("field_type") == "List" else "characters"
    return f"{number:,} {thing}"
