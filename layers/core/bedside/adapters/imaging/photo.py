"""Reads photos: in bounded memory, upright, in sRGB, and nothing but the pixels."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageCms

from bedside.adapters.imaging.geometry import Frame, framed, stored_edges, swaps
from bedside.ports.rendering import RenderingError

# Of the original. Phones take 48 to 50 megapixels; what has more is refused before a pixel is read.
MOST_PIXELS: Final = 64_000_000
# Encoders make about ten of a progressive photo. Each is decoded over all pixels, whatever its size in the file.
_MOST_SCANS: Final = 100
# A marker outside of the coded data, in which 0xff is followed by zero or is a restart.
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_ALONE: Final = frozenset({0x01, 0xD8})
_SCAN: Final = 0xDA
_END: Final = 0xD9
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
_ORIENTATION: Final = 0x0112
_TURNS: Final[Mapping[int, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ROTATIONS: Final[Mapping[int, Image.Transpose]] = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
# Pictures are reduced by whole numbers first, down to this many times the size that is wanted.
_REDUCING_GAP: Final = 3.0
_SIXTEEN_BITS: Final = "I;16"
_PAPER: Final = "white"

pi_heif.register_heif_opener(thumbnails=False)


def read(original: bytes, edits: Mapping[str, Any], max_edge: int) -> tuple[Image.Image, Frame]:
    """Return what edits show of a photo, turned and cropped but not drawn upon, and its frame.

    Raises RenderingError.
    """
    try:
        return _read(original, edits, max_edge)
    except (RenderingError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RenderingError("too-large") from error
    except Exception as error:  # decoders raise whatever a hostile file leads them to
        raise RenderingError("photo-unreadable") from error


def _read(original: bytes, edits: Mapping[str, Any], max_edge: int) -> tuple[Image.Image, Frame]:
    with Image.open(BytesIO(original), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise RenderingError("too-large")
        stored = image.size
        if image.format in {"JPEG", "MPO"}:
            if scans_of(original) > _MOST_SCANS:
                raise RenderingError("photo-unreadable")
            # Its decoder can leave out what is not needed, which saves most of the memory.
            frame = framed(_upright(stored, _orientation(image)), edits, max_edge)
            across, down = (max(1, round(edge * min(1.0, frame.scale))) for edge in stored)
            image.draft(None, (across, down))
        image.load()
        orientation = _orientation(image)
        size = _upright(stored, orientation)
        frame = framed(size, edits, max_edge)
        part = stored_edges(frame.crop, size, orientation)
        factors = image.width / stored[0], image.height / stored[1]
        box = (
            part[0] * factors[0],
            part[1] * factors[1],
            min(image.width, part[2] * factors[0]),
            min(image.height, part[3] * factors[1]),
        )
        wanted = frame.shown
        if (frame.rotation % 180 != 0) != swaps(orientation):
            wanted = (wanted[1], wanted[0])
        profile = image.info.get("icc_profile")
        shown = _plain(image).resize(wanted, Image.Resampling.LANCZOS, box, _REDUCING_GAP)
    if orientation in _TURNS:
        shown = shown.transpose(_TURNS[orientation])
    if frame.rotation in _ROTATIONS:
        shown = shown.transpose(_ROTATIONS[frame.rotation])
    shown = _in_srgb(shown, profile)
    # Comments, positions and the like would come along in the file.
    shown.info = {}
    return shown, frame


def scans_of(jpeg: bytes) -> int:
    """Return how many scans a JPEG has, one more than bearable at most, without decoding any of it."""
    at, scans = 0, 0
    while scans <= _MOST_SCANS and (found := _MARKER.search(jpeg, at)):
        marker, at = found[1][0], found.end()
        if marker == _END:
            break
        if marker not in _ALONE:
            at += int.from_bytes(jpeg[at : at + 2])
        scans += marker == _SCAN
    return scans


def _orientation(image: Image.Image) -> int:
    """Return the orientation by the Exif data alone, as browsers do; 1 if there is none."""
    exif = Image.Exif()
    exif.load(image.info.get("exif") or b"")
    orientation = exif.get(_ORIENTATION, 1)
    return orientation if orientation in _TURNS else 1


def _upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if swaps(orientation) else size


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be made smaller and has no palette."""
    if image.mode in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        return image
    if image.mode.startswith(_SIXTEEN_BITS):
        return image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode in {"LA", "RGBA"}:
        alpha = image.getchannel("A")
        paper = Image.new("RGB", image.size, _PAPER)
        paper.paste(image.convert("RGB"), mask=alpha)
        image = paper
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # Browsers, too, take a photo whose profile is broken for sRGB.
        else:
            if converted is not None:
                return converted
    return image.convert("RGB")
