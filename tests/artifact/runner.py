"""Answers events by handlers as Lambda would, each in a process that holds the layers, one function, and nothing else.

Run it by `python -I -S` with the layers' paths as its arguments. It reads jobs, each a function's path, its handler and
an event, and writes what came of them to the last line. Importing other people's packages takes most of a start: that
happens once, before processes fork. Our own modules each process imports by itself, in the order of its function.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

# Most functions wait for secrets that never come.
_AT_ONCE = 50
_PACKAGES = ("aws_lambda_powertools.logging", "pydantic.json_schema", "pydantic.type_adapter", "starlette.applications")


@dataclass
class _Context:
    function_name: str = "f"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:f"
    aws_request_id: str = "r"
    log_stream_name: str = "s"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def _answer(path: str, handler: str, event: Any) -> Any:
    """Import a function and let it answer."""
    sys.path.insert(0, path)
    module, _, name = handler.rpartition(".")
    answers = getattr(importlib.import_module(module), name)
    try:
        return answers(event, _Context())
    except Exception as error:  # noqa: BLE001  # Lambda takes any
        return {"raised": type(error).__name__}


def _begin(job: tuple[str, str, Any]) -> tuple[int, IO[bytes]]:
    """Let a process do a job; gives its id, and where it writes."""
    written = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it was read
    if pid := os.fork():
        return pid, written
    try:
        found = {"answer": _answer(*job)}
    except BaseException:  # noqa: BLE001  # told to the test
        found = {"died": traceback.format_exc()}
    written.write(json.dumps(found).encode())
    written.flush()
    os._exit(0)


def _answers(jobs: Sequence[tuple[str, str, Any]]) -> Iterator[tuple[int, Any]]:
    """Do all jobs, some at once; gives the number of each with what came of it."""
    running: dict[int, tuple[int, IO[bytes]]] = {}
    waiting = list(enumerate(jobs))
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            number, job = waiting.pop(0)
            pid, written = _begin(job)
            running[pid] = number, written
        pid, _ = os.wait()
        number, written = running.pop(pid)
        with written:
            written.seek(0)
            yield number, json.load(written)


def main(layers: Sequence[str]) -> None:
    """Answer all events of the input."""
    sys.path[:0] = layers
    assert not [path for path in sys.path if "site-packages" in path], sys.path
    for name in _PACKAGES:
        assert str(importlib.import_module(name).__file__).startswith(layers[0])
    answers = dict(_answers(json.load(sys.stdin)))
    print("\n" + json.dumps([answer for _, answer in sorted(answers.items())]))  # noqa: T201  # this is how it answers


if __name__ == "__main__":
    main(sys.argv[1:])
