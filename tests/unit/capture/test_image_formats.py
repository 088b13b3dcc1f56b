"""Complete images, cut images, and what is no image."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.capture.image_formats import Verdict, judge, seems_complete

_PREVIEW = b"\xff\xd8\xff\xda\x00\x02 small \xff\xd9"
JPEG = (
    b"\xff\xd8\xff\xe1"
    + struct.pack(">H", 2 + len(_PREVIEW))
    + _PREVIEW
    + b"\xff\xda\x00\x02"
    + b"pixels\xff\x00" * 4_000
)
JPEG += b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + b"\x00" * 17 + b"pixels" * 4_000 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
WEBP = b"RIFF" + struct.pack("<I", 4 + 30_000) + b"WEBP" + b"pixels" * 5_000
HEIC = b"\x00\x00\x00\x10ftypheic\x00\x00\x00\x00" + struct.pack(">I", 8 + 30_000) + b"mdat" + b"pixels" * 5_000
IMAGES = {"jpg": JPEG, "png": PNG, "webp": WEBP, "heic": HEIC}
each_type = pytest.mark.parametrize("extension", IMAGES)


def verdict(extension: str, image: bytes, head: int = 10**6, tail: int = 10**6) -> Verdict:
    return judge(extension, len(image), image[:head], image[-tail:])


@each_type
def test_a_whole_image_is_whole(extension: str) -> None:
    """By its ends alone, by all of it, and with what cameras append: padding, or a preview."""
    image = IMAGES[extension]
    assert verdict(extension, image, 1_000, 100) == verdict(extension, image) == "whole"
    if extension != "heic":
        assert verdict(extension, image + bytes(50), 1_000, 100) == "whole"
        assert verdict(extension, image + bytes(50_000)) == "whole"


@each_type
@given(share=st.floats(0, 0.9999))
def test_a_cut_image_is_never_whole(extension: str, share: float) -> None:
    """Wherever it was cut off; where its ends do not tell, all of it does."""
    image = IMAGES[extension]
    cut = image[: int(len(image) * share)]
    assert verdict(extension, cut) == "damaged"
    assert verdict(extension, cut, 1_000, 100) != "whole"


@each_type
@given(content=st.binary(max_size=2_000))
def test_other_bytes_are_no_image(extension: str, content: bytes) -> None:
    """Nor is an image of another type, or a page that ends as an image does."""
    assert verdict(extension, content) == "damaged"
    for other, image in IMAGES.items():
        if other != extension:
            assert verdict(extension, image, 1_000, 100) == verdict(extension, image) == "damaged"
    assert verdict(extension, b"<script>" + content + IMAGES[extension][-100:]) == "damaged"


def test_a_previews_end_is_not_the_photos() -> None:
    """A JPEG that was cut within or right after its metadata ends as a whole one does."""
    cut = JPEG[: JPEG.index(_PREVIEW) + len(_PREVIEW)]
    assert cut.endswith(b"\xff\xd9")
    assert verdict("jpg", cut, 10, 10) == "unclear"
    assert verdict("jpg", cut) == "damaged"
    assert not seems_complete("jpg", len(cut), cut)


@pytest.mark.parametrize(("extension", "tells"), [("jpg", True), ("png", True), ("webp", False), ("heic", False)])
def test_the_end_alone_may_suffice(extension: str, tells: bool) -> None:  # noqa: FBT001  # a table
    """JPEG and PNG have an end of their own; the others count from their start."""
    image = IMAGES[extension]
    assert seems_complete(extension, len(image), image[-100:]) == tells
    assert not seems_complete(extension, len(image), image[-200:-100])
    assert seems_complete(extension, len(image), image)


def test_boxes_of_any_length_are_counted() -> None:
    """The last box may say 0 for "to the end", and a long one has its length in 64 bits."""
    start = HEIC[:16]
    assert verdict("heic", start + b"\x00\x00\x00\x00mdat" + bytes(100)) == "whole"
    long = b"\x00\x00\x00\x01mdat" + struct.pack(">Q", 116) + bytes(100)
    assert verdict("heic", start + long) == "whole"
    assert verdict("heic", start + long[:-1]) == "damaged"
    assert verdict("heic", start + long + b"\x00\x00\x00\x08free", 30) == "unclear"
