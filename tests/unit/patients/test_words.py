"""Words by which patients are found: what is the same for somebody who searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.kernel.words import fold
from bedside.patients.words import bucket, name_words, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ārohanui Ngāta", ["arohanui", "ngata"]),
        ("A\u0304rohanui", ["arohanui"]),
        ("José-María Nuñez", ["jose", "maria", "nunez"]),
        ("Søren Łukasz Þór Straße", ["soren", "lukasz", "thor", "strasse"]),
        ("O'Brien", ["obrien", "o", "brien"]),
        ("O’Brien", ["obrien", "o", "brien"]),  # noqa: RUF001  # as Word spells it
        ("Ta\u02bbi\u02bbi", ["taii", "ta", "i"]),
        ("ﬁona ＭＡＲＹ", ["fiona", "mary"]),  # noqa: RUF001  # as copied from a PDF, and full width
        ("İpek IŞIK", ["ipek", "isik"]),
        ("王小明", ["王小明"]),
        ("김민수", ["김민수"]),
        ("Ян Йович", ["ян", "иович"]),
        ("مُحَمَّد", ["محمد"]),
        ("राम कुमार", ["राम", "कुमार"]),
        ("Ann (Annie) Smith, Dr.", ["ann", "annie", "smith", "dr"]),
        ("Ann ann ANN", ["ann"]),
        ("…", []),
    ],
)
def test_names_are_folded(name: str, words: list[str]) -> None:
    """Without case, accents, macrons and glottal stops; other scripts keep what they are read by."""
    assert name_words(name) == words


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is typed is folded as what is stored."""
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper()) == fold(text.upper().lower())


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=40), max_size=4))
def test_a_patient_has_few_words(name: str, identifiers: list[str]) -> None:
    """So many that the old and the new ones of a changed patient fit into one transaction, and none with a space."""
    words = words_of(name, identifiers, "1984-03-07", "+64211234567")
    assert len(words) <= 30
    assert not [word for word in words if not word or len(word.split()) != 1]
    assert "+7654321124 6".replace(" ", "") in words
    assert all(bucket(word) for word in words)
