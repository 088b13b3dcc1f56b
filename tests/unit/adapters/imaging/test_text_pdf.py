"""Notes and summaries as PDF."""

import re
from dataclasses import replace

import pytest

from bedside.adapters.imaging.renderer import PillowRenderer
from bedside.adapters.imaging.text_pdf import MOST_CHARACTERS
from bedside.ports.rendering import RenderingError
from tests.unit.adapters.imaging.pictures import BANNER

MOST_BYTES = 8_000_000


def set_text(text: str, max_bytes: int = MOST_BYTES) -> bytes:
    return PillowRenderer().set_text("Visit's summary", text, BANNER, max_bytes)


def letters_of(content: bytes) -> set[str]:
    """Return the letters that can be copied out of a PDF, by its maps of glyphs to Unicode."""
    maps = re.findall(rb"<[0-9A-F]{4}> <([0-9A-F]{4})>", content)
    return {chr(int(code, 16)) for code in maps}


def test_a_text_can_be_searched_and_is_always_the_same_file() -> None:
    """Letters of several scripts are letters, not pictures of them; there is no time in it but the text's."""
    text = "Wound clean, tūmanako 37 °C.\n\nЖди: محمد"
    content = set_text(text)
    assert content == set_text(text)
    assert content.startswith(b"%PDF-1.")
    assert content.count(b"/Type /Page\n") == 1
    assert {*text.replace("\n", ""), *"Ana Tūhoe ZZZ0016"} <= letters_of(content) | {" "}
    assert b"D:20260921141320" in content
    assert len(content) < 80_000


def test_letters_that_no_font_has_are_known() -> None:
    """So that no note loses them without a word; marks, spaces and other scripts of the fonts are letters."""
    renderer = PillowRenderer()
    assert not renderer.lacks_letters("Wound clean, tu\u0304manako ≥ 37 °C.\n\tЖди: محمد\u200d\ufe0f")
    assert renderer.lacks_letters("Wound clean, 患者")
    assert renderer.lacks_letters("\U0001f44d")


def test_signs_that_no_font_has_are_spelled() -> None:
    """They change what a note means."""
    assert set_text("Pain ≤ 3, SpO₂ ≥ 95 → home") == set_text("Pain <= 3, SpO₂ >= 95 -> home")
    assert letters_of(set_text("≥")) >= {">", "="}


def test_long_texts_have_pages_and_long_words_are_broken() -> None:
    """Nothing is lost beyond an edge, and a text that is too long is refused."""
    content = set_text("\n".join(["word " * 40] * 120) + "x" * 400)
    assert content.count(b"/Type /Page\n") > 5
    with pytest.raises(RenderingError) as raised:
        set_text("a", max_bytes=1_000)
    assert raised.value.problem == "too-large"
    with pytest.raises(RenderingError):
        set_text("a" * (MOST_CHARACTERS + 1))


def test_what_is_not_known_is_left_out() -> None:
    content = PillowRenderer().set_text("Note", "", replace(BANNER, number="", born="", place=""), MOST_BYTES)
    assert content.count(b"/Type /Page\n") == 1
