"""What a run's share of the fault matrix rotates by."""

import shutil
import subprocess
from pathlib import Path


def commit() -> str:
    """Return the hash of the commit that is tested, or "" where git cannot tell."""
    git = shutil.which("git")
    if not git:
        return ""
    asked = [git, "rev-parse", "HEAD"]
    found = subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)  # noqa: S603  # no input in it
    return found.stdout.strip()
