"""The words by which a patient is found: parts of names, identifiers, date of birth and phone number. No I/O.

Words are folded: without case, accents and macrons. A date of birth and a phone number begin with a sign that no other
word has, so that a number of a record is not taken for a year. A phone number is spelt backwards: its last digits are
then the beginning of a word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

BORN: Final = "@"
PHONE: Final = "+"
# Signs within a word that people leave out as often as not: Māori and Hawaiian glottal stops, apostrophes of all kinds.
_APOSTROPHES: Final = re.compile("['`\u00b4\u02bb\u02bc\u02b9\u2018\u2019\u2032\uff07]")
# Accents, macrons and cedillas (Latin, Greek, Cyrillic), and the points of Hebrew and Arabic.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]"
)
# Letters of their own that have no decomposition in Unicode, as people without such a keyboard spell them.
_SPELT: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ð": "d",
        "đ": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "\u0131": "i",
        "ŋ": "ng",
        "ŧ": "t",
    }
)
# DynamoDB writes at most a hundred items at once: the old and the new words of a changed patient, and what is unique.
_MOST_NAMES: Final = 16
_MOST_PARTS: Final = 2
_LONGEST: Final = 60


def fold(text: str) -> str:
    """Return the text without case, accents and macrons."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).casefold().translate(_SPELT)


def split(text: str) -> list[str]:
    """Return the folded words of a text; an apostrophe joins the two parts of a word."""
    return _split(_APOSTROPHES.sub("", fold(text)))


def name_words(name: str) -> list[str]:
    """Return the words of a name in their order; those with an apostrophe also without what stands before it."""
    words = split(name)
    folded = fold(name)
    if _APOSTROPHES.search(folded):
        words += _split(_APOSTROPHES.sub(" ", folded))
    return [word[:_LONGEST] for word in dict.fromkeys(words)][:_MOST_NAMES]


def identifier_words(value: str) -> list[str]:
    """Return the words of an identifier: its letters and digits together, and its first parts."""
    parts = split(value)
    return [word[:_LONGEST] for word in ("".join(parts), *parts[:_MOST_PARTS])]


def birth_word(date: str) -> str:
    """Return the word of a date of birth (YYYY-MM-DD), or of its beginning."""
    return f"{BORN}{date}"


def phone_word(digits: str) -> str:
    """Return the word of a phone number, or of its last digits."""
    return f"{PHONE}{digits[::-1]}"


def words_of(name: str, identifiers: Iterable[str], born: str | None, phone: str | None) -> tuple[str, ...]:
    """Return the words of a patient, sorted; `born` is YYYY-MM-DD, `phone` E.164."""
    found = {*name_words(name), *(word for value in identifiers for word in identifier_words(value))}
    if born:
        found.add(birth_word(born))
    if phone:
        found.add(phone_word(phone.removeprefix("+")))
    return tuple(sorted(found - {""}))


def bucket(word: str) -> str:
    """Return what words are kept together by: two letters of those scripts that have few, else one."""
    return word[:2] if word[:1].isascii() else word[:1]


def _split(folded: str) -> list[str]:
    return list(_runs(folded))


def _runs(folded: str) -> Iterator[str]:
    """Yield runs of letters, digits and the vowel signs that belong to them."""
    run = ""
    for sign in folded:
        if unicodedata.category(sign)[0] in "LNM":
            run += sign
        elif run:
            yield run
            run = ""
    if run:
        yield run
