"""The same call answered by several, each in fresh processes of its own."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from typing import IO, Any

from benchmarks.stack import ROOT

_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Runner:
    """A contestant: folders to import from, the function's own first, and its environment variables.

    `settings` are the variables that only one function has, by function. `compiled` is False where nothing may be
    written beside the sources, since Lambda cannot either.
    """

    name: str
    folders: tuple[Path, ...]
    variables: Mapping[str, str]
    compiled: bool
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lap:
    """One answer, and what it took: milliseconds, and milliseconds of the processor."""

    status: int
    body: Any
    wall: float
    cpu: float


@dataclass(slots=True)
class Race:
    """What one call of a function takes, by the runner's name: the first in a process, and the median of those after.

    Each list has one figure per process; `first` has none where another call of the function stands for it. `asked` are
    the requests of a later call.
    """

    function: str
    call: str
    first: dict[str, list[float]] = field(default_factory=dict)
    first_cpu: dict[str, list[float]] = field(default_factory=dict)
    again_cpu: dict[str, list[float]] = field(default_factory=dict)
    asked: dict[str, Counter[str]] = field(default_factory=dict)


class Environment:
    """A process that answers events."""

    def __init__(self, runner: Runner, process: "subprocess.Popen[str]", said: IO[str]) -> None:
        assert process.stdin  # noqa: S101  # both are pipes; tells the type checker
        assert process.stdout  # noqa: S101  # as above
        self._runner = runner
        self._process = process
        self._events, self._answers = process.stdin, process.stdout
        self._said = said

    def answer(self, event: Mapping[str, Any]) -> Lap:
        """Have one event answered; raises RuntimeError with what the process said where it cannot."""
        try:
            self._events.write(json.dumps(event) + "\n")
            self._events.flush()
        except BrokenPipeError as error:
            raise self._ended() from error
        found = json.loads(self._line())
        content = found["answer"].get("body")
        try:
            body = json.loads(content) if content else None
        except ValueError:  # such as the text of an error; callers look at the status
            body = content
        return Lap(found["answer"]["statusCode"], body, found["wall"], found["cpu"])

    def finish(self) -> None:
        """Let the process end; raises RuntimeError where it had to compile what it imported."""
        self._events.close()
        own = self._runner.folders[0]
        # Not the function's own folder: Lambda mounts it read-only, and `sam build` leaves it as it is.
        imported = [Path(file) for file in json.loads(self._line()) if not Path(file).is_relative_to(own)]
        uncompiled = [str(file) for file in imported if not Path(cache_from_source(file)).exists()]
        if uncompiled:
            raise RuntimeError(f"{self._runner.name} had to compile {uncompiled[:3]}")

    def _line(self) -> str:
        line = self._answers.readline()
        if not line:
            raise self._ended()
        return line

    def _ended(self) -> RuntimeError:
        self._process.wait(_PATIENCE_S)
        self._said.seek(0)
        return RuntimeError(f"{self._runner.name} ended: {self._said.read()[-3000:]}")


@contextmanager
def environment(runner: Runner, handler: str) -> Iterator[Environment]:
    """Start a process for `handler` (module.function), and end it with the block."""
    flags = ["-I", "-S"] if runner.compiled else ["-I", "-S", "-B"]
    command = [sys.executable, *flags, str(ROOT / "benchmarks/invoke.py"), handler, *map(str, runner.folders)]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, env=runner.variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
        )
        try:
            yield Environment(runner, process, said)
        finally:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            process.wait(_PATIENCE_S)
