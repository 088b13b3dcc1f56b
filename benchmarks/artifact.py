"""What is deployed: our functions and layers as `sam build` makes them, with their byte code."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stack import ROOT
from local.cloud import Emulator
from local.deployment import Deployment

_BUILDS = ROOT / "local/.state/build"
_ANY = "Otp"  # every function's folder holds the code of all; only the pages have a build of their own


@dataclass(frozen=True, slots=True)
class Artifact:
    """Folders in the order in which Lambda looks into them: the functions' own, then the layers'."""

    folders: tuple[Path, ...]


@contextmanager
def built() -> Iterator[Artifact]:
    """Build the product if necessary, and return a copy that no concurrent run can replace."""
    with tempfile.TemporaryDirectory() as home:
        deployment = Deployment(Emulator.on(0), Path(home) / "state", _BUILDS)
        names = (_ANY, "DepsLayer/python", "CoreLayer/python")
        with deployment.locked():
            deployment.build()
            folders = tuple(
                shutil.copytree(_BUILDS / "sam" / name, Path(home) / "built" / name.partition("/")[0]) for name in names
            )
        yield Artifact(folders)
