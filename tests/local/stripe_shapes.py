"""Compares JSON with the types of the package `stripe`, which its makers generate from Stripe's own description."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe
from stripe import ListObject, StripeObject


def differences(value: Any, kind: Any, where: str = "") -> Iterator[str]:  # JSON, and a type
    """Yield in what a value is not what a type says: unknown and missing fields, other types, unknown literals."""
    kind = _resolved(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        yield from _either(value, arguments, where)
    elif origin is Literal:
        yield from [] if value in arguments else [f"{where}: {value!r} is none of {arguments}"]
    elif origin is list:
        yield from _each(value, arguments[0], where)
    elif origin is ListObject:
        fits = (value["object"], type(value["has_more"]), type(value["url"])) == ("list", bool, str)
        yield from _each(value["data"], arguments[0], where) if fits else [f"{where} is no list object"]
    elif isinstance(kind, type) and issubclass(kind, StripeObject):
        yield from _fields(value, kind, where)
    elif isinstance(kind, type) and (not isinstance(value, kind) or isinstance(value, bool) != (kind is bool)):
        yield f"{where}: {value!r} is no {kind.__name__}"


def _either(value: Any, kinds: tuple[Any, ...], where: str) -> list[str]:  # as above
    # A literal, or any text: the latter is for versions to come.
    known = [each for each in kinds if get_origin(each) is Literal]
    found = [list(differences(value, each, where)) for each in (known if isinstance(value, str) and known else kinds)]
    return min(found, key=len)


def _each(values: Any, kind: Any, where: str) -> Iterator[str]:  # as above
    if not isinstance(values, list):
        yield f"{where}: {values!r} is no list"
        return
    for place, each in enumerate(values):
        yield from differences(each, kind, f"{where}[{place}]")


def _fields(value: Any, kind: type[StripeObject], where: str) -> Iterator[str]:  # as above
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no {kind.__name__}"
        return
    declared = {name: each for name, each in kind.__annotations__.items() if "ClassVar" not in str(each)}
    yield from (f"{where}.{name} is unknown" for name in value.keys() - declared.keys())
    for name, each in declared.items():
        if name in value:
            yield from differences(value[name], each, f"{where}.{name}")
        elif type(None) not in get_args(_resolved(each)):
            yield f"{where}.{name} is missing"


def _resolved(kind: Any) -> Any:  # a type
    """Return the type that a forward reference names."""
    name = kind.__forward_arg__ if isinstance(kind, ForwardRef) else kind
    if not isinstance(name, str):
        return name
    return getattr(stripe, name, None) or getattr(stripe.identity, name)
