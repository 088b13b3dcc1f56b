"""What a release has written, in files that later ones must be able to read: tables, Redis, schedules, messages."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.conftest import client
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.schedules import Schedules
from tests.functions.clinic import Clinic
from tests.tables import SCHEMAS

# One file for each release; none is changed after it was released.
RELEASES: Final = Path(__file__).with_name("releases")

# Names that the code has; those of tables, too.
_WRITTEN: Final = re.compile(r"[A-Za-z]{1,20}|bedside-[a-z]+-test")

type Kept = dict[str, Any]


def keep(clinic: Clinic, schedules: Schedules | None = None, **more: Any) -> Kept:
    """Give all that a clinic has written, and the instant at which it did."""
    waiting = schedules.waiting if schedules else {}
    return {
        "at": clinic.wiring.now_ms(),
        "tables": {name: items for name in SCHEMAS if (items := client("dynamodb").scan(TableName=name)["Items"])},
        "redis": _redis(clinic),
        "schedules": sorted(waiting.values(), key=lambda each: each[0]),
        **more,
    }


def restore(clinic: Clinic, dynamodb: DynamoDb, kept: Kept) -> None:
    """Let a clinic find what was kept, at the same instant."""
    clinic.wiring.stopped_ms = kept["at"]
    for table, items in kept["tables"].items():
        for item in items:
            status, answer = dynamodb.serve("PutItem", json.dumps({"TableName": table, "Item": item}))
            assert status == 200, answer
    redis = clinic.wiring.platform.redis
    for key, (kind, value) in kept["redis"].items():
        if kind == "hash":
            redis.execute("HSET", key, *(part for pair in value.items() for part in pair))
        else:
            redis.execute("SET", key, value)


def covers(written: Any, released: Any) -> bool:
    """Return whether everything that a release wrote is written, under the same name and of the same type.

    What is written beside it, an earlier version ignores. Values are not compared, nor names that are made up.
    """
    match released:
        case Mapping():
            return isinstance(written, Mapping) and all(
                any(_name(other) == _name(name) and covers(found, value) for other, found in written.items())
                for name, value in released.items()
            )
        case list():
            return isinstance(written, list) and all(any(covers(one, each) for one in written) for each in released)
        case _:
            return type(written) is type(released)


def _name(name: str) -> str:
    """Give an attribute's name; * for ids and digests, which are longer or have digits."""
    head, mark, _ = name.partition("#")
    return f"{head}{mark}*" if mark else name if _WRITTEN.fullmatch(name) else "*"


def _redis(clinic: Clinic) -> dict[str, tuple[str, Any]]:
    """Give hashes and strings; what only counts calls may be lost."""
    redis: Any = clinic.wiring.platform.redis
    found: dict[str, tuple[str, Any]] = {}
    for key in sorted(redis.execute("KEYS", "*")):
        kind = redis.execute("TYPE", key)
        if kind == "hash":
            flat = redis.execute("HGETALL", key)
            found[key] = ("hash", dict(zip(flat[::2], flat[1::2], strict=True)))
        elif kind == "string":
            found[key] = ("string", redis.execute("GET", key))
    return found
