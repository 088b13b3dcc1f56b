"""`python -m local.visits_page`: writes docs/visits.md from the table in the code."""

import sys
from pathlib import Path

from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.visits.states import TABLE, TERMINAL, Transition

PAGE = ROOT / "docs/visits.md"
_CAUSES = {
    "join": "somebody joins",
    "leave": "somebody is gone",
    "notShown": "not shown up",
    "graceOver": "grace over",
    "limitReached": "limit reached",
    "end": "ended",
    "roomEnded": "room ended",
    "cancel": "cancelled",
    "fail": "provider failed",
}
_HEAD = """# Visits

Written by `make docs` from `layers/core/bedside/visits/states.py`; do not edit.

A visit's state follows from what is known of it: who called to join, what the provider told of their connections, what
was decided, and the time. So webhooks may come late, twice and out of order, and a timeout that fires is only a reason
to look. Steps are only added to what was recorded, and a visit that is over stays as it ended.

"""


def page() -> str:
    """Return the page."""
    lines = ["stateDiagram-v2", "  [*] --> scheduled"]
    lines += [f"  {way.source} --> {way.target}: {_CAUSES[way.cause]}" for way in TABLE]
    lines += [f"  {state} --> [*]" for state in sorted(TERMINAL)]
    diagram = "\n".join(lines)
    return (
        f"{_HEAD}```mermaid\n{diagram}\n```\n\n"
        "| from | when | if | to | brings about |\n| --- | --- | --- | --- | --- |\n" + "".join(map(_row, TABLE))
    )


def _row(way: Transition) -> str:
    brought = ", ".join(f"`{effect}`" for effect in way.effects) or "-"
    return f"| {way.source} | {_CAUSES[way.cause]} | {way.guard or '-'} | {way.target} | {brought} |\n"


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
