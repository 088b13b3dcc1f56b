"""Format and size of a preview, read from all of its bytes. No I/O."""

from dataclasses import dataclass
from typing import Final

from bedside.capture.image_formats import judge

# Start-of-frame markers of JPEG, which are followed by the picture's size; between them are DHT, JPG and DAC
# (ITU-T T.81, table B.1).
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_VP8_START: Final = b"\x9d\x01\x2a"
_VP8L_START: Final = 0x2F
_LOW_14_BITS: Final = 0x3FFF


@dataclass(frozen=True, slots=True)
class PreviewFormat:
    """A picture's type and its size in pixels."""

    content_type: str
    width: int
    height: int


def preview_format(content: bytes) -> PreviewFormat | None:
    """Return the format of a complete JPEG or WebP picture, or None if the bytes are not one."""
    for extension, content_type, size_of in (("jpg", "image/jpeg", _jpeg_size), ("webp", "image/webp", _webp_size)):
        if judge(extension, len(content), content, content) == "whole":
            size = size_of(content)
            return PreviewFormat(content_type, *size) if size else None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004  # each marker's first byte
        marker = content[at + 1]
        if marker in _FRAMES:
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4])  # noqa: PLR2004  # padding
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    """Return the size in a WebP's first chunk (RFC 9649)."""
    match content[12:16], content[20:30]:
        case b"VP8X", data if len(data) == 10:  # noqa: PLR2004  # flags, then each side less one in 24 bits
            return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
        case b"VP8 ", data if len(data) == 10 and data[3:6] == _VP8_START:  # noqa: PLR2004  # tag, mark, sides
            width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
            return width & _LOW_14_BITS, height & _LOW_14_BITS
        case b"VP8L", data if len(data) >= 5 and data[0] == _VP8L_START:  # noqa: PLR2004  # mark, sides less one
            bits = int.from_bytes(data[1:5], "little")
            return (bits & _LOW_14_BITS) + 1, (bits >> 14 & _LOW_14_BITS) + 1
        case _:
            return None
