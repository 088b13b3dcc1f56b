"""Processes of the local cloud."""

import os
import sys
from pathlib import Path

import pytest

from local.child import Child


@pytest.mark.parametrize(
    ("code", "seconds"),
    [("raise SystemExit('no room')", 60.0), ("print('no room', flush=True); input()", 0.0)],
    ids=["it ends", "it takes too long"],
)
def test_what_does_not_start_is_stopped(tmp_path: Path, code: str, seconds: float) -> None:
    """Whoever waits for it is told so, and nothing of it is left."""
    child = Child("door", [sys.executable, "-c", code], tmp_path / "door.log", {"PATH": os.defpath})
    with pytest.raises(RuntimeError, match="the door did not start"):
        child.wait_until_ready(lambda: False, "the door", seconds)
    assert not child.is_running()


def test_what_starts_is_waited_for(tmp_path: Path) -> None:
    """It goes on running."""
    code = "import pathlib, signal; pathlib.Path('ready').touch(); signal.pause()"
    child = Child("door", [sys.executable, "-c", code], tmp_path / "door.log", {"PATH": os.defpath}, cwd=tmp_path)
    try:
        child.wait_until_ready((tmp_path / "ready").exists, "the door", 60)
        assert child.is_running()
    finally:
        child.stop()
