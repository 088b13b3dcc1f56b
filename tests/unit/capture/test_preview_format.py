"""What a preview says of itself, as encoders write it."""

import io

import pytest
from PIL import Image

from bedside.capture.preview_format import PreviewFormat, preview_format

WIDE = Image.new("RGB", (320, 181), (200, 150, 130))


def encoded(kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    WIDE.save(out, kind, **how)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("jpeg", {"quality": 40}),
        ("jpeg", {"quality": 40, "progressive": True}),
        ("webp", {"quality": 40}),
        ("webp", {"lossless": True}),
        ("webp", {"quality": 40, "icc_profile": b"a profile"}),
    ],
)
def test_sizes(kind: str, how: dict[str, object]) -> None:
    """Baseline and progressive JPEG; lossy, lossless and extended WebP."""
    content = encoded(kind, **how)
    assert preview_format(content) == PreviewFormat(f"image/{kind}", 320, 181)
    for length in range(0, len(content), 7):
        assert preview_format(content[:length]) is None


@pytest.mark.parametrize("content", [b"", b"GIF89a", encoded("png"), b"\xff\xd8\xff\xda\x00\x02\xff\xd9", b"<svg/>"])
def test_other_bytes(content: bytes) -> None:
    """Nor a JPEG without a frame."""
    assert preview_format(content) is None
    assert preview_format(b"RIFF\x0c\x00\x00\x00WEBPVP8 \x00\x00\x00\x00") is None
