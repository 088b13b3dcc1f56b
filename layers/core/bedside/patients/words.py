"""The words by which a patient is found: parts of names, identifiers, date of birth and phone number. No I/O.

A date of birth and a phone number begin with a sign that no other
word has, so that a number of a record is not taken for a year. A phone number is spelt backwards: its last digits are
then the beginning of a word.
"""

from collections.abc import Iterable
from typing import Final

from bedside.kernel.words import APOSTROPHES, fold, runs, split

BORN: Final = "@"
PHONE: Final = "+"
# DynamoDB writes at most a hundred items at once: the old and the new words of a changed patient, and what is unique.
_MOST_NAMES: Final = 16
_MOST_PARTS: Final = 2
LONGEST: Final = 60


def name_words(name: str) -> list[str]:
    """Return the words of a name in their order; those with an apostrophe also without what stands before it."""
    words = split(name)
    folded = fold(name)
    if APOSTROPHES.search(folded):
        words += runs(APOSTROPHES.sub(" ", folded))
    return [word[:LONGEST] for word in dict.fromkeys(words)][:_MOST_NAMES]


def identifier_words(value: str) -> list[str]:
    """Return the words of an identifier: its letters and digits together, and its first parts."""
    parts = split(value)
    return [word[:LONGEST] for word in ("".join(parts), *parts[:_MOST_PARTS])]


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
