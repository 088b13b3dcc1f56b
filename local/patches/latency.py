# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""A function that logs nothing answers at once.

MiniStack waits up to 50 ms for a first log line after every answer, which would be most of a warm request's time. It
loses lines that it reads later than that, so what stands in the pipe already is waited for.
"""

import select
import time
from importlib import import_module
from typing import Any

# A worker writes its log lines before its answer, so they are at most a thread switch away.
_FIRST_LINE_SECONDS = 0.004
_IDLE_SECONDS = 0.002
# On a busy machine, the thread that reads the lines may not run for a while.
_PIPE_SECONDS = 1.0


def apply() -> None:
    runtime: Any = import_module("ministack.core.lambda_runtime")
    drain = runtime.Worker._drain_stderr_bounded

    def drain_quickly(
        worker: Any,
        first_line_wait: float = _FIRST_LINE_SECONDS,
        idle_confirm: float = _IDLE_SECONDS,
        hard_cap: float = 0.250,
    ) -> Any:
        _wait_for_reader(worker._proc)
        return drain(worker, first_line_wait, idle_confirm, hard_cap)

    runtime.Worker._drain_stderr_bounded = drain_quickly


def _wait_for_reader(process: Any) -> None:
    """Wait until the lines that a worker has written are read."""
    deadline = time.monotonic() + _PIPE_SECONDS
    while process and process.poll() is None and process.stderr and time.monotonic() < deadline:
        readable, _, _ = select.select([process.stderr], [], [], 0)
        if not readable:
            return
        time.sleep(0.001)
