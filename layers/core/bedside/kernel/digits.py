"""Decimal digits of every script."""

import unicodedata


def plain_digits(text: str) -> str:
    """Return the text in its compatibility form (NFKC), with the decimal digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in unicodedata.normalize("NFKC", text))
