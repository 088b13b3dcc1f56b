"""The part of docs/benchmarks.md about one-time codes."""

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.codes import OURS, USUAL
from benchmarks.race import Race
from benchmarks.samples import paired_ratio
from benchmarks.table import SERVICES, TIMES, prose, table, times

_RUNNERS = {OURS: "Bedside", USUAL: "the usual way"}


def section(found: Sequence[Race]) -> str:
    """Show what one-time codes cost, by our function and by the usual way: requests, and times with their ratios."""
    return "\n".join(
        [
            "## One-time codes against the usual way",
            "",
            prose(
                """
                Ours is what `sam build` makes: the function `otp` on its layers. The usual way is
                `benchmarks/peers/otp.py`: one FastAPI application behind Mangum, pydantic models, boto3's resource
                and clients with their defaults, made when the module loads, and upstash-redis. It does the same
                work correctly, with as few requests for an item like ours: the code is kept as a keyed hash, a check
                is counted before it is made, one request of several gets the sign-in, a number is parsed by the
                same library. Two things differ: it counts what a number, its block and an address are sent in
                Redis, one request for each call, as such code usually does, where ours counts in DynamoDB within
                the same writes; and it has no limit that holds with Redis away. Both get the same events, numbers that
                nobody has, the same secrets from SSM, the same emulator (nothing in between, plain HTTP), and every
                answer is checked, down to the fields.
                """
            ),
            "",
            _asked(found),
            "",
            prose(
                """
                *First* is everything from the first import to the first answer in a fresh process (`python -I -S`,
                all packages compiled, ours without the handler's own file, as in Lambda; the interpreter's own start
                not counted), by the clock and in processor time, which other work on the machine moves less; ours
                and the other's run in turn. *Again* is the processor time of a warm call, the median of one
                process. Ratios are medians over pairs. Aims: 0.5 for each.
                """
            ),
            "",
            table(["call", *TIMES, "n", "ratio"], [row for race in found for row in _raced(race)]),
        ]
    )


def _asked(found: Sequence[Race]) -> str:
    counts = [count for race in found for asked in (race.asked_first, race.asked_again) for count in asked.values()]
    used = {service for count in counts for service in +count}
    services = [service for service in SERVICES if service in used]
    rows = [
        [f"`{race.call}`, {kind}: {_RUNNERS[name]}", *(str(count[each]) for each in services), *_total(asked, name)]
        for race in found
        for kind, asked in (("first", race.asked_first), ("again", race.asked_again))
        for name, count in asked.items()
    ]
    return table(["requests", *(SERVICES[service] for service in services), "all", "ratio"], rows)


def _total(asked: Mapping[str, Counter[str]], name: str) -> list[str]:
    ratio = f"{asked[name].total() / asked[USUAL].total():.2f}" if name != USUAL else "1"
    return [str(asked[name].total()), ratio]


def _raced(race: Race) -> list[list[str]]:
    rows = []
    measures = (("first", race.first), ("first, processor", race.first_cpu), ("again, processor", race.again_cpu))
    for kind, laps in measures:
        ratio = paired_ratio(laps[OURS], laps[USUAL])
        for name, shown in ((OURS, f"{ratio:.2f}"), (USUAL, "1")):
            rows.append([f"`{race.call}`, {kind}: {_RUNNERS[name]}", *times(laps[name]), str(len(laps[name])), shown])
    return rows
