"""What a one-time code costs: POST /otp/send and /otp/verify, by our function and written the usual way."""

import compileall
import shutil
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import boto3
import httpx

from benchmarks import artifact, deployed
from benchmarks.events import http_event
from benchmarks.people import new_numbers, newest_code
from benchmarks.race import Environment, Lap, Race, Runner, environment
from benchmarks.relay import relaying
from benchmarks.stack import ROOT, Stack

OURS, USUAL = "ours", "usual"
_HANDLERS = {OURS: "otp.handler.lambda_handler", USUAL: "benchmarks.peers.otp.handler"}
_SEND, _VERIFY = "POST /otp/send", "POST /otp/verify"
_PAIRS = 11
_AGAIN = 25
_COUNTED = 5
_PEER_TABLE = "benchmark-people"
_SIGN_IN_FIELDS = {"accessToken", "refreshToken", "expiresIn", "user"}
_USER_FIELDS = frozenset(
    ["userId", "phone", "displayName", "roles", "facilityId", "verification", "locked", "createdAt", "lastSignInAt"]
)


def measure(stack: Stack) -> list[Race]:
    """Race both calls; raises RuntimeError when anybody's answer is not what the contract says."""
    races = [Race(_SEND), Race(_VERIFY)]
    numbers = new_numbers()
    with _runners(stack) as runners, httpx.Client(timeout=30, trust_env=False) as http:
        course = _Course(stack, http, numbers, races)
        for runner in runners:
            course.count(runner)
        for number in range(_PAIRS):
            # Whoever goes second finds a warmer machine.
            for runner in runners if number % 2 else runners[::-1]:
                course.time(runner)
    return races


class _Course:
    """Codes are sent to numbers that nobody has, and then every one of them is used."""

    def __init__(self, stack: Stack, http: httpx.Client, numbers: Iterator[str], races: list[Race]) -> None:
        self._stack = stack
        self._http = http
        self._numbers = numbers
        self._send, self._verify = races

    def time(self, runner: Runner) -> None:
        """Measure one process for each call."""
        phones = [next(self._numbers) for _ in range(1 + _AGAIN)]
        for race, events in ((self._send, map(_asking, phones)), (self._verify, self._entering(phones))):
            with environment(runner, _HANDLERS[runner.name], self._stack.aws_endpoint) as process:
                laps = [_right(race.call, process.answer(event)) for event in events]
                process.finish()
            race.first.setdefault(runner.name, []).append(laps[0].wall)
            race.first_cpu.setdefault(runner.name, []).append(laps[0].cpu)
            race.again_cpu.setdefault(runner.name, []).append(median(lap.cpu for lap in laps[1:]))

    def count(self, runner: Runner) -> None:
        """Count the requests of a first call and the most of later ones; what is imported gets compiled by it."""
        phones = [next(self._numbers) for _ in range(1 + _COUNTED)]
        with relaying(self._stack.aws_endpoint) as relay:

            def counted(process: Environment, race: Race, event: Mapping[str, Any]) -> Counter[str]:
                relay.counted.clear()
                before = self._stack.redis_requests()
                _right(race.call, process.answer(event))
                found = Counter(relay.counted)
                found["redis"] = self._stack.redis_requests() - before
                return found

            for race, events in ((self._send, map(_asking, phones)), (self._verify, self._entering(phones))):
                with environment(runner, _HANDLERS[runner.name], relay.origin) as process:
                    race.asked_first[runner.name] = counted(process, race, next(events))
                    race.asked_again[runner.name] = Counter()
                    for event in events:
                        race.asked_again[runner.name] |= counted(process, race, event)

    def _entering(self, phones: list[str]) -> Iterator[dict[str, Any]]:
        for phone in phones:
            code = newest_code(self._http, self._stack.outbox_url, phone)
            yield http_event(_VERIFY, {"phone": phone, "otp": code})


def _asking(phone: str) -> dict[str, Any]:
    return http_event(_SEND, {"phone": phone})


def _right(call: str, lap: Lap) -> Lap:
    """Give the lap back; raises RuntimeError unless its answer is what a fresh number gets."""
    if call == _SEND:
        right = lap.status == 202 and lap.body == {"expiresIn": 300, "resendAfter": 30}
    else:
        body: Mapping[str, Any] = lap.body or {}
        user = body.get("user", {})
        right = (
            lap.status == 200
            and body.keys() == _SIGN_IN_FIELDS
            and user.keys() == _USER_FIELDS
            and (body["expiresIn"], user["roles"], user["facilityId"]) == (900, ["patient"], None)
        )
    if not right:
        raise RuntimeError(f"{call}: {lap.status}, not what a fresh number gets: {lap.body}")
    return lap


@contextmanager
def _runners(stack: Stack) -> Iterator[list[Runner]]:
    """Give ours, as it is deployed, and the peer, with a table of its own beside ours."""
    variables = deployed.settings(stack, "Otp")
    with artifact.built() as ours, tempfile.TemporaryDirectory() as folder, _table(stack):
        home = Path(folder)
        shutil.copytree(ROOT / "benchmarks/peers", home / "benchmarks/peers")
        (home / "benchmarks/__init__.py").touch()
        compileall.compile_dir(home, quiet=1)
        credentials = {name: value for name, value in variables.items() if name.startswith("AWS_")}
        usual = {"HOME": folder, "TABLE_NAME": _PEER_TABLE, "SECRETS_PATH": variables["BEDSIDE_SECRETS_PATH"]}
        yield [
            Runner(OURS, ours.folders, {"HOME": folder, **variables}, compiled=False),
            Runner(USUAL, (home, Path(sysconfig.get_path("purelib"))), {**usual, **credentials}, compiled=True),
        ]


@contextmanager
def _table(stack: Stack) -> Iterator[None]:
    dynamo = boto3.client(
        "dynamodb", endpoint_url=stack.aws_endpoint, region_name=stack.region, **deployed.administrator()
    )
    dynamo.create_table(
        TableName=_PEER_TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    try:
        yield
    finally:
        dynamo.delete_table(TableName=_PEER_TABLE)
