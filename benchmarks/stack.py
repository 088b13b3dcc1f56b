"""The running product that is measured."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
_PORT = "18600"
_START_SECONDS = 240
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Stack:
    """Addresses of the product and of what stands behind it."""

    origin: str
    redis_url: str
    redis_token: str
    aws_endpoint: str
    region: str
    clinician_token: str

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what `make run` has written; raises KeyError when something is missing in it."""
        found = json.loads(file.read_text())
        return cls(
            found["webUrl"],
            found["redisRestUrl"],
            found["redisRestToken"],
            found["awsEndpointUrl"],
            found["region"],
            found["clinicianToken"],
        )


@contextmanager
def running() -> Iterator[Stack]:
    """Give the product that $STACK_FILE names, or start one as `make run` does, on ports of its own.

    Raises RuntimeError with the launcher's log when it does not start within 4 minutes.
    """
    if named := os.environ.get("STACK_FILE"):
        yield Stack.read(Path(named))
        return
    with tempfile.TemporaryDirectory() as folder:
        file, log = Path(folder, "stack.json"), Path(folder, "run.log")
        environment = {**os.environ, "PORT": _PORT, "STACK_FILE": str(file)}
        with log.open("w") as output:
            run = subprocess.Popen(
                [sys.executable, "-m", "local", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not file.exists():
                if run.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(log.read_text())
                time.sleep(0.2)
            yield Stack.read(file)
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait(_STOP_SECONDS)
