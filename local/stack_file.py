"""The file from which scripts learn a running stack's addresses and tokens."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path


def write(path: Path, content: Mapping[str, object]) -> None:
    """Write the stack file, readable by its owner only, all at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(content, indent=2) + "\n")
    draft.replace(path)


def remove(path: Path) -> None:
    """Remove the stack file unless another run has replaced it."""
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text())["pids"]["run"] == os.getpid():
            path.unlink()
