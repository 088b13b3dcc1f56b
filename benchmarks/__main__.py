import os
import sys
from datetime import UTC, datetime
from pathlib import Path

# Some sections use the functions' own code.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers/core"))
from benchmarks import (
    calls,
    cold,
    functions,
    functions_section,
    notices,
    page,
    patients,
    shutter,
    slots,
    stack,
    webhooks,
)

_PAGE = stack.ROOT / "docs/benchmarks.md"


def main() -> int:
    """Measure everything, print it and write docs/benchmarks.md; returns the exit code."""
    load = os.getloadavg()[0]
    sections: list[str] = []

    def done(section: str) -> None:
        sections.append(section)
        print(section, end="\n\n", flush=True)

    print("starting the product …", flush=True)
    with stack.running() as running:
        print("measuring: photos, adapters, functions, calls, webhooks; about ten minutes\n", flush=True)
        done(page.shutter(*shutter.measure(running)))
        done(page.contests(cold.measure(running)))
        done(functions_section.section(functions.measure(running)))
        done(page.calls(calls.measure(running)))
        done(webhooks.section(webhooks.measure(running)))
    done(patients.section(patients.measure()))
    done(slots.section(slots.measure()))
    done(notices.section(notices.measure()))
    _PAGE.parent.mkdir(exist_ok=True)
    _PAGE.write_text(page.whole(sections, today=datetime.now(UTC).date(), load=load))
    print(f"written: {_PAGE.relative_to(stack.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
