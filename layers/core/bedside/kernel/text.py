"""Text that people write or paste, cleaned in one way wherever it comes in: NFC, and nothing that cannot be seen.

Dialler apps, Word and other systems wrap what they copy in invisible characters. Nobody can find such a character in a
form, so it is removed rather than refused. `js/shell/text.js` does the same in pages.
"""

import re
import unicodedata
from typing import Final

_BREAK: Final = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
# Control characters (Cc); format characters (Cf: marks of direction, zero-width spaces, soft hyphens, tags); and Hangul
# fillers, which show nothing either. Two kinds of Cf stay: signs that can be seen, such as U+0600 before a number, and
# joiners, unless they are `_loose`.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_JOINERS: Final = re.compile("[\u200c\u200d]")
_ZERO_WIDTH_JOINER: Final = "\u200d"
# Between two of these a joiner changes what is read: the scripts from Arabic to Myanmar, Khmer and Mongolian, Balinese
# and its neighbours, other scripts of India, and Adlam. Persian, Sinhala and Malayalam are misspelt without joiners.
_JOINED: Final = "[\u0600-\u109f\u1780-\u18af\u1a00-\u1bff\ua800-\uabff\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
# Between two of these, U+200D makes one picture of several, such as a health worker of a person and a staff.
_EMOJI: Final = "[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]"
_SPACES: Final = re.compile(r"\s+")


def clean_line(text: str) -> str:
    """Return `text` as one line: breaks, tabs and runs of spaces become one space each."""
    return _SPACES.sub(" ", _visible(_BREAK.sub(" ", text))).strip()


def clean_paragraphs(text: str) -> str:
    """Return `text` with each kind of line break as a line feed; tabs and spaces within it stay."""
    return _visible(_BREAK.sub("\n", text)).strip()


def _visible(text: str) -> str:
    if text.isascii():
        return _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    while _JOINERS.search(text):
        kept = _JOINERS.sub(lambda found: "" if _loose(found) else found[0], text)
        # What surrounded a joiner may now form one character, or stand in another order, which loosens other joiners.
        kept = unicodedata.normalize("NFC", kept)
        if kept == text:
            break
        text = kept
    return text


def _loose(found: re.Match[str]) -> bool:
    """Return whether a joiner has nothing to join."""
    text, at = found.string, found.start()
    both = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    if re.fullmatch(f"{_JOINED}{{2}}", both):
        return False
    return not (found[0] == _ZERO_WIDTH_JOINER and re.fullmatch(f"{_EMOJI}{{2}}", both))
