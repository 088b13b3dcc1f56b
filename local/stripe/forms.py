"""Stripe's form encoding: `a[b][0][c]=1` is what JSON writes as {"a": {"b": [{"c": "1"}]}}."""

import re
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"[^\[\]]+(\[[^\[\]]*\])*")
_MOST_FIELDS = 200


def parse(text: str) -> dict[str, Any]:
    """Return the fields; raises ValueError for names that make no sense."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS):
        if not _NAME.fullmatch(name):
            raise ValueError(f"Invalid field name: {name}")
        parts = re.findall(r"[^\[\]]+", name)
        place = found
        for part in parts[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise ValueError(f"{name} is a value and an object at once")  # noqa: TRY004 (it is the caller's form)
        place[parts[-1]] = value
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:  # noqa: ANN401 (a form's value)
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner


def whole(value: Any, name: str) -> int:  # noqa: ANN401 (a form's value)
    """Return a whole number; raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,12}", value):
        raise ValueError(f"Invalid integer: {name}")
    return int(value)
