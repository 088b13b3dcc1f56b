"""Parsing of phone numbers into E.164."""

from collections.abc import Collection
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bedside.kernel.errors import FieldFault, InvalidRequestError

# Longer than any number, however it is formatted.
_LONGEST: Final = 40
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


def parse_phone(text: str, countries: Collection[str]) -> str:
    """Return the number in E.164 (`+` and at most 15 digits) if it belongs to one of `countries` (ISO 3166).

    Only the length is validated, because number ranges change faster than any list of them. Raises InvalidRequestError.
    """
    try:
        number = phonenumbers.parse(text) if len(text) <= _LONGEST else None
    except NumberParseException:
        number = None
    if number is None or number.extension or not _fits(number):
        raise InvalidRequestError([FieldFault("phone", "This must be a phone number with + and its country code.")])
    country = phonenumbers.region_code_for_number(number)
    if country is None:  # unknown range: fall back to the main country of the country code
        country = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if country not in countries:
        raise InvalidRequestError([FieldFault("phone", "Codes are not sent to this country.")])
    if phonenumbers.number_type(number) in _NOT_SERVED:
        raise InvalidRequestError([FieldFault("phone", "Codes are not sent to this kind of number.")])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _fits(number: phonenumbers.PhoneNumber) -> bool:
    """Return whether the number's length is valid in its country; lengths for local dialling only are not."""
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
