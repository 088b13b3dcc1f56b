"""Phone numbers: what people type, as E.164."""

from collections.abc import Collection
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bedside.kernel.errors import FieldFault, InvalidRequestError

# Longer than any number, however it is spaced.
_LONGEST: Final = 40
# Calls and messages to these are paid by the minute to whoever owns them.
_PAID: Final = frozenset(
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
    """Return the number in E.164 (`+` and at most 15 digits), if its country is one of `countries` (ISO 3166).

    A number counts when its length fits its country: which ranges are in use changes faster than any list of them.
    Raises InvalidRequestError.
    """
    try:
        number = phonenumbers.parse(text) if len(text) <= _LONGEST else None
    except NumberParseException:
        number = None
    if number is None or number.extension or not _fits(number):
        raise InvalidRequestError([FieldFault("phone", "This must be a phone number with + and its country code.")])
    country = phonenumbers.region_code_for_number(number)
    if country is None:  # the range is unknown; the country code still names the country that runs it
        country = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if country not in countries:
        raise InvalidRequestError([FieldFault("phone", "Codes are not sent to this country.")])
    if phonenumbers.number_type(number) in _PAID:
        raise InvalidRequestError([FieldFault("phone", "Codes are not sent to this kind of number.")])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _fits(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether the number has a length of its country; some lengths can only be dialled within an area."""
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
