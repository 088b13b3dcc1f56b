"""What people type to find a patient, and what it may mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.patients.query_terms import terms_of
from bedside.patients.records import listed, starting


def starts(text: str, country: str = "NZ") -> list[tuple[str, ...]]:
    return [term.starts for term in terms_of(text, country)]


@pytest.mark.parametrize(
    "typed",
    [
        "7/3/1984",
        "07.03.1984",
        "7-3-1984",
        "1984-03-07",
        "1984/3/7",
        "7 March 1984",
        "Mar 7, 1984",
        "7. mar 1984",
        "\u0667/\u0663/\u0661\u0669\u0668\u0664",
    ],  # Arabic-Indic digits
)
def test_a_date_of_birth_in_many_spellings(typed: str) -> None:
    """The first reading is that of the facility's country."""
    [found] = starts(typed)
    assert found[0] == "@1984-03-07"


def test_a_date_that_may_be_read_in_two_ways_is_read_in_both() -> None:
    """A reader abroad writes the month first; the other reading comes second, if it is a date."""
    assert starts("7/3/1984") == [("@1984-03-07", "@1984-07-03")]
    assert starts("7/3/1984", "US") == [("@1984-07-03", "@1984-03-07")]
    assert starts("25/3/1984") == [("@1984-03-25",)]
    assert starts("3/25/1984") == [("@1984-03-25",)]


@pytest.mark.parametrize(
    "typed", ["021 123 4567", "(021) 123-4567", "0211234567", "021.123.4567", "+64 21 123 4567", "+64 (0)21 123 4567"]
)
def test_a_phone_number_in_many_spellings(typed: str) -> None:
    """Its word is the number backwards, so that any last digits of it are a beginning."""
    [found] = starts(typed)
    assert "+76543211246".startswith(found[-1])
    assert len(found[-1]) >= 10


def test_digits_may_be_several_things() -> None:
    """The beginning of a record's number, a year of birth, or the last digits of a phone number."""
    assert starts("1984") == [("1984", "@1984", "+4891")]
    assert starts("567") == [("567", "+765")]
    assert starts("12") == [("12",)]
    assert starts("0001") == [("0001", "@0001", "+1000")]


def test_an_nhi_number_may_have_a_space() -> None:
    """With the right check character; otherwise it is a name and a number."""
    assert starts("zzz 0016") == [("zzz0016",)]
    assert starts("ZBN-77VL") == [("zbn77vl",)]
    assert starts("Kim 1984") == [("1984", "@1984", "+4891"), ("kim",)]
    assert starts("zzz00") == [("zzz00",)]


def test_words_in_any_order() -> None:
    """Folded as names are; the same word twice says no more than once."""
    assert starts("  NGĀTA, aro  ngata") == [("ngata",), ("aro",)]
    assert starts("o'brien 7/3/1984 021 123 4567") == [("@1984-03-07", "@1984-07-03"), ("+765432112",), ("obrien",)]
    assert starts("") == []


@given(st.text(max_size=200))
def test_whatever_is_typed_means_something(text: str) -> None:
    """At most eight terms, each with a few beginnings that are not empty."""
    terms = terms_of(text, "NZ")
    assert len(terms) <= 8
    assert all(term.starts and all(term.starts) and len(term.starts) <= 3 for term in terms)


@pytest.mark.parametrize("letter", ["\u337f", "\ufdfa", "\u2057", "b"])
def test_what_is_looked_up_fits_a_key(letter: str) -> None:
    """One letter may be folded into eighteen; DynamoDB takes 1024 bytes."""
    text = letter * 200
    typed = [start for each in starts(text) for start in each] + [listed(text)]
    assert max(len(starting(start)[1].encode()) for start in typed) < 1024
