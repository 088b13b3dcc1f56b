"""What every function costs: ours, as it is deployed, and the same work written the usual way, twice."""

import compileall
import dataclasses
import shutil
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from benchmarks import answers, artifact, deployed
from benchmarks.race import Environment, Lap, Race, Runner, environment
from benchmarks.relay import Relay, relaying
from benchmarks.stack import ROOT, Stack
from benchmarks.stage import Stage, Turn, Turns
from benchmarks.turns import FUNCTIONS, turns

OURS, FASTAPI, POWERTOOLS = "ours", "fastapi", "powertools"
_PEERS: Final = {
    FASTAPI: "benchmarks.peers.fastapi_app.handler",
    POWERTOOLS: "benchmarks.peers.powertools_app.handler",
}
_PAIRS: Final = 7
_AGAIN: Final = 6
# How long callers are remembered, and a moment.
_FORGOTTEN_S: Final = 5.2


def measure(stack: Stack) -> list[Race]:
    """Race every function; raises RuntimeError if any response violates the contract."""
    races = {function: [Race(function, call) for call in calls] for function, calls in FUNCTIONS.items()}
    with _runners(stack) as runners:
        for runner in runners:
            _count(stack, runner, [race for each in races.values() for race in each])
        for number in range(_PAIRS):
            # Later contestants find a warmer machine.
            place = number % len(runners)
            for of_function in races.values():
                for runner in runners[place:] + runners[:place]:
                    _time(stack, runner, of_function)
    return [race for each in races.values() for race in each]


def _time(stack: Stack, runner: Runner, races: list[Race]) -> None:
    """Measure one process of a function: its first answer, and those that follow."""
    with Stage(stack) as stage, _environment(runner, races[0].function) as process:
        for race in races:
            laps = []
            made = turns(stage, race.call, 1 + _AGAIN)
            turn: Turn | None = next(made)
            while turn:
                laps.append(_answer(stack, process, race.call, turn))
                turn = _following(made, laps[-1])
            if race is races[0]:
                race.first.setdefault(runner.name, []).append(laps[0].wall)
                race.first_cpu.setdefault(runner.name, []).append(laps[0].cpu)
            race.again_cpu.setdefault(runner.name, []).append(median(lap.cpu for lap in laps[1:]))
        process.finish()


def _count(stack: Stack, runner: Runner, races: list[Race]) -> None:
    """Count the requests of each call in a process that has answered one before; what is imported gets compiled."""
    with relaying(stack.aws_endpoint) as relay, Stage(stack) as stage, ExitStack() as open_:
        waiting = []
        # The calls that live on what Redis remembers for a minute come first in the list, and are begun last.
        for race in reversed(races):
            process = open_.enter_context(_environment(runner, race.function, relay))
            made = turns(stage, race.call, 2)
            lap = _answer(stack, process, race.call, next(made))
            waiting.append((race, process, made, lap))
        # No sign-in is cached any more, so the count is the maximum of a call.
        time.sleep(_FORGOTTEN_S)
        for race, process, made, lap in reversed(waiting):
            turn = made.send(lap.body)
            stack.forget_limits()
            relay.counted.clear()
            before = stack.redis_requests()
            _answer(None, process, race.call, turn)
            race.asked[runner.name] = Counter(relay.counted)
            race.asked[runner.name]["redis"] = stack.redis_requests() - before


def _answer(stack: Stack | None, process: Environment, call: str, turn: Turn) -> Lap:
    """Handle an event and check the response; with a stack, rate limits are reset first."""
    if stack:
        stack.forget_limits()
    lap = process.answer(turn.event)
    answers.check(call, lap, turn.expected)
    return lap


def _following(made: Turns, lap: Lap) -> Turn | None:
    try:
        return made.send(lap.body)
    except StopIteration:
        return None


def _environment(runner: Runner, function: str, relay: Relay | None = None) -> AbstractContextManager[Environment]:
    """Return a process for a function, with its settings, and with all of AWS behind a relay if there is one."""
    variables = {**runner.variables, **runner.settings.get(function, {})}
    if relay:
        live = urlsplit(variables.get("BEDSIDE_LIVE_ENDPOINT", ""))
        variables |= {"AWS_ENDPOINT_URL": relay.origin, "BEDSIDE_LIVE_ENDPOINT": relay.origin + live.path}
    handler = _PEERS.get(runner.name, f"{function}.handler.lambda_handler")
    return environment(dataclasses.replace(runner, variables=variables), handler)


@contextmanager
def _runners(stack: Stack) -> Iterator[list[Runner]]:
    """Return our function, with its settings as deployed, and its peers, each with those of all functions."""
    with artifact.built() as ours, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "benchmarks/peers", home / "benchmarks/peers")
        (home / "benchmarks/__init__.py").touch()
        compileall.compile_dir(home, quiet=1)
        settings = deployed.settings(stack)
        common = {
            # A busy machine must not look like a Redis that is away.
            "BEDSIDE_REDIS_DEADLINE_MS": "2000",
            "AWS_ENDPOINT_URL": stack.aws_endpoint,
            "HOME": folder,
        }
        # upstash-redis makes a TLS context whatever the address is; ours only for one that needs it.
        of_ours = {name: {**own, **common, "BENCHMARK_TLS": "1"} for name, own in settings.items()}
        # A peer is one application for all calls.
        of_peers = {name: value for own in settings.values() for name, value in own.items()} | common
        theirs = (home, Path(sysconfig.get_path("purelib")))
        yield [
            Runner(OURS, ours.folders, {}, compiled=False, settings=of_ours),
            *(Runner(name, theirs, of_peers, compiled=True) for name in _PEERS),
        ]
