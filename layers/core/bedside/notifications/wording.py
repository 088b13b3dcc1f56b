"""Instants and amounts as people read them, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bedside.notifications.preferences import Language

# Currencies without a smaller unit (ISO 4217).
_WHOLE: Final = frozenset({"JPY"})


@dataclass(frozen=True, slots=True)
class _Words:
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    on: str
    today: str
    tomorrow: str
    zone: str
    point: str


_WORDS: Final[Mapping[Language, _Words]] = {
    "en": _Words(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        "{weekday} {day} {month} at {clock}",
        "on {}",
        "today at {}",
        "tomorrow at {}",
        " {} time",
        ".",
    ),
    "de": _Words(
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        (
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ),
        "{weekday}, {day}. {month}, {clock} Uhr",
        "am {}",
        "heute um {} Uhr",
        "morgen um {} Uhr",
        " Ortszeit {}",
        ",",
    ),
}


def when(at: int, now_ms: int, zone: ZoneInfo, language: Language) -> str:
    """Return an instant (Unix ms) as it is said now, such as "tomorrow at 10:00"."""
    words, there = _WORDS[language], _local(at, zone)
    today = _local(now_ms, zone).date()
    if there.date() == today:
        return words.today.format(clock(at, zone))
    if there.date() == today + timedelta(days=1):
        return words.tomorrow.format(clock(at, zone))
    return words.on.format(day(at, zone, language))


def day(at: int, zone: ZoneInfo, language: Language) -> str:
    """Return an instant (Unix ms) with its date, such as "Tuesday 1 December at 10:00"."""
    words, there = _WORDS[language], _local(at, zone)
    return words.day.format(
        weekday=words.weekdays[there.weekday()],
        day=there.day,
        month=words.months[there.month - 1],
        clock=clock(at, zone),
    )


def clock(at: int, zone: ZoneInfo) -> str:
    """Return the time of day at an instant (Unix ms), such as "09:05"."""
    return f"{_local(at, zone):%H:%M}"


def zone_note(at: int, zone: ZoneInfo, expected: ZoneInfo | None, language: Language) -> str:
    """Return what to say behind an instant (Unix ms) of its zone, such as " Auckland time".

    It is "" where the clocks of the expected zone show the same.
    """
    if expected is not None and _local(at, zone).utcoffset() == _local(at, expected).utcoffset():
        return ""
    area, _, place = zone.key.rpartition("/")
    # Zones without a place, such as UTC, are their own name.
    return f" {place}" if area in {"", "Etc"} else _WORDS[language].zone.format(place.replace("_", " "))


def amount(minor: int, currency: str, language: Language) -> str:
    """Return an amount in minor units with its currency, such as "50.00 NZD"."""
    if currency in _WHOLE:
        return f"{minor} {currency}"
    return f"{minor // 100}{_WORDS[language].point}{minor % 100:02} {currency}"


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, zone)
