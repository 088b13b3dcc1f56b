"""NHI numbers in both formats: the standard's vectors, and what a check character is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.patients.nhi import LETTERS, check_character, is_nhi

LETTER = st.sampled_from(LETTERS)
DIGIT = st.sampled_from("0123456789")
OLD = st.tuples(LETTER, LETTER, LETTER, DIGIT, DIGIT, DIGIT).map("".join)
NEW = st.tuples(LETTER, LETTER, LETTER, DIGIT, DIGIT, LETTER).map("".join)


# Of the new format, those with which Health New Zealand has systems tested:
# https://nhi-ig.hip.digital.health.nz/ComplianceTestingImportantInformation.html
@pytest.mark.parametrize(
    "number",
    [
        "ZZZ0016",
        "ZZZ0024",
        "ZAA0067",
        "ZAA0130",
        "ZAC5361",
        "JBX3656",
        "WLD9413",
        "ZBN77VL",
        "ZXE24NV",
        "ZUA48EH",
        "ZUT01RG",
        "ZNK28DJ",
        "ZTL39SK",
        "ZWB84LW",
        "ZQF54PV",
        "ZAK21MS",
        "ZVE74QH",
    ],
)
def test_published_numbers_are_valid(number: str) -> None:
    """Numbers for tests, which nobody has."""
    assert is_nhi(number)


@pytest.mark.parametrize(
    "text",
    # The last two were valid by the standard before its revision of 2023, which divided by 24.
    [
        "",
        "ZZZ0017",
        "ZZZ0044",
        "DAB8233",
        "zzz0016",
        "ZZZ 0016",
        "ZZI0016",
        "ZZO0016",
        "ZZZ001",
        "ZZZ00165",
        "ZZZ001٦",
        "ZZZ00AA",
        "ALU18KZ",
        "ZZZ00AX",
    ],
)
def test_others_are_not(text: str) -> None:
    """A wrong check character, a letter that looks like a digit, another length, or not cleaned."""
    assert not is_nhi(text)


@given(st.one_of(OLD, NEW))
def test_six_characters_have_one_seventh_at_most(stem: str) -> None:
    """Only in the old format there may be none."""
    found = [sign for sign in LETTERS + "0123456789IO" if is_nhi(stem + sign)]
    assert found == [sign for sign in [check_character(stem)] if sign]
    assert found or stem[5].isdigit()


@given(st.one_of(OLD, NEW).filter(check_character), st.integers(0, 5), st.data())
def test_one_mistyped_digit_is_noticed(stem: str, place: int, data: st.DataObject) -> None:
    """And in the new format one letter, but for A in the place of Z and vice versa."""
    alphabet = DIGIT if stem[place].isdigit() else LETTER
    other = data.draw(alphabet.filter(lambda sign: sign != stem[place]))
    letter_of_old = other.isalpha() and stem[5].isdigit()
    if not letter_of_old and {stem[place], other} != {"A", "Z"}:
        assert not is_nhi(f"{stem[:place]}{other}{stem[place + 1 :]}{check_character(stem)}")
