"""Whether stored bytes are a complete image of their type, judged by their beginning and end. No I/O."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

# "unclear": these bytes do not tell; all of them do.
type Verdict = Literal["whole", "damaged", "unclear"]

_JPEG_START: Final = b"\xff\xd8\xff"
_JPEG_END: Final = b"\xff\xd9"
_START_OF_SCAN: Final = 0xDA
_PNG_START: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_ENDS: Final = {"jpg": _JPEG_END, "png": _PNG_END}
# Major brands of HEIF images (ISO/IEC 23008-12).
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_BOX_HEADER: Final = 8
_LONG_BOX_HEADER: Final = 16


def judge(extension: str, size: int, head: bytes, tail: bytes) -> Verdict:
    """Judge an image of `size` bytes by its first and its last bytes; either may be all of them.

    Bytes after the image's end are accepted: cameras pad, and append previews.
    """
    return _JUDGES[extension](size, head, tail)


def seems_complete(extension: str, size: int, tail: bytes) -> bool:
    """Return whether the last bytes alone are those of a complete image; if not, that need not mean anything."""
    if len(tail) == size:
        return judge(extension, size, tail, tail) == "whole"
    return extension in _ENDS and _ENDS[extension] in tail


def _jpeg(size: int, head: bytes, tail: bytes) -> Verdict:
    if not head.startswith(_JPEG_START):
        return "damaged"
    scan = _scan(head)
    if len(head) == size:
        return "whole" if scan and head.find(_JPEG_END, scan) > 0 else "damaged"
    # A preview among the metadata has an end of its own, so only an end behind the metadata counts.
    ends = size - len(tail) + tail.rfind(_JPEG_END)
    return "whole" if scan and _JPEG_END in tail and ends >= scan else "unclear"


def _scan(head: bytes) -> int:
    """Return where a JPEG's pixels begin, or 0 if its segments do not lead there."""
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:  # noqa: PLR2004  # each marker's first byte
        marker = head[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  # padding
            at += 1
            continue
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
        if marker == _START_OF_SCAN:
            return at if at <= len(head) else 0
    return 0


def _png(size: int, head: bytes, tail: bytes) -> Verdict:
    if not head.startswith(_PNG_START):
        return "damaged"
    if _PNG_END in tail:
        return "whole"
    return "damaged" if len(tail) == size else "unclear"


def _webp(size: int, head: bytes, _tail: bytes) -> Verdict:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return "damaged"
    return "whole" if _BOX_HEADER + int.from_bytes(head[4:8], "little") <= size else "damaged"


def _heif(size: int, head: bytes, _tail: bytes) -> Verdict:
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIF_BRANDS:
        return "damaged"
    at = 0
    while at + _LONG_BOX_HEADER <= len(head) or at + _BOX_HEADER <= len(head) == size:
        length = int.from_bytes(head[at : at + 4])
        if length == 1:  # the length follows, in 64 bits
            length = int.from_bytes(head[at + _BOX_HEADER : at + _LONG_BOX_HEADER])
        at = size if length == 0 else at + max(length, _BOX_HEADER)  # 0: up to the end
    if at == size:
        return "whole"
    return "damaged" if at > size or len(head) == size else "unclear"


_JUDGES: Final[Mapping[str, Callable[[int, bytes, bytes], Verdict]]] = {
    "jpg": _jpeg,
    "png": _png,
    "webp": _webp,
    "heic": _heif,
}
