"""What is read of a photo: the right part, the right way up, in the right colours, and nothing else."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from bedside.adapters.imaging.photo import MOST_PIXELS, read, scans_of
from bedside.adapters.imaging.renderer import PillowRenderer
from bedside.capture.edits import Edits
from bedside.ports.rendering import RenderingError
from tests.examples import examples
from tests.unit.adapters.imaging.pictures import BANNER, JPEG, chart, edits, opened, saved

WIDTH, HEIGHT = 240, 160
FILES = {
    orientation: {form: saved(chart(WIDTH, HEIGHT), form, orientation) for form in ("JPEG", "PNG", "WEBP")}
    for orientation in range(1, 9)
}
# By how much colours may differ from what they should be: JPEG and sampling.
NEAR = 14
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@settings(max_examples=examples(60))
@given(
    st.sampled_from(sorted(FILES)),
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.sampled_from([0, 90, 180, 270]),
    st.tuples(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.1, 1), st.floats(0.1, 1)),
    st.integers(16, 400),
)
def test_the_part_that_is_kept_is_shown_as_it_is_turned(
    orientation: int, form: str, rotation: int, part: tuple[float, float, float, float], max_edge: int
) -> None:
    """Whatever the file's orientation, each corner is that of the crop, and the size is the crop's, bounded."""
    x, y, width, height = part
    crop = {"x": x, "y": y, "width": min(width, 1 - x), "height": min(height, 1 - y)}
    photo, _ = read(FILES[orientation][form], edits(rotation=rotation, crop=crop), max_edge)
    across, down = crop["width"] * WIDTH, crop["height"] * HEIGHT
    factor = min(1, max_edge / max(across, down))
    wanted = [across * factor, down * factor]
    if rotation % 180:
        wanted.reverse()
    assert list(photo.size) == [pytest.approx(edge, abs=0.51) for edge in wanted]
    assert max(photo.size) <= max_edge
    # Clockwise, as corners of the crop come to lie.
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    turned = [corners[(place - rotation // 90) % 4] for place in range(4)]
    for (u, v), (right, low) in zip(corners, turned, strict=True):
        shown = photo.getpixel((round(u * (photo.width - 1)), round(v * (photo.height - 1))))
        assert isinstance(shown, tuple)
        # The middle of the corner's pixel.
        at = [
            (begin + (extent if far else 0) + (-1 if far else 1) * extent / edge / 2)
            for begin, extent, far, edge in (
                (crop["x"], crop["width"], right, wanted[1] if rotation % 180 else wanted[0]),
                (crop["y"], crop["height"], low, wanted[0] if rotation % 180 else wanted[1]),
            )
        ]
        assert [shown[0], shown[1]] == [pytest.approx(each * 255, abs=NEAR) for each in at]


def test_a_heic_photo_is_upright() -> None:
    """As phones store them: with the rotation both in the picture's properties and in its Exif data."""
    original = (Path(__file__).parent / "turned.heic").read_bytes()
    rendered = PillowRenderer().render(original, Edits(format=1, rotation=0, shapes=[]).text(), JPEG, BANNER)
    assert opened(rendered).size == (48, 64)
    assert b"SECRET" in original
    assert b"SECRET" not in rendered


@pytest.mark.parametrize(
    ("picture", "form"),
    [
        (chart(40, 30).convert("L"), "JPEG"),
        (chart(40, 30).convert("CMYK"), "JPEG"),
        (chart(40, 30).convert("P"), "PNG"),
        (chart(40, 30).convert("RGBA"), "PNG"),
        (chart(40, 30).convert("LA"), "PNG"),
        (chart(40, 30).convert("1"), "PNG"),
        (chart(40, 30).convert("L").convert("I;16"), "PNG"),
    ],
)
def test_every_kind_of_picture_becomes_rgb(picture: Image.Image, form: str) -> None:
    """Whatever a scanner or an app has written."""
    photo, _ = read(saved(picture, form), edits(), 100)
    assert (photo.mode, photo.size, photo.info) == ("RGB", (40, 30), {})


def test_bright_pictures_of_16_bits_stay_bright() -> None:
    photo, _ = read(saved(Image.new("I;16", (4, 4), 0xC000), "PNG"), edits(), 100)
    assert photo.getpixel((1, 1)) == (0xC0,) * 3


def test_what_is_transparent_is_paper() -> None:
    photo, _ = read(saved(Image.new("RGBA", (10, 10), (255, 0, 0, 0)), "PNG"), edits(), 100)
    assert photo.getpixel((5, 5)) == (255, 255, 255)


def test_colours_are_converted_to_srgb() -> None:
    """A profile is applied, not only left out; one that is broken is left out."""
    profile = SRGB.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")
    plain, _ = read(saved(chart(40, 30)), edits(), 100)
    converted, _ = read(saved(chart(40, 30), icc_profile=profile), edits(), 100)
    broken, _ = read(saved(chart(40, 30), icc_profile=b"no profile"), edits(), 100)
    red, green, blue = plain.resize((1, 1), box=(30, 0, 40, 10)).tobytes()
    # Its red is green.
    assert list(converted.resize((1, 1), box=(30, 0, 40, 10)).tobytes()) == pytest.approx([green, red, blue], abs=4)
    assert broken.tobytes() == plain.tobytes()


@pytest.mark.parametrize("form", ["jpeg", "tiff", "pdf"])
def test_nothing_else_comes_along(form: str) -> None:
    """No position, comment, description, profile or small picture of what was cropped; always the same file."""
    original = saved(chart(400, 300), orientation=6, icc_profile=SRGB)
    small = b"\xff\xd8 SECRET \xff\xd9"
    original = original[:20] + b"\xff\xe0" + struct.pack(">H", 8 + len(small)) + b"JFXX\0\x10" + small + original[20:]
    assert original.count(b"SECRET") == 3
    rendition = type(JPEG)(form, 8_000_000, 4_000, banner=True)  # type: ignore[arg-type]  # of the parameters
    text = Edits(format=1, rotation=90, shapes=[]).text()
    rendered = [PillowRenderer().render(original, text, rendition, BANNER) for _ in range(2)]
    assert rendered[0] == rendered[1]
    for trace in (b"SECRET", b"JFXX", b"Exif", b"ICC_PROFILE", b"xmp", b"lcms"):
        assert trace not in rendered[0]


def test_bombs_are_refused_before_they_go_off() -> None:
    """A small file that says it has more pixels than any phone takes, with few bytes behind."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    def bomb(width: int, height: int) -> bytes:
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")
        )

    for width, height in ((MOST_PIXELS // 1000 + 1, 1000), (12_000, 9_000), (100_000, 100_000)):
        with pytest.raises(RenderingError) as raised:
            read(bomb(width, height), edits(), 4_000)
        assert raised.value.problem == "too-large"


@settings(max_examples=examples(60))
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_damaged_files_are_said_to_be(form: str, data: st.DataObject) -> None:
    """Cut short or changed anywhere, a file is rendered or refused; nothing else happens."""
    whole = FILES[6][form]
    cut = data.draw(st.integers(0, len(whole)))
    at, value = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.binary(min_size=1, max_size=4))
    for content in (whole[:cut], whole[:at] + value + whole[at + len(value) :]):
        with suppress(RenderingError):
            read(content, edits(), 100)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"GIF89a" + bytes(40), b"<svg/>", FILES[1]["JPEG"][:900]])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(RenderingError) as raised:
        read(content, edits(), 100)
    assert raised.value.problem == "photo-unreadable"


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    """Each scan of a few bytes takes as long as the whole photo; a marker in data or in a picture inside is none."""
    content = BytesIO()
    Image.effect_noise((64, 64), 50).save(content, "JPEG", progressive=True)
    photo = content.getvalue()
    begin, end = photo.rindex(b"\xff\xda"), photo.rindex(b"\xff\xd9")
    assert 1 < scans_of(photo) < 12
    repeated = photo[:end] + photo[begin:end] * 100 + photo[end:]
    with pytest.raises(RenderingError, match="photo-unreadable"):
        read(repeated, edits(), 64)
    # What a phone appends, such as a film, and what is in a segment.
    assert scans_of(photo + b"\xff\xda\x00\x02" * 200) == scans_of(photo)
    comment = b"\xff\xfe" + (802).to_bytes(2) + b"\xff\xda\x00\x02" * 200
    assert scans_of(photo[:2] + comment + photo[2:]) == scans_of(photo)
    read(photo[:2] + comment + photo[2:], edits(), 64)
