"""Words of names and other texts, folded so that people find them: without case, accents and macrons."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Signs within a word that people leave out as often as not: Māori and Hawaiian glottal stops, apostrophes of all kinds.
APOSTROPHES: Final = re.compile("['`\u00b4\u02bb\u02bc\u02b9\u2018\u2019\u2032\uff07]")
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


def fold(text: str) -> str:
    """Return the text without case, accents and macrons."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).casefold().translate(_SPELT)


def split(text: str) -> list[str]:
    """Return the folded words of a text; an apostrophe joins the two parts of a word."""
    return runs(APOSTROPHES.sub("", fold(text)))


def runs(folded: str) -> list[str]:
    """Return the runs of letters, digits and the vowel signs that belong to them."""
    return list(_runs(folded))


def _runs(folded: str) -> Iterator[str]:
    run = ""
    for sign in folded:
        if unicodedata.category(sign)[0] in "LNM":
            run += sign
        elif run:
            yield run
            run = ""
    if run:
        yield run
