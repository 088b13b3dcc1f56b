"""One fresh process that does one thing once, and then again and again: how long it takes, as a line of JSON.

Run as `python -I -S probe.py NAME WARM PATH…`: nothing but these folders can be imported, and the clock starts before
the first import. NAME is a module of benchmarks/probes whose `prepare()` gives what is to be called.
"""

import sys
import time


def main() -> None:
    """Measure the probe that the arguments name; the process's own start is not counted."""
    started = time.perf_counter()
    name, warm, *folders = sys.argv[1:]
    sys.path[:0] = folders
    prepare = __import__(f"benchmarks.probes.{name}", fromlist=["prepare"]).prepare
    call = prepare()
    said = call()
    cold = time.perf_counter() - started
    laps = []
    for _ in range(int(warm)):
        lap = time.perf_counter()
        call()
        laps.append(time.perf_counter() - lap)

    import json  # noqa: PLC0415  # only a probe that needs it pays for it above

    laps.sort()
    middle = laps[len(laps) // 2] * 1000 if laps else None
    plain = sorted({file for file in map(_uncompiled, list(sys.modules.values())) if file})
    print(json.dumps({"cold": cold * 1000, "warm": middle, "said": said, "uncompiled": plain}))


def _uncompiled(module: object) -> str | None:
    """Return the name of a module without compiled byte code, whose import would be slow."""
    import os  # noqa: PLC0415  # as json

    source, compiled = getattr(module, "__file__", None), getattr(module, "__cached__", None)
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    if origin in {None, "frozen"} or not source or not source.endswith(".py"):
        return None
    return None if compiled and os.path.exists(compiled) else str(source)  # noqa: PTH110  # pathlib is slow to load


if __name__ == "__main__":
    main()
