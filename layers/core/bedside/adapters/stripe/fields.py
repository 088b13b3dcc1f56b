"""Reads the fields of Stripe's objects: what is not as documented raises UnavailableError, for nobody guesses money."""

from collections.abc import Callable, Mapping
from typing import Any

from bedside.kernel.errors import UnavailableError


def read[T](parse: Callable[[Mapping[str, Any]], T], found: Mapping[str, Any]) -> T:
    """Return a parsed object. Raises UnavailableError for one of another shape."""
    try:
        return parse(found)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnavailableError("The payment provider did not answer as expected.", type(error).__name__) from error


def identifier(found: Mapping[str, Any]) -> str:
    """Return an object's id. Raises LookupError, TypeError, ValueError."""
    if not (named := text(found["id"])):
        raise ValueError("no id")
    return named


def text(value: object) -> str:
    """Return a text, "" for None. Raises TypeError."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def one_of(value: object, known: tuple[Any, ...]) -> Any:  # noqa: ANN401  # one of the literals in `known`
    """Return one of the known states. Raises ValueError for another: nobody guesses about money."""
    if value not in known:
        raise ValueError("an unknown state")
    return value
