"""docs/benchmarks.md, written from one run's measurements."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from benchmarks.cold import Contest
from benchmarks.samples import paired_ratio
from benchmarks.shutter import CPU_SLOWDOWN, Link, Round
from benchmarks.table import TIMES, prose, table, times

_STEPS = (
    ("compress: chosen → ready to be sent", "compress"),
    ("ask: presigned URL", "ask"),
    ("upload → the desktop hears of it", "upload"),
    ("heard → its picture has loaded", "show"),
    ("**shutter → recognisable picture on the desktop**", "recognisable"),
    ("**shutter → the photo on the desktop**", "total"),
    ("(preview, as the phone sees it)", "preview"),
    ("(PUT, as the phone sees it)", "put"),
    ("(notify, as the phone sees it)", "notify"),
)
_NAMES = {
    "redis_bedside": "Bedside's adapter",
    "redis_upstash": "upstash-redis, its defaults",
    "dynamo_bedside": "Bedside's adapter",
    "dynamo_boto3": "boto3 DynamoDB client",
    "presign_bedside": "Bedside's signer",
    "presign_boto3": "boto3 S3 client",
    "secrets_bedside": "Bedside's reader",
    "secrets_boto3": "boto3 SSM client",
}


def shutter(size: int, rounds: Mapping[Link, Sequence[Round]]) -> str:
    """Show the photo's way over each link, in milliseconds."""
    sent = [each.sent_bytes for found in rounds.values() for each in found]
    parts = [
        "## From the shutter press to the picture on the desktop",
        "",
        prose(
            f"""
            A photo of 12 megapixels and {size / 1e6:.1f} MB, in two real pages: the phone's emulated (Pixel 7),
            with the link's speed and delay set through Chromium's developer tools and its page's thread slowed by a
            factor of {CPU_SLOWDOWN}, the desktop's unhindered. {min(sent) / 1e3:,.0f} to {max(sent) / 1e3:,.0f} kB
            leave the phone, fewer over a slower link. Each photo is sent at once, its preview before it is
            compressed. The desktop's grid loads the small picture in a photo's first bytes; what counts as the
            photo on the desktop is the whole one, loaded after that. Aim for a recognisable picture: under 1 s over
            the faster link and under 2 s over the slower one. The first four steps follow each other; those in
            brackets overlap them: the desktop hears of a photo from storage, usually before the phone knows that
            its upload has ended. Compression runs in a worker, which the developer tools do not slow: on a phone
            four times slower than this machine, add three times its row. The first two photos over each link are
            not counted.
            """
        ),
    ]
    for link, found in rounds.items():
        head = [f"{link.name}: {link.down:g}/{link.up:g} Mbit/s, {link.latency:g} ms; n = {len(found)}", *TIMES]
        rows = [[title, *times([getattr(each, name) for each in found])] for title, name in _STEPS]
        parts += ["", table(head, rows)]
    return "\n".join(parts)


def contests(found: Sequence[Contest]) -> str:
    """Show what a fresh process pays, ours against the peer's, in milliseconds and as ratios."""
    rows = []
    for each in found:
        for kind, laps in (("first", each.cold), ("again", each.again)):
            if not laps:
                continue
            ratio = paired_ratio(laps[each.ours], laps[each.peer])
            for name in (each.ours, each.peer):
                shown = f"{ratio:.2f}" if name == each.ours else "1"
                count = str(len(laps[name]))
                rows.append([f"{each.job}, {kind}: {_NAMES[name]}", *times(laps[name]), count, shown])
    return "\n".join(
        [
            "## Our adapters against the usual packages",
            "",
            prose(
                """
                *First* is everything from the first import to the first answer in a fresh process (`python -I -S`,
                byte code compiled, the interpreter's own start not counted); *again* is the median call after that,
                one figure per process. Ours and the peer's run in turn; the ratio is the median over pairs. Redis
                is the same local bridge for both, over plain HTTP: our side makes a TLS context nevertheless, as
                the peer always does and a real database needs. Both presigned URLs bind the same headers of the
                same host, which is checked. DynamoDB and SSM are the local emulator's, over plain HTTP for both.
                """
            ),
            "",
            table(["job", *TIMES, "n", "ratio"], rows),
        ]
    )


def calls(laps: Mapping[str, Sequence[float]]) -> str:
    """Show the warm latency of every call, in milliseconds."""
    rows = [[f"`{name}`" if " /" in name else name, *times(found)] for name, found in laps.items()]
    count = min(len(found) for found in laps.values())
    return "\n".join(
        [
            "## Warm calls through the local cloud",
            "",
            prose(
                f"""
                One client, one kept connection, n = {count}. These are local numbers: they hold the emulator's time
                and no real network's, and say which call is dear, not what AWS will take.
                """
            ),
            "",
            table(["call", *TIMES], rows),
        ]
    )


def whole(sections: Sequence[str], *, today: date, load: float) -> str:
    """Put the page together; `load` is the machine's load average when the run began, apart from the run itself."""
    noisy = " Other work was running, so trust the ratios more than the times." if load > 0.5 else ""
    head = (
        "# Benchmarks\n\n"
        "Written by `make bench`; do not edit. Times are milliseconds. Reproduce: `make bench` starts the product, "
        "measures for about ten minutes and writes this page; `STACK_FILE=local/stack.json make bench` measures "
        "one that `make run` has started (which nobody else may use meanwhile).\n\n"
        f"{today.isoformat()}: {_machine()}; load average before the run {load:.1f}.{noisy}"
    )
    return "\n\n".join([head, *sections]) + "\n"


def _machine() -> str:
    cores = os.cpu_count() or 0
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{_processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
