"""What is drawn on photos and pages, and how they fit into what a record takes."""

import json
import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bedside.adapters.imaging.fonts import REGULAR, font_for, length, wrapped
from bedside.adapters.imaging.marks import in_words
from bedside.adapters.imaging.page import with_banner
from bedside.adapters.imaging.renderer import MOST_EDGE_PX, PillowRenderer
from bedside.ports.records import Format, Rendition
from bedside.ports.rendering import RenderingError
from tests.unit.adapters.imaging.pictures import BANNER, JPEG, edits, opened, saved

if TYPE_CHECKING:
    from collections.abc import Callable

GREY = (120, 120, 120)
RED = (0xD8, 0x1E, 0x1E)
PLAIN = saved(Image.new("RGB", (900, 600), GREY))


def rendered(*shapes: object, rotation: int = 0, rendition: Rendition = JPEG) -> Image.Image:
    text = json.dumps(edits(shapes=shapes, rotation=rotation))
    return opened(PillowRenderer().render(PLAIN, text, rendition, BANNER))


def near(picture: Image.Image, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    shown = picture.getpixel((round(x), round(y)))
    assert isinstance(shown, tuple)
    return math.dist(shown, colour) < 60


def point(x: float, y: float) -> dict[str, float]:
    return {"x": x, "y": y}


def test_shapes_lie_where_they_were_drawn() -> None:
    """Each kind, on a photo that is turned."""
    arrow = {"kind": "arrow", "color": "red", "start": point(0.1, 0.5), "end": point(0.4, 0.5)}
    ellipse = {"kind": "ellipse", "color": "red", "box": {"x": 0.5, "y": 0.1, "width": 0.2, "height": 0.3}}
    freehand = {"kind": "freehand", "color": "red", "points": [point(0.8, 0.2), point(0.8, 0.8), point(0.9, 0.8)]}
    places: dict[int, Callable[[float, float], tuple[float, float]]] = {
        0: lambda x, y: (x * 900, y * 600),
        90: lambda x, y: (600 - y * 600, x * 900),
    }
    for rotation, place in places.items():
        picture = rendered(arrow, ellipse, freehand, rotation=rotation)
        on = [(0.1, 0.5), (0.25, 0.5), (0.4, 0.5), (0.5, 0.25), (0.7, 0.25), (0.6, 0.1), (0.8, 0.5), (0.85, 0.8)]
        off = [(0.25, 0.55), (0.6, 0.25), (0.45, 0.5), (0.75, 0.5)]
        assert all(near(picture, *place(*each), RED) for each in on)
        assert all(near(picture, *place(*each), GREY) for each in off)


def test_lengths_are_told_as_the_editor_tells_them() -> None:
    """No more digits than can be trusted; halves are rounded up, as by people."""
    assert [in_words(length) for length in (50, 12.5, 0.1)] == ["50 mm", "12.5 mm", "0.1 mm"]
    assert [in_words(length, 1) for length in (12, 12.34, 12.25)] == ["12.0 mm", "12.3 mm", "12.3 mm"]


def test_a_banner_has_what_is_known_and_a_scale() -> None:
    """Above the photo, which stays whole; the bar is as long as it says."""
    photo = Image.new("RGB", (900, 600), RED)
    page = with_banner(photo, BANNER, 0.1)
    assert page.width == 900
    above = page.height - 600
    assert page.crop((0, above, 900, page.height)).tobytes() == photo.tobytes()
    dark = [
        x for x in range(900) if any(page.getpixel((x, y)) == (0x14, 0x18, 0x1B) for y in range(above - 45, above - 18))
    ]
    assert dark
    bar = [x for x, after in pairwise(dark) if after == x + 1]
    assert bar[0] + 200 in bar  # 20 mm
    assert with_banner(photo, BANNER, None).tobytes() != page.tobytes()


def test_a_long_name_is_wrapped_and_a_narrow_photo_has_room_for_it() -> None:
    banner = replace(BANNER, patient=" ".join(["Wilhelmina"] * 20), time_zone="Nowhere")
    short, long = (with_banner(Image.new("RGB", (40, 900)), each, None) for each in (BANNER, banner))
    assert short.width == long.width == 640
    assert long.height > short.height
    assert all(length(line, 20, REGULAR) <= 100 for line in wrapped(["a" * 100, "b"], 20, REGULAR, 100))


def test_names_are_written_in_their_own_letters() -> None:
    """Those of a script for which there is no font have question marks; the number says who they are."""
    for name in ("Tūhoe Müller", "Жанна", "Ωmega", "محمد", "हरि"):
        assert font_for(name, 20)[1] == name
    assert font_for("李 Li", 20)[1] == "? Li"


@pytest.mark.parametrize("form", ["jpeg", "tiff", "pdf"])
@pytest.mark.parametrize("max_bytes", [400_000, 60_000, 20_000])
def test_a_file_has_no_more_bytes_than_the_record_takes(form: Format, max_bytes: int) -> None:
    """Of less quality first, then smaller."""
    original = saved(Image.effect_noise((1000, 800), 60).convert("RGB"))
    content = PillowRenderer().render(
        original, json.dumps(edits()), Rendition(form, max_bytes, 4_000, banner=True), BANNER
    )
    assert len(content) <= max_bytes
    assert content.startswith({"jpeg": b"\xff\xd8\xff", "tiff": b"II*\0", "pdf": b"%PDF-1."}[form])
    if form != "pdf":
        picture = opened(content)
        assert picture.mode == "RGB"
        assert picture.info.get("compression", "jpeg") == "jpeg"


def test_what_cannot_be_made_to_fit_is_refused() -> None:
    with pytest.raises(RenderingError) as raised:
        PillowRenderer().render(PLAIN, json.dumps(edits()), replace(JPEG, max_bytes=300), BANNER)
    assert raised.value.problem == "too-large"


def test_no_photo_is_larger_than_the_function_s_memory_is_for() -> None:
    original = saved(Image.new("L", (MOST_EDGE_PX + 900, 8)))
    picture = opened(PillowRenderer().render(original, json.dumps(edits()), replace(JPEG, max_edge_px=9_999), BANNER))
    assert picture.size[0] == MOST_EDGE_PX
