"""What a fresh process pays for Redis, DynamoDB, a presigned URL and secrets: our adapters and the usual packages."""

import compileall
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3

from benchmarks import deployed
from benchmarks.stack import ROOT, Stack

_PAIRS = 11
_TABLE = "benchmark"


@dataclass(slots=True)
class Contest:
    """One job done by two: milliseconds of ours and of the peer's, pair by pair."""

    job: str
    ours: str
    peer: str
    warm: int
    cold: dict[str, list[float]] = field(default_factory=dict)
    again: dict[str, list[float]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


def measure(stack: Stack) -> list[Contest]:
    """Run every contest, ours and the peer's in turn, each time in a fresh process.

    Raises RuntimeError when the two did not do the same or had to compile what they imported.
    """
    contests = [
        Contest("one Redis GET", "redis_bedside", "redis_upstash", 300),
        Contest("one DynamoDB GetItem", "dynamo_bedside", "dynamo_boto3", 100),
        Contest("one presigned PUT", "presign_bedside", "presign_boto3", 1000),
        Contest("all secrets from SSM", "secrets_bedside", "secrets_boto3", 0),
    ]
    with tempfile.TemporaryDirectory() as folder, _item(stack):
        home = Path(folder)
        folders = _folders(home)
        environment = _environment(stack, home)
        for contest in contests:
            # The first of each compiles what it imports.
            for number in range(_PAIRS + 1):
                for name in (contest.ours, contest.peer):
                    _run(contest, name, folders, environment, count=number > 0)
            _compare(contest)
    return contests


@contextmanager
def _item(stack: Stack) -> Iterator[None]:
    """Keep an item in a table of its own until the end of the block."""
    dynamo = boto3.client(
        "dynamodb", endpoint_url=stack.aws_endpoint, region_name=stack.region, **deployed.administrator(stack)
    )
    dynamo.create_table(
        TableName=_TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    try:
        dynamo.put_item(TableName=_TABLE, Item={"pk": {"S": "benchmark"}, "images": {"M": {"i": {"N": "1"}}}})
        yield
    finally:
        dynamo.delete_table(TableName=_TABLE)


def _folders(home: Path) -> list[str]:
    """Return the import path: our core compiled as in a build, the installed packages, and the probes."""
    shutil.copytree(ROOT / "layers/core/bedside", home / "bedside", ignore=shutil.ignore_patterns("__pycache__"))
    probes = home / "benchmarks/probes"
    shutil.copytree(ROOT / "benchmarks/probes", probes, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "benchmarks/__init__.py").touch()
    compileall.compile_dir(home, quiet=1)
    return [str(home), sysconfig.get_path("purelib")]


def _environment(stack: Stack, home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),  # without the user's own configuration
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.aws_access_key,
        "AWS_SECRET_ACCESS_KEY": stack.aws_secret_key,
        "AWS_ENDPOINT_URL": stack.aws_endpoint,
        "BENCH_TABLE": _TABLE,
        "AWS_EC2_METADATA_DISABLED": "true",
        "BENCH_REDIS_URL": stack.redis_url,
        "BENCH_REDIS_TOKEN": stack.redis_token,
    }


def _run(contest: Contest, name: str, folders: list[str], environment: Mapping[str, str], *, count: bool) -> None:
    command = [sys.executable, "-I", "-S", str(ROOT / "benchmarks/probe.py"), name, str(contest.warm), *folders]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise RuntimeError(answer.stderr)
    found = json.loads(answer.stdout)
    contest.said[name] = found["said"]
    if not count:
        return
    if found["uncompiled"]:
        raise RuntimeError(f"{name} had to compile {found['uncompiled'][:3]}")
    contest.cold.setdefault(name, []).append(found["cold"])
    if found["warm"] is not None:
        contest.again.setdefault(name, []).append(found["warm"])


def _compare(contest: Contest) -> None:
    ours, peer = contest.said[contest.ours], contest.said[contest.peer]
    if _signed(ours) != _signed(peer):
        raise RuntimeError(f"not the same job: {_signed(ours)} and {_signed(peer)}")


def _signed(said: str) -> object:
    """Return the target and signed headers of a presigned URL; anything else unchanged."""
    url = urlsplit(said)
    if not url.query:
        return said
    return url.netloc, url.path, parse_qs(url.query)["X-Amz-SignedHeaders"]
