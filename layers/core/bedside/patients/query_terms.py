"""What somebody types to find a patient, as terms: each is one or several beginnings of words. No I/O."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bedside.kernel.digits import plain_digits
from bedside.kernel.words import fold, split
from bedside.patients.nhi import is_nhi
from bedside.patients.words import LONGEST, birth_word, phone_word

type Reader = Callable[[re.Match[str]], Iterator[str]]

# Countries where the month comes first in a date (https://cldr.unicode.org). Elsewhere the day or the year does.
_MONTH_FIRST: Final = frozenset({"US", "PH", "PR", "FM", "MH", "PW"})
_DATE: Final = re.compile(r"(?<!\d)(\d{1,4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,4})(?!\d)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED: Final = re.compile(
    rf"(?<!\d)(?:(\d{{1,2}})\.?\s+({'|'.join(_MONTHS)})[a-z]*\.?,?|({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{1,2}}),?)\s+(\d{{4}})(?!\d)"
)
# An NHI number is often written with a space.
_NHI: Final = re.compile(r"(?<![^\W_])([a-z]{3})[ -]?(\d{2})[ -]?(\d{2}|[a-z]{2}|\d[ -]?\d)(?![^\W_])")
_PHONE: Final = re.compile(r"(?<![^\W_])\+?\(?\d(?:[\s().\u2010-\u2015/-]*\d){3,19}(?![^\W_])")
_YEAR_DIGITS: Final = 4
_FEWEST_LAST_DIGITS: Final = 3
# So many digits are a whole number, whose leading zeros are dialled within the country only.
_WHOLE_NUMBER: Final = 7
_MOST_TERMS: Final = 8


@dataclass(frozen=True, slots=True)
class Term:
    """Something typed; a word of the patient has to begin with one of these."""

    starts: tuple[str, ...]


def terms_of(text: str, country: str) -> tuple[Term, ...]:
    """Return up to eight terms of what was typed; `country` (ISO 3166) says in which order dates are written there."""
    found: list[Term] = []
    rest = fold(plain_digits(text))

    def take(pattern: re.Pattern[str], read: Reader) -> None:
        nonlocal rest

        def replaced(match: re.Match[str]) -> str:
            starts = tuple(dict.fromkeys(read(match)))
            if not starts:
                return match[0]
            found.append(Term(starts))
            return " "

        rest = pattern.sub(replaced, rest)

    take(_NAMED, _named_date)
    take(_DATE, lambda match: _numeric_date(match, month_first=country in _MONTH_FIRST))
    take(_NHI, _nhi)
    take(_PHONE, _number)
    # Cut as the words of records are. Folding can make eighteen letters of one, and a key has its limit.
    found += [Term(tuple(_word(word))) for word in dict.fromkeys(word[:LONGEST] for word in split(rest))]
    return tuple(dict.fromkeys(found))[:_MOST_TERMS]


def _named_date(match: re.Match[str]) -> Iterator[str]:
    day, month = match[1] or match[4], match[2] or match[3]
    yield from _birth(int(match[5]), _MONTHS.index(month) + 1, int(day))


def _numeric_date(match: re.Match[str], *, month_first: bool) -> Iterator[str]:
    """Yield the word of a date; in one that can be read in two ways, both months are meant."""
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) == _YEAR_DIGITS:
        yield from _birth(first, second, third)
    elif len(match[3]) == _YEAR_DIGITS:
        day, month = (second, first) if month_first else (first, second)
        # A reader of another country may write it the other way round.
        yield from (*_birth(third, month, day), *_birth(third, day, month))


def _birth(year: int, month: int, day: int) -> Iterator[str]:
    try:
        yield birth_word(date(year, month, day).isoformat())
    except ValueError:
        return


def _nhi(match: re.Match[str]) -> Iterator[str]:
    """Yield the word of an NHI number; without the right check character it is something else, such as "Kim 1984"."""
    number = re.sub("[ -]", "", match[0])
    if is_nhi(number.upper()):
        yield number


def _number(match: re.Match[str]) -> Iterator[str]:
    """Yield the words that digits may be the beginning of: a number of a record, a year of birth, a phone number."""
    digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
    if match[0] == digits:
        yield from _word(digits)
    else:
        yield _phone(digits)


def _word(word: str) -> Iterator[str]:
    yield word
    if not word.isascii() or not word.isdigit():
        return
    if len(word) == _YEAR_DIGITS:
        yield birth_word(word)
    if len(word) >= _FEWEST_LAST_DIGITS:
        yield _phone(word)


def _phone(digits: str) -> str:
    return phone_word(digits.lstrip("0") if len(digits) >= _WHOLE_NUMBER else digits)
