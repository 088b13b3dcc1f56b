"""What people read about a field that is not valid: sentences of our own for each kind of error that pydantic reports.

A library's message names patterns and types, and may change with its version, so none of them leaves the server.
"""

from collections.abc import Mapping
from typing import Any, Final

from bedside.kernel.errors import FaultCode, FieldFault
from bedside.kernel.wire import IDENTIFIER, IDENTIFIER_RULE, REFUSED

# The sentence, and the code that stands for it.
type _Words = tuple[str, FaultCode]

_NOT_A_NUMBER: Final[_Words] = ("This must be a whole number.", "whole-number")
_NOT_AN_INSTANT: Final[_Words] = ("This must be a date and a time, such as 2026-03-01T09:30:00Z.", "date-and-time")
_MESSAGES: Final[Mapping[str, _Words]] = {
    "missing": ("This is missing.", "missing"),
    "string_type": ("This must be text.", "text"),
    "string_unicode": ("This contains characters that are not text.", "text"),
    "string_pattern_mismatch": ("This is not in the right form.", "invalid"),
    "int_type": _NOT_A_NUMBER,
    "int_parsing": _NOT_A_NUMBER,
    "int_parsing_size": _NOT_A_NUMBER,
    "int_from_float": _NOT_A_NUMBER,
    "bool_type": ("This must be true or false.", "invalid"),
    "bool_parsing": ("This must be true or false.", "invalid"),
    "list_type": ("This must be a list.", "invalid"),
    "dict_type": ("This must be an object.", "invalid"),
    "model_type": ("This must be an object.", "invalid"),
    "datetime_type": _NOT_AN_INSTANT,
    "datetime_parsing": _NOT_AN_INSTANT,
    "datetime_from_date_parsing": _NOT_AN_INSTANT,
    "datetime_object_invalid": _NOT_AN_INSTANT,
    "timezone_aware": ("This time needs its time zone, such as Z or +13:00.", "date-and-time"),
}
_NOT_VALID: Final[_Words] = ("This is not valid.", "invalid")


def fault_of(detail: Mapping[str, Any]) -> FieldFault:
    """Return what is wrong with which field, from one of pydantic's error details, without repeating the input."""
    place = ".".join(str(part) for part in detail["loc"]) or "body"
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "json_invalid":
        return FieldFault("body", "The body is not valid JSON.")
    if kind == REFUSED:
        return FieldFault(place, str(detail["msg"]), context.get("code", "invalid"))
    return FieldFault(place, *_words(kind, context))


def _words(kind: str, context: Mapping[str, Any]) -> tuple[str, FaultCode, float | None]:
    match kind:
        case "string_pattern_mismatch" if context["pattern"] == f"^{IDENTIFIER}$":
            return IDENTIFIER_RULE, "identifier", None
        case "literal_error" | "enum":
            return f"This must be {str(context['expected']).replace("'", '')}.", "choice", None
        case "greater_than_equal":
            return f"This must be at least {context['ge']}.", "too-small", context["ge"]
        case "less_than_equal":
            return f"This must be at most {context['le']}.", "too-large", context["le"]
        case "string_too_long" | "too_long" | "string_too_short" | "too_short":
            return _length(context)
        case _:
            return *_MESSAGES.get(kind, _NOT_VALID), None


def _length(context: Mapping[str, Any]) -> tuple[str, FaultCode, float | None]:
    """Return what is said of a text or a list that is too long or too short."""
    is_list = context.get("field_type") == "List"
    things = "entries" if is_list else "characters"
    if "max_length" in context:
        most = context["max_length"]
        return f"This may have at most {most:,} {things}.", "too-many" if is_list else "too-long", most
    least = context["min_length"]
    if least == 1:
        return "This must not be empty.", "empty", None
    return f"This needs at least {least:,} {things}.", "too-few" if is_list else "too-short", least
