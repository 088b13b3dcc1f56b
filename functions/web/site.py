"""The built pages and their assets, read once: each with its bytes, its compressed forms and their ETags, by name.

Requests look up names in a dictionary and never open files, so path traversal is impossible. `build.js` makes what is
read here.
"""

import gzip
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).parent / "pages"
OPENAPI: Final = Path(__file__).parent / "openapi.json"

# The language of a page that has no other.
SOURCE_LANGUAGE: Final = "en"

# Replaced by the number of idle seconds after which a page signs the user out.
IDLE: Final = b"{{idle-logoff-seconds}}"
_IDLE_DEFAULT: Final = "900"

CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# The ends of the names of compressed files, by their encoding; the first that a client accepts is sent.
COMPRESSED: Final = {"br": ".br", "gzip": ".gz"}
_HASHED: Final = re.compile(r"(.+)-[0-9A-Z]{8}(\.[a-z.]+)")


@dataclass(frozen=True, slots=True)
class Representation:
    """A file in one encoding, with the ETag of its bytes."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A static file; `compressed` holds the encodings that make it smaller, the preferred one first."""

    content_type: str
    plain: Representation
    compressed: Mapping[str, Representation]


@dataclass(frozen=True, slots=True)
class Site:
    """All pages and assets by name.

    `pages` are in English, `translations` by language. An asset's name holds a hash of its content; `current` gives it
    by its name without the hash.
    """

    pages: Mapping[str, StaticFile]
    translations: Mapping[str, Mapping[str, StaticFile]]
    assets: Mapping[str, StaticFile]
    current: Mapping[str, str]

    def languages(self, page: str) -> dict[str, StaticFile]:
        """Return a page in every language that it has."""
        others = {language: pages[page] for language, pages in self.translations.items() if page in pages}
        return {SOURCE_LANGUAGE: self.pages[page], **others}

    def scripts(self, name: str) -> dict[str, StaticFile]:
        """Return a script that no page names in every language that it has."""
        names = {language: f"{name}.{language}.js" for language in self.translations}
        names[SOURCE_LANGUAGE] = f"{name}.js"
        return {language: self.assets[self.current[each]] for language, each in names.items() if each in self.current}


def load_site(root: Path | None = None, environment: Mapping[str, str] = os.environ) -> Site:
    """Read the built pages, by default those of `PAGES`.

    `BEDSIDE_IDLE_LOGOFF_SECONDS` (900 by default) is inserted where a page asks for it. Raises FileNotFoundError where
    nothing is built, ValueError if the variable is not a whole number.
    """
    idle = str(int(environment.get("BEDSIDE_IDLE_LOGOFF_SECONDS") or _IDLE_DEFAULT)).encode()
    folder = root or PAGES
    files = {path.name: path.read_bytes() for path in sorted((folder / "assets").iterdir())}
    assets = {
        name: StaticFile(
            CONTENT_TYPES[Path(name).suffix],
            Representation(body, f'"{_digest(body)}"'),
            {
                encoding: Representation(files[name + suffix], f'"{_digest(body)}-{encoding}"')
                for encoding, suffix in COMPRESSED.items()
                if name + suffix in files
            },
        )
        for name, body in files.items()
        if Path(name).suffix in CONTENT_TYPES
    }

    def pages(place: Path) -> dict[str, StaticFile]:
        return {
            path.stem: static_file(path.read_bytes().replace(IDLE, idle), ".html")
            for path in sorted(place.glob("*.html"))
        }

    return Site(
        pages=pages(folder),
        translations={
            place.name: pages(place) for place in sorted(folder.iterdir()) if place.is_dir() and place.name != "assets"
        },
        assets=assets,
        current={unhashed(name): name for name in assets},
    )


def unhashed(name: str) -> str:
    """Return an asset's name without its hash, the same in every version, or "" for a name without one."""
    parts = _HASHED.fullmatch(name)
    return parts[1] + parts[2] if parts else ""


def load_openapi(path: Path = OPENAPI) -> StaticFile:
    """Read the API's OpenAPI document, which `make docs` writes."""
    return static_file(path.read_bytes(), ".json")


def static_file(body: bytes, suffix: str) -> StaticFile:
    """Prepare what is known at run time only: content type by suffix, and gzip if that makes it smaller."""
    etag = _digest(body)
    # mtime=0 makes the bytes, and so the ETag, the same in every Lambda environment.
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    compressed = {"gzip": Representation(packed, f'"{etag}-gzip"')} if len(packed) < len(body) else {}
    return StaticFile(CONTENT_TYPES[suffix], Representation(body, f'"{etag}"'), compressed)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:20]
