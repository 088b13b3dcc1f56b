"""The commands of deploy/, run as the Makefile runs them."""

import os
import subprocess
import sys
from pathlib import Path

from local.cloud import ROOT


def command(
    name: str, *words: str, stack_file: Path, timeout_s: float = 60, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m deploy.{name}` with these words beside a stack file; whoever asks looks at what came of it."""
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", f"deploy.{name}", *words],
        cwd=ROOT,
        env={**os.environ, "STACK_FILE": str(stack_file), **environment},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
