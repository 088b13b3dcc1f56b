"""What is said of an image: its shape, its limits, and how a change applies."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bedside.capture.metadata import Metadata, merge
from bedside.capture.snomed import BODY_SITES, LATERALITIES, with_snomed

LEFT = {"code": "left", "display": "Left"}
ARM = {"code": "forearm", "display": "Forearm"}


def metadata(**fields: Any) -> Metadata:
    return Metadata.model_validate(fields)


def test_fields_left_out_stay_and_nulls_clear() -> None:
    """A change touches what it names; it can take something away."""
    before = {"laterality": LEFT, "notes": "sore"}
    assert merge(before, metadata(bodySite=ARM)) == {**before, "bodySite": ARM}
    assert merge(before, metadata(notes=None)) == {"laterality": LEFT}
    assert merge(before, metadata(laterality=None, notes="")) == {"notes": ""}
    assert merge(before, metadata()) == before
    assert merge(before, None) == before
    assert before == {"laterality": LEFT, "notes": "sore"}


@pytest.mark.parametrize(
    "fields",
    [
        {"laterality": {"code": "up", "display": "Up"}},
        {"laterality": "left"},
        {"laterality": {"code": "left"}},
        {"bodySite": {"code": "a/../b", "display": "x"}},
        {"bodySite": {"code": "arm", "display": "x" * 201}},
        {"imageType": {"code": "x-ray", "display": "X-ray"}},
        {"notes": "x" * 501},
        {"notes": 7},
        {"notes": ["x"]},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    """Unknown codes, other types, too long."""
    with pytest.raises(ValidationError) as caught:
        metadata(**fields)
    assert "input" not in str(caught.value).split("For further")[0].replace("Input should", "").lower()


def test_limits_count_characters() -> None:
    """500 characters of any script fit, with lines."""
    assert metadata(notes="💉\n" * 249 + "💉x").notes == "💉\n" * 249 + "💉x"


def test_notes_are_cleaned_before_they_count() -> None:
    """What a dialler wraps a number in, Word's line break and control characters do not reach the record."""
    assert metadata(notes="\u202d021 555 0147\u202c\x0bcall\x00 \x1b[31mback ").notes == "021 555 0147\ncall [31mback"
    assert metadata(notes="x" * 500 + "\u2069" * 100).notes == "x" * 500


_fields = st.fixed_dictionaries(
    {},
    optional={
        "laterality": st.none() | st.just(LEFT),
        "bodySite": st.none() | st.just(ARM),
        "notes": st.none() | st.text(st.characters(categories=["L", "N"]), max_size=20),
    },
)


@given(before=_fields, change=_fields)
def test_a_change_made_twice_is_made_once(before: dict[str, Any], change: dict[str, Any]) -> None:
    """Repeating a change alters nothing, and no null is kept."""
    start = {name: value for name, value in before.items() if value is not None}
    once = merge(start, metadata(**change))
    assert merge(once, metadata(**change)) == once
    assert None not in once.values()


def test_sides_and_common_sites_have_codes_of_snomed_ct() -> None:
    """Ours stay as they are, and what has no code gets none."""
    told = with_snomed({"laterality": LEFT, "bodySite": ARM, "notes": "sore"})
    assert told == {
        "laterality": {**LEFT, "snomed": "7771000"},
        "bodySite": {**ARM, "snomed": "14975008"},
        "notes": "sore",
    }
    other: dict[str, Any] = {
        "laterality": {"code": "na", "display": "n/a"},
        "bodySite": {"code": "uvula", "display": "Uvula"},
    }
    assert with_snomed(other) == other
    assert with_snomed({}) == {}


def test_codes_of_snomed_ct_are_well_formed() -> None:
    """Each is another one, has SNOMED's check digit (Verhoeff's), and names a concept of the international edition."""
    codes = [*LATERALITIES.values(), *BODY_SITES.values()]
    assert len(set(codes)) == len(codes) == 23
    for code in codes:
        assert code[-3:-1] == "00", code
        assert verhoeff(code) == 0, code


def verhoeff(digits: str) -> int:
    """Return the check sum of a number in Verhoeff's scheme, which is 0 if its last digit is right."""
    permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        moved = digit
        for _ in range(place % 8):
            moved = permuted[moved]
        total = _dihedral(total, moved)
    return total


def _dihedral(one: int, other: int) -> int:
    """Multiply in the dihedral group of ten elements."""
    if one < 5:
        return (one + other) % 5 + (0 if other < 5 else 5)
    return (one - other) % 5 + (5 if other < 5 else 0)
