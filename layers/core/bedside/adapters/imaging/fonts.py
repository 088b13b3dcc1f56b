"""Letters on rendered pages: Noto Sans, which has Latin, Greek, Cyrillic and Devanagari, and Noto Sans Arabic."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import fontpkg_noto_sans  # type: ignore[import-untyped]
import fontpkg_noto_sans_arabic  # type: ignore[import-untyped]
from PIL import ImageFont

FILES: Final = (
    Path(fontpkg_noto_sans.__file__).parent / "files/NotoSans[wdth,wght].ttf",
    Path(fontpkg_noto_sans_arabic.__file__).parent / "files/NotoSansArabic[wdth,wght].ttf",
)
# As the editor's words.
BOLD: Final = 650
REGULAR: Final = 400
_MISSING: Final = "?"
_SPELLED: Final = str.maketrans(
    {
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "≈": "~",
        "\N{MINUS SIGN}": "-",
        "→": "->",
        "←": "<-",
        "↔": "<->",
        "↑": "(up)",
        "↓": "(down)",
        "✓": "(yes)",
        "✗": "(no)",
    }
)
# No font has a letter for it.
_NO_CHARACTER: Final = "\uffff"
_PROBE_PX: Final = 16


def font_for(text: str, size: float, weight: int = BOLD) -> tuple[ImageFont.FreeTypeFont, str]:
    """Return the font that has most of a text's letters, and the text with "?" for those that it lacks."""
    lacking = [frozenset(letter for letter in set(text) if not _has(file, letter)) for file in range(len(FILES))]
    best = min(range(len(FILES)), key=lambda file: sum(letter in lacking[file] for letter in text))
    return _font(best, size, weight), "".join(_MISSING if letter in lacking[best] else letter for letter in text)


def spelled(text: str) -> str:
    """Return a text with the signs that no font has, and clinicians use, as others that mean the same."""
    return text.translate(_SPELLED)


def lacks_letters(text: str) -> bool:
    """Return whether a text that is spelled has a letter that no font has."""
    return not all(any(_has(file, letter) for file in range(len(FILES))) for letter in set(spelled(text)))


def wrapped(words: Sequence[str], size: float, weight: int, width: float) -> list[str]:
    """Return words in lines of at most this width; a word that is longer is broken."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".lstrip()
        if length(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        rest = word
        while rest:
            part = rest
            while len(part) > 1 and length(part, size, weight) > width:
                part = part[:-1]
            lines.append(part)
            rest = rest[len(part) :]
    return [line for line in lines if line]


def length(text: str, size: float, weight: int) -> float:
    """Return how wide a line of text is, in pixels."""
    font, drawn = font_for(text, size, weight)
    return font.getlength(drawn)


@lru_cache(maxsize=32)
def _font(file: int, size: float, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FILES[file], size)
    axes = {"Weight": weight, "Width": 100}
    font.set_variation_by_axes([axes[_name(axis["name"])] for axis in font.get_variation_axes()])
    return font


def _name(name: bytes | str | None) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


@lru_cache(maxsize=4096)
def _has(file: int, letter: str) -> bool:
    font = _font(file, _PROBE_PX, REGULAR)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(_NO_CHARACTER))
