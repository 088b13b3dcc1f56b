"""How many parts a text message has, each of which is paid for. No I/O."""

from typing import Final

# The alphabet of most messages, and its characters that count twice (3GPP TS 23.038, 6.2.1).
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("\f^{}\\[~]|€")
# Of one message of ours.
MOST_PARTS: Final = 2
# Characters of a single part, and of each of several, which are numbered.
_GSM_PART: Final = (160, 153)
_UCS_PART: Final = (70, 67)


def sms_text(text: str, link: str | None) -> str:
    """Return a text message with its link."""
    return f"{text} {link}" if link else text


def is_gsm(text: str) -> bool:
    """Return whether all characters are of the GSM 7-bit alphabet; any other makes parts less than half as long."""
    return set(text) <= _GSM | _GSM_TWICE


def parts(text: str) -> int:
    """Return the number of parts in which a text is sent."""
    if is_gsm(text):
        length, (single, each) = len(text) + sum(character in _GSM_TWICE for character in text), _GSM_PART
    else:
        length, (single, each) = len(text.encode("utf-16-be")) // 2, _UCS_PART
    return 1 if length <= single else -(-length // each)
