"""Parsing of phone numbers into E.164."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bedside.kernel.digits import plain_digits
from bedside.kernel.errors import FieldFault, InvalidRequestError

_HOW: Final = "This must be a phone number; one of another country with + and its country code."
_HOW_ABROAD: Final = "This must be a phone number with + and its country code."
# Longer than any number, as typed and without separators.
_LONGEST_TEXT: Final = 120
_LONGEST: Final = 20
_LINK: Final = re.compile(r"\s*(?:tel|sms|callto):(?://)?", re.IGNORECASE)
# Dashes (Pd), spaces (Zs), and invisible marks (Cf), line breaks and tabs (Cc).
_SEPARATING: Final = frozenset({"Pd", "Zs", "Zl", "Zp", "Cf", "Cc"})
# Further characters that people and contact apps group digits with: minus signs, dots, slashes, brackets.
_SEPARATORS: Final = frozenset("\u2212\u2043\u30fc./\u00b7[]~")
# Numbers that charge the caller, or that do not belong to a mobile phone.
_NOT_SERVED: Final = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PAGER,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)


def parse_phone(text: str, countries: Collection[str], country: str = "") -> str:
    """Return the number in E.164 (`+` and at most 15 digits) if it belongs to one of `countries` (ISO 3166).

    Accepts digits of any script, and links such as `tel:`. A number without a country code is read as dialled in
    `country`; such a number has to be in a range that is known, so that a number of another country is not mistaken for
    one of this country. Otherwise only the length is validated, because number ranges change faster than any list of
    them. Raises InvalidRequestError.
    """
    number = _parsed(text, country)
    if number is None or number.extension or not _fits(number):
        raise InvalidRequestError(
            [FieldFault("phone", _HOW if country else _HOW_ABROAD, "phone" if country else "phone-abroad")]
        )
    if _region(number) not in countries:
        raise InvalidRequestError([FieldFault("phone", "Codes are not sent to this country.", "country-not-served")])
    if phonenumbers.number_type(number) in _NOT_SERVED:
        raise InvalidRequestError(
            [FieldFault("phone", "Codes are not sent to this kind of number.", "number-not-served")]
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(phone: str) -> str:
    """Return the country (ISO 3166) of a number in E.164, or "" if it is not known."""
    try:
        return _region(phonenumbers.parse(phone, None))
    except NumberParseException:
        return ""


def _region(number: phonenumbers.PhoneNumber) -> str:
    region = phonenumbers.region_code_for_number(number)
    if region is None:  # unknown range: fall back to the main country of the country code
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    bare = _bare(text)
    if bare is None:
        return None
    try:
        number = phonenumbers.parse(bare, country or None)
    except NumberParseException:
        return None
    if not bare.startswith("+") and not phonenumbers.is_valid_number(number):
        return None
    return number


def _bare(text: str) -> str | None:
    """Return the digits of a number, after a `+` if it has a country code; None if it holds anything else."""
    if len(text) > _LONGEST_TEXT:
        return None
    text = plain_digits(text)
    if link := _LINK.match(text):
        text = _linked(unquote(text[link.end() :]))
    text = "".join(letter for letter in text if not _is_separator(letter))
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if text.startswith("+"):  # `+64 (0)21`: the zero is for calls within the country
        text = text.replace("(0)", "", 1)
    text = text.replace("(", "").replace(")", "")
    digits = text.removeprefix("+")
    return text if digits.isascii() and digits.isdigit() and len(text) <= _LONGEST else None


def _linked(address: str) -> str:
    """Return the number of a link (RFC 3966), with the country code that it may name as its context."""
    number, *parameters = address.split(";")
    context = next((each for each in parameters if each.lower().startswith("phone-context=")), "").partition("=")[2]
    if any(each.lower().startswith(("ext=", "isub=")) for each in parameters):
        return address  # which is refused
    return f"{context}{number}" if context.startswith("+") and not number.startswith("+") else number


def _is_separator(letter: str) -> bool:
    """Return whether a character only groups digits: spaces, dashes, invisible marks that contact apps add."""
    return letter in _SEPARATORS or unicodedata.category(letter) in _SEPARATING


def _fits(number: phonenumbers.PhoneNumber) -> bool:
    """Return whether the number's length is valid in its country; lengths for local dialling only are not."""
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
