"""What people type becomes one spelling of their number, or is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedside.identity.phone_number import parse_phone
from bedside.kernel.errors import InvalidRequestError

COUNTRIES = frozenset({"NZ", "AU", "US", "CA", "GB"})


@pytest.mark.parametrize(
    "text",
    [
        "+64215550111",
        "+64 21 555 0111",
        " +64 (0)21-555-0111 ",
        "+64.21.555.0111",
        "+64/21/555/0111",
        "[+64] 21 555~0111",
        "0064 21 555 0111",
        "＋６４２１５５５０１１１",  # noqa: RUF001  # full-width, as some keyboards write
        "+٦٤٢١٥٥٥٠١١١",  # Arabic-Indic
        "+۶۴ ۲۱ ۵۵۵ ۰۱۱۱",  # noqa: RUF001  # Persian
        "+६४ २१ ५५५ ०१११",  # Devanagari
        "٠٠٦٤٢١٥٥٥٠١١١",
        "+64\u221221\u2212555\u22120111",
        "+64\u201021\u2011555\u20120111",
        "+64\u201321\u2014555\u20150111",
        "\u202d+64 21\u00a0555\u202f0111\u202c",
        "\u2068+64215550111\u2069\u200e\ufeff",
        "+64\t21\n555 0111",
        "tel:+64-21-555-0111",
        "TEL:+64%2021%20555%200111",
        "tel:%2B64215550111",
        "tel:21-555-0111;phone-context=+64",
        "sms:+64215550111",
    ],
)
def test_one_number_has_one_spelling(text: str) -> None:
    """So that nobody has two accounts, or two counts of wrong codes, by writing theirs differently."""
    assert parse_phone(text, COUNTRIES) == "+64215550111"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("021 555 0111", "NZ", "+64215550111"),
        ("(021) 555-0111", "NZ", "+64215550111"),
        ("(0)21 555 0111", "NZ", "+64215550111"),
        ("٠٢١ ٥٥٥ ٠١١١", "NZ", "+64215550111"),  # noqa: RUF001  # Arabic-Indic
        ("tel:021-555-0111", "NZ", "+64215550111"),
        ("64 21 555 0111", "NZ", "+64215550111"),
        ("0412 345 678", "AU", "+61412345678"),
        ("07400 123456", "GB", "+447400123456"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("1 416 555 0123", "US", "+14165550123"),
        ("+61 412 345 678", "NZ", "+61412345678"),
        ("0061 412 345 678", "US", "+61412345678"),
    ],
)
def test_national_numbers_are_read_in_their_country(text: str, country: str, number: str) -> None:
    """As people of that country write them; a country code still counts."""
    assert parse_phone(text, COUNTRIES, country) == number


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("0412 345 678", "NZ", "with + and its country code"),  # Australian
        ("07400 123456", "NZ", "with + and its country code"),  # British
        ("555 0111", "NZ", "with + and its country code"),
        ("021 555 O111", "NZ", "with + and its country code"),
        ("0900 12345", "NZ", "this kind of number"),
        ("0800 123 456", "NZ", "this kind of number"),
        ("0900 123 4567", "US", "with + and its country code"),
        ("900 555 2671", "US", "this kind of number"),
        ("876 456 7890", "US", "this country"),  # Jamaica, dialled within North America
        ("06 12 34 56 78", "FR", "this country"),
    ],
)
def test_national_numbers_are_not_guessed(text: str, country: str, why: str) -> None:
    """A code must not go to somebody else: what is no number of the country is refused, as is what costs."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_phone(text, COUNTRIES, country)
    assert why in caught.value.faults[0].message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+61 412 345 678", "+61412345678"),
        ("+1 415 555 2671", "+14155552671"),
        ("+1 416 555 0123", "+14165550123"),
        ("+44 7400 123456", "+447400123456"),
    ],
)
def test_every_country_that_is_served(text: str, number: str) -> None:
    """Each of the five countries has numbers."""
    assert parse_phone(text, COUNTRIES) == number


def test_a_range_that_is_too_new_for_the_library_counts() -> None:
    """Its length fits, and its country code says whose it is."""
    assert parse_phone("+64299999999", COUNTRIES) == "+64299999999"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "with + and its country code"),
        ("0215550111", "with + and its country code"),
        ("64215550111", "with + and its country code"),
        ("+64", "with + and its country code"),
        ("+6421", "with + and its country code"),
        ("+64215550111999999", "with + and its country code"),
        ("+64215550111 ext. 5", "with + and its country code"),
        ("+64215550111;ext=5", "with + and its country code"),
        ("+64215550111" + " " * 28 + "99", "with + and its country code"),
        ("+999123456789", "with + and its country code"),
        ("+33612345678", "this country"),
        ("+18764567890", "this country"),  # Jamaica: +1 as well, and a common target of SMS pumping
        ("+881612345678", "this country"),  # a satellite network
        ("+64900123456", "this kind of number"),  # premium rate
        ("+64800123456", "this kind of number"),  # toll free
        ("+449012345678", "this kind of number"),
        ("+447012345678", "this kind of number"),  # personal: whoever owns it forwards it for money
        ("+15552671", "with + and its country code"),  # as dialled within an area
        ("+18005551234", "this kind of number"),
    ],
)
def test_other_numbers_are_refused(text: str, why: str) -> None:
    """No number, a country that is not served, a number that costs: each in words that repeat nothing."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_phone(text, COUNTRIES)
    [fault] = caught.value.faults
    assert fault.field == "phone"
    assert why in fault.message
    assert not any(letter.isdigit() for letter in fault.message)


NUMBERISH = st.text(st.sampled_from("+0123456789 -()./;ext=#*,abcXYZ٣४\u200b\ud800"), max_size=45)


@given(text=NUMBERISH | st.text(st.characters(), max_size=60), country=st.sampled_from(["", "NZ", "US", "XX"]))
@example("+1 800 FLOWERS", "")
@example("tel:+64-21-555-0111;phone-context=+64", "NZ")
@example("tel:%ff%;phone-context=;ext=", "NZ")
@example("+" * 300, "NZ")
@example("9" * 100_000, "NZ")
def test_any_text_is_a_number_or_refused(text: str, country: str) -> None:
    """Nothing else happens; what comes out is E.164 of a country that is served, and stays what it is."""
    try:
        number = parse_phone(text, COUNTRIES, country)
    except InvalidRequestError:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert 8 <= len(number) <= 16
    assert parse_phone(number, COUNTRIES) == number
