"""Texts of notices, in the language of their recipients. They come from each domain's `texts/<language>.json`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bedside.notifications.preferences import Language
from bedside.notifications.wording import amount, clock, day, when, zone_note

# A field with its form, and what stands for one that is empty: {startsAt:when}, {name|your clinician}.
_FIELD: Final = re.compile(r"\{(\w+)(?::(\w+))?(?:\|([^{}]*))?\}")
_DOMAINS: Final = Path(__file__).parents[1]
# A text, or its forms by the count that it has.
type Text = str | Mapping[str, str]


class UnresolvedError(Exception):
    """A text is missing, or it names a field that the notice does not have."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a recipient reads: the language, and the time zone of instants; `now_ms` tells what is tomorrow.

    `expected` is the time zone that goes without saying: the facility's, for a recipient who chose one of their own.
    Without it, every time needs its zone.
    """

    language: Language
    zone: ZoneInfo
    now_ms: int
    expected: ZoneInfo | None = None


def text_of(domain: str, key: str, fields: Mapping[str, str | int], reading: Reading) -> str:
    """Return a text with its fields filled in. Raises UnresolvedError."""
    text = catalogue(domain, reading.language).get(key)
    if isinstance(text, Mapping):
        text = text.get("one" if fields.get("count") == 1 else "other")
    if text is None:
        raise UnresolvedError(key)
    return _FIELD.sub(lambda found: _filled(found, fields, reading), text)


@cache
def catalogue(domain: str, language: Language) -> Mapping[str, Text]:
    """Return a domain's texts by key, none if it has no file."""
    path = _DOMAINS / domain / "texts" / f"{language}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _filled(found: re.Match[str], fields: Mapping[str, str | int], reading: Reading) -> str:
    name, form, instead = found.groups()
    value = fields.get(name)
    if value is None or value == "":
        if instead is None:
            raise UnresolvedError(name)
        return str(instead)
    match form, value:
        case None, _:
            return str(value)
        case "when" | "day" | "clock" | "zone", int(at):
            return _time(form, at, reading)
        case "money", int(minor):
            return amount(minor, str(fields.get("currency", "")), reading.language)
        case _:
            raise UnresolvedError(name)


def _time(form: str, at: int, reading: Reading) -> str:
    match form:
        case "when":
            return when(at, reading.now_ms, reading.zone, reading.language)
        case "day":
            return day(at, reading.zone, reading.language)
        case "clock":
            return clock(at, reading.zone)
        case _:
            return zone_note(at, reading.zone, reading.expected, reading.language)
