"""Answers events by handlers as Lambda would, each in a process that holds the layers, one function, and nothing else.

Run it by `python -I -S` with the layers' paths as its arguments. It reads jobs, each a function's path, its handler and
an event, and writes what came of them to the last line. Importing takes most of a start. Other people's packages are
imported once, before processes fork; our own modules once by each function, in its order, before it forks for its
events.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

# Most functions wait for secrets that never come, which takes seconds and no processor.
_FUNCTIONS_AT_ONCE = 60
_EVENTS_AT_ONCE = 30
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


type _Job = tuple[str, str, Any]


def _imported(path: str, handler: str) -> Callable[[Any, Any], Any]:
    """Import a function."""
    sys.path.insert(0, path)
    module, _, name = handler.rpartition(".")
    found: Callable[[Any, Any], Any] = getattr(importlib.import_module(module), name)
    return found


def _answer(answers: Callable[[Any, Any], Any], event: Any) -> Any:
    """Let a function answer an event."""
    try:
        return {"answer": answers(event, _Context())}
    except Exception as error:  # noqa: BLE001  # Lambda takes any
        return {"answer": {"raised": type(error).__name__}}


def _begin(work: Callable[[], Any]) -> tuple[int, IO[bytes]]:
    """Let a process do something; gives its id, and where it writes what comes of it."""
    written = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it was read
    if pid := os.fork():
        return pid, written
    try:
        found = work()
    except BaseException:  # noqa: BLE001  # told to the test
        found = {"died": traceback.format_exc()}
    written.write(json.dumps(found).encode())
    written.flush()
    os._exit(0)


def _results(works: Sequence[Callable[[], Any]], at_once: int) -> list[Any]:
    """Do everything in a process of its own, some at once; gives what came of each, in this order."""
    running: dict[int, tuple[int, IO[bytes]]] = {}
    waiting, found = list(enumerate(works)), {}
    while waiting or running:
        while waiting and len(running) < at_once:
            number, work = waiting.pop(0)
            pid, written = _begin(work)
            running[pid] = number, written
        pid, _ = os.wait()
        number, written = running.pop(pid)
        with written:
            written.seek(0)
            found[number] = json.load(written)
    return [found[number] for number in range(len(works))]


def _function(path: str, handler: str, events: Sequence[Any]) -> list[Any]:
    """Import a function, and let it answer each of these events as the first since its start."""
    answers = _imported(path, handler)
    return _results([partial(_answer, answers, event) for event in events], _EVENTS_AT_ONCE)


def _answers(jobs: Sequence[_Job]) -> list[Any]:
    """Do all jobs; gives what came of each, in their order."""
    functions: dict[tuple[str, str], list[int]] = {}
    for number, (path, handler, _) in enumerate(jobs):
        functions.setdefault((path, handler), []).append(number)
    works = [partial(_function, *key, [jobs[number][2] for number in numbers]) for key, numbers in functions.items()]
    found: dict[int, Any] = {}
    for numbers, results in zip(functions.values(), _results(works, _FUNCTIONS_AT_ONCE), strict=True):
        # One that dies while it is imported answers none of its events.
        every = results if isinstance(results, list) else [results] * len(numbers)
        found |= dict(zip(numbers, every, strict=True))
    return [found[number] for number in range(len(jobs))]


def main(layers: Sequence[str]) -> None:
    """Answer all events of the input."""
    sys.path[:0] = layers
    assert not [path for path in sys.path if "site-packages" in path], sys.path
    for name in _PACKAGES:
        assert str(importlib.import_module(name).__file__).startswith(layers[0])
    print("\n" + json.dumps(_answers(json.load(sys.stdin))))  # noqa: T201  # this is how it answers


if __name__ == "__main__":
    main(sys.argv[1:])
