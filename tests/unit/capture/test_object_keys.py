"""Names of sessions and images, and what is not one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.capture.object_keys import EXTENSIONS, ObjectKey, session_key
from bedside.kernel.wire import IDENTIFIER

IDS = st.from_regex(IDENTIFIER, fullmatch=True).filter(lambda text: text not in {".", ".."})
KEYS = st.builds(
    ObjectKey,
    facility_id=IDS,
    encounter_id=IDS,
    session_started=st.integers(1_000_000_000_000, 9_999_999_999_999),
    image_id=IDS,
    extension=st.sampled_from(sorted(EXTENSIONS.values())),
)
GOOD = "sessions/FAC001/ENC-1/1795228312345_0f3c.jpg"


@given(key=KEYS)
def test_a_key_is_read_as_it_is_written(key: ObjectKey) -> None:
    """Every key that we can give out is read back into its parts, also with dots in its ids."""
    assert ObjectKey.parse(str(key)) == key


@given(text=st.text(max_size=80) | st.from_regex(r"sessions/.*/.*/[0-9]{13}_.*\.jpg", fullmatch=True))
def test_what_is_read_is_written_the_same(text: str) -> None:
    """No two texts are read as one key, and none holds a way out of its folder."""
    key = ObjectKey.parse(text)
    if key is not None:
        assert str(key) == text
        assert not {".", ".."} & set(text.split("/"))
        assert len(text.split("/")) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD + "\n",
        GOOD + "/",
        "/" + GOOD,
        GOOD.replace("sessions", "session"),
        GOOD.replace("FAC001", ".."),
        GOOD.replace("FAC001", "../FAC001"),
        GOOD.replace("ENC-1", "."),
        GOOD.replace("0f3c", "../0f3c"),
        GOOD.replace("0f3c", "a\x00b"),
        GOOD.replace("0f3c", "\ud800"),
        GOOD.replace("1795228312345", "179522831234"),
        GOOD.replace("1795228312345", "١٧٩٥٢٢٨٣١٢٣٤٥"),
        GOOD.replace("jpg", "jpeg"),
        GOOD.replace("jpg", "JPG"),
        GOOD.replace("jpg", "svg"),
        GOOD.replace("ENC-1", "E" * 65),
        "sessions/" + "a/" * 100_000,
    ],
    ids=range(18),
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """Other folders, control characters, foreign digits and other types of file."""
    assert ObjectKey.parse(GOOD)
    assert ObjectKey.parse(text) is None


@given(first=st.tuples(IDS, IDS), second=st.tuples(IDS, IDS))
def test_sessions_have_names_of_their_own(first: tuple[str, str], second: tuple[str, str]) -> None:
    """Equal names mean the same facility and encounter; a name tells neither."""
    one, two = session_key(b"key", *first), session_key(b"key", *second)
    assert (one == two) == (first == second)
    assert len(one) == 24
    assert one != session_key(b"another key", *first)
