"""The NHI number: New Zealand's National Health Index, in its old (AAANNNC) and its new format (AAANNAX).

HISO 10046:2024, Consumer Health Identity Standard
(https://www.tewhatuora.govt.nz/publications/hiso-100462023-consumer-health-identity-standard/). Since its revision of
2023 the new format is checked modulo 23, no longer modulo 24.
"""

import re
from typing import Final

# Without I and O, which look like digits. A letter counts as its position, from 1 to 24.
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_OLD: Final = re.compile(f"[{LETTERS}]{{3}}[0-9]{{4}}")
_NEW: Final = re.compile(f"[{LETTERS}]{{3}}[0-9]{{2}}[{LETTERS}]{{2}}")
_WEIGHTS: Final = (7, 6, 5, 4, 3, 2)
_OLD_MODULUS: Final = 11
_NEW_MODULUS: Final = 23


def is_nhi(text: str) -> bool:
    """Return whether seven capital letters and digits are an NHI number with the right check character."""
    if _OLD.fullmatch(text) or _NEW.fullmatch(text):
        return check_character(text[:6]) == text[6]
    return False


def check_character(stem: str) -> str | None:
    """Return the seventh character of the number with these six, or None if there is no such number."""
    total = sum(weight * _value(sign) for weight, sign in zip(_WEIGHTS, stem, strict=True))
    if stem[5].isdigit():
        left = total % _OLD_MODULUS
        return str((_OLD_MODULUS - left) % 10) if left else None
    return LETTERS[_NEW_MODULUS - total % _NEW_MODULUS - 1]


def _value(sign: str) -> int:
    return int(sign) if sign.isdigit() else LETTERS.index(sign) + 1
