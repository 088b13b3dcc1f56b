"""The local cloud started by a program, such as the tests or the benchmarks, instead of by a person."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local.cloud import ROOT

_START_SECONDS = 240
_STOP_SECONDS = 60


class Background:
    """A run on ports of its own, which writes its stack file and its log into a folder; `settings`: LAN, FAST, COLD."""

    def __init__(self, port: int, folder: Path, **settings: str) -> None:
        self.stack_file, self.log = folder / "stack.json", folder / "run.log"
        environment = {**os.environ, "PORT": str(port), "STACK_FILE": str(self.stack_file), **settings}
        with self.log.open("wb") as output:
            self._run = subprocess.Popen(
                [sys.executable, "-m", "local", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )

    def wait(self) -> None:
        """Wait until it serves; raises RuntimeError with its log if it ends or has not started within 4 minutes."""
        deadline = time.monotonic() + _START_SECONDS
        while not self.stack_file.exists():
            if self._run.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.2)

    def end(self) -> None:
        """Ask it to stop, with everything that it started, and do not wait until it has."""
        self._run.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Stop it and everything that it started."""
        self.end()
        self._run.wait(_STOP_SECONDS)
