"""The part of docs/benchmarks.md about the functions, and the aims that they have."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from benchmarks.functions import FASTAPI, OURS, POWERTOOLS
from benchmarks.race import Race
from benchmarks.samples import paired_ratio
from benchmarks.table import SERVICES, number, prose, table

_NAMES: Final = {OURS: "Bedside", FASTAPI: "FastAPI", POWERTOOLS: "Powertools"}
# What is on the way of every photo.
_HOT: Final = frozenset({"token_validate", "presigned_url"})
_COLD_AIM, _HOT_COLD_AIM, _WARM_AIM = 0.5, 0.35, 0.5


def section(found: Sequence[Race]) -> str:
    """Show what each function costs beside the same work written the usual way: cold, warm, and in requests."""
    count = min(len(laps) for race in found for laps in race.again_cpu.values())
    return "\n\n".join(
        [
            "## Every function against the usual way",
            prose(
                """
                Ours is what `sam build` makes: each function on its layers, with their byte code. The usual way is in
                `benchmarks/peers/`, twice, each one application for all calls: FastAPI behind Mangum, and Powertools'
                resolver with validation; both with pydantic models, boto3's resource and clients and upstash-redis,
                made with their defaults when the module loads. They do the same work on the same tables: the same
                checks and conditional writes, the same sealed sessions in Redis, the same library for QR codes. They
                differ in four things: they limit calls by a counter for each window, they have nothing to fall back on
                when Redis is away, they write neither logs nor metrics, and they go on from the recorded state of a
                visit, which ours works out from all that is known of it. All get the same events, secrets, settings
                and emulator, over plain HTTP with nothing in between; ours makes a TLS context nevertheless, as
                upstash-redis always does. A desktop watches each session whose photos change, and every answer is
                checked, down to the fields.
                """
            ),
            prose(
                f"""
                *Cold* is everything from the first import to the first answer in a fresh process (`python -I -S`, all
                packages compiled, ours without the handler's own file, as in Lambda; the interpreter's own start not
                counted), by the clock; *processor* is the same ratio in processor time, which other work on the machine
                moves less. Medians of {count} processes each, in turn; ratios are medians over pairs. Aims: at most
                {_HOT_COLD_AIM} of FastAPI's for the two calls on the way of every photo, {_COLD_AIM} for the others.
                {_tally(_cold_ratios(found))}
                """
            ),
            _cold(found),
            prose(
                f"""
                *Warm* is the processor time of a call in a process that has answered before, the median of one process.
                Aim: at most {_WARM_AIM} of FastAPI's. {_tally(_warm_ratios(found))}
                """
            ),
            _warm(found),
            prose(
                f"""
                Network requests of a warm call, counted on the bridge (Redis) and by a relay in front of AWS; where the
                three differ, in the order of the tables above. “Sockets” is what is pushed to the desktop. Whoever
                calls with an access token, and whoever watches a session, is read from DynamoDB at most every five
                seconds per process; here they are read each time, and a call that follows soon takes one request fewer.
                Tracing is off, as locally. A cold start adds one request for the secrets, and ours one to Redis where
                it does not know a script yet. Aim: one Redis request on the way of every photo
                ({"met" if _hot_redis(found) else "**not met**"}).
                """
            ),
            _asked(found),
        ]
    )


def _cold_ratios(found: Sequence[Race]) -> list[tuple[float, float]]:
    """Return each function's ratio and target."""
    return [
        (paired_ratio(race.first[OURS], race.first[FASTAPI]), _HOT_COLD_AIM if race.function in _HOT else _COLD_AIM)
        for race in found
        if race.first
    ]


def _warm_ratios(found: Sequence[Race]) -> list[tuple[float, float]]:
    return [(paired_ratio(race.again_cpu[OURS], race.again_cpu[FASTAPI]), _WARM_AIM) for race in found]


def _tally(ratios: Sequence[tuple[float, float]]) -> str:
    return f"Met by {sum(ratio <= aim for ratio, aim in ratios)} of {len(ratios)}."


def _cold(found: Sequence[Race]) -> str:
    rows = []
    for race, (ratio, aim) in zip([race for race in found if race.first], _cold_ratios(found), strict=True):
        processor = paired_ratio(race.first_cpu[OURS], race.first_cpu[FASTAPI])
        other = paired_ratio(race.first[OURS], race.first[POWERTOOLS])
        ratios = [f"{ratio:.2f}", f"{processor:.2f}", f"{other:.2f}"]
        rows.append([f"`{race.function}`", *_medians(race.first), *ratios, f"{aim:g}", _met(ratio, aim)])
    head = ["cold", *_NAMES.values(), "of FastAPI", "processor", "of Powertools", "aim", "met"]
    return table(head, rows)


def _warm(found: Sequence[Race]) -> str:
    rows = []
    for race, (ratio, aim) in zip(found, _warm_ratios(found), strict=True):
        other = paired_ratio(race.again_cpu[OURS], race.again_cpu[POWERTOOLS])
        rows.append([f"`{race.call}`", *_medians(race.again_cpu), f"{ratio:.2f}", f"{other:.2f}", _met(ratio, aim)])
    return table(["warm, processor", *_NAMES.values(), "of FastAPI", "of Powertools", "met"], rows)


def _asked(found: Sequence[Race]) -> str:
    used = {service for race in found for count in race.asked.values() for service in +count}
    services = [*(service for service in SERVICES if service in used), *sorted(used - SERVICES.keys())]
    rows = [[f"`{race.call}`", *(_differing(race, service) for service in services)] for race in found]
    return table(["requests", *(SERVICES.get(service, service) for service in services)], rows)


def _differing(race: Race, service: str) -> str:
    counts = [race.asked[name][service] for name in _NAMES]
    return str(counts[0]) if len(set(counts)) == 1 else " / ".join(map(str, counts))


def _hot_redis(found: Sequence[Race]) -> bool:
    return all(race.asked[OURS]["redis"] <= 1 for race in found if race.function in _HOT)


def _medians(laps: Mapping[str, Sequence[float]]) -> list[str]:
    return [number(median(laps[name])) for name in _NAMES]


def _met(ratio: float, aim: float) -> str:
    return "yes" if ratio <= aim else "**no**"
