"""The static files, read once: every page and asset with its bytes, its gzip and its ETag, by path.

Requests look up paths in a dictionary and never open files, so path traversal is impossible.
"""

import gzip
import hashlib
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"
OPENAPI: Final = Path(__file__).parent / "openapi.json"

PLACEHOLDER: Final = b"{{assets}}"
# A reference to a part that several pages share, a file in static/parts.
_PART: Final = re.compile(rb"^ *\{\{part ([a-z-]+)\}\}\n", re.MULTILINE)
# Replaced by preload links for all imported modules, which saves a round trip per level of imports.
MODULES: Final = b"{{modules}}"
# Replaced by the number of idle seconds after which a page signs the user out.
IDLE: Final = b"{{idle-logoff-seconds}}"
_IDLE_DEFAULT: Final = "900"
_MAIN: Final = re.compile(rb'<script type="module" src="\{\{assets\}\}/([^"]+)"')
_IMPORT: Final = re.compile(rb'^(?:import|export)\b[^"\';]*["\'](\.[^"\']+)["\']', re.MULTILINE)

CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_ALREADY_COMPRESSED: Final = {".ico", ".png"}


@dataclass(frozen=True, slots=True)
class Representation:
    """A file in one encoding, with the ETag of its bytes."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A static file; `gzipped` is None if compression does not make it smaller."""

    content_type: str
    plain: Representation
    gzipped: Representation | None


@dataclass(frozen=True, slots=True)
class Site:
    """All pages and assets.

    `tree_hash` covers all files, so that any change gives all assets new URLs, and relative imports between modules
    cannot mix versions.
    """

    tree_hash: str
    pages: dict[str, StaticFile]
    assets: dict[str, StaticFile]


def load_site(root: Path = STATIC, environment: Mapping[str, str] = os.environ) -> Site:
    """Read all static files: top-level HTML files become pages by name, everything else assets by path.

    A line `{{part name}}` of a page is replaced by the file parts/name.html. `BEDSIDE_IDLE_LOGOFF_SECONDS` (900 by
    default) is inserted where a page asks for it. Raises KeyError for a missing part, ValueError if the variable is not
    a whole number.
    """
    idle = str(int(environment.get("BEDSIDE_IDLE_LOGOFF_SECONDS") or _IDLE_DEFAULT)).encode()
    contents = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in CONTENT_TYPES
    }
    digest = hashlib.sha256()
    for name, body in contents.items():
        digest.update(f"{len(name)}:{name}:{len(body)}:".encode())
        digest.update(body)
    tree_hash = digest.hexdigest()[:16]
    base = f"/assets/{tree_hash}".encode()

    def page(body: bytes) -> StaticFile:
        whole = _PART.sub(lambda part: contents[f"parts/{part[1].decode()}.html"], body)
        filled = whole.replace(MODULES, preloads(whole, contents)).replace(PLACEHOLDER, base).replace(IDLE, idle)
        return static_file(filled, ".html")

    return Site(
        tree_hash=tree_hash,
        pages={
            name.removesuffix(".html"): page(body)
            for name, body in contents.items()
            if name.endswith(".html") and "/" not in name
        },
        assets={
            name: static_file(body, Path(name).suffix) for name, body in contents.items() if not name.endswith(".html")
        },
    )


def load_openapi(path: Path = OPENAPI) -> StaticFile:
    """Read the API's OpenAPI document, which `make docs` writes."""
    return static_file(path.read_bytes(), ".json")


def preloads(page: bytes, contents: Mapping[str, bytes]) -> bytes:
    """Return links that preload every module that the page's main module imports, directly or indirectly."""
    main = _MAIN.search(page)
    first = main[1].decode() if main else ""
    found, waiting = {first}, [first]
    while waiting:
        module = waiting.pop()
        for relative in _IMPORT.findall(contents.get(module, b"")):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(module), relative.decode()))
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    links = [f'<link rel="modulepreload" href="{PLACEHOLDER.decode()}/{name}">' for name in sorted(found - {first})]
    return "\n    ".join(links).encode()


def static_file(body: bytes, suffix: str) -> StaticFile:
    """Prepare a file for serving: content type by suffix, and gzip if that makes it smaller."""
    etag = hashlib.sha256(body).hexdigest()[:20]
    gzipped = None
    if suffix not in _ALREADY_COMPRESSED:
        # mtime=0 makes the bytes, and so the ETag, the same in every Lambda environment.
        packed = gzip.compress(body, compresslevel=9, mtime=0)
        if len(packed) < len(body):
            gzipped = Representation(packed, f'"{etag}-gz"')
    return StaticFile(CONTENT_TYPES[suffix], Representation(body, f'"{etag}"'), gzipped)
