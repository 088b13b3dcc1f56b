"""`python -m local.visits_page`: write docs/visits.md from the table in the code."""

import sys
from pathlib import Path

from local.cloud import ROOT
from local.transitions import drawn

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.visits.states import TABLE, TERMINAL

PAGE = ROOT / "docs/visits.md"
_CAUSES = {
    "join": "somebody joins",
    "leave": "somebody leaves",
    "notShown": "no-show",
    "left": "people left by choice",
    "graceOver": "grace period over",
    "limitReached": "time limit reached",
    "end": "practitioner ends it",
    "roomEnded": "provider ends the room",
    "cancel": "cancelled",
    "fail": "provider failed",
}
_HEAD = """# Visits

Written by `make docs` from `layers/core/bedside/visits/states.py`; do not edit.

A visit's state is computed from all known facts: who joined, which connections the provider reported, which decisions
people made, and the time. Webhooks may therefore arrive late, twice and out of order, and a timer only triggers another
look. History only grows, and a visit that is over never changes its state.

"""


def page() -> str:
    """Return the page."""
    return _HEAD + drawn(TABLE, _CAUSES, begins=["scheduled"], ends=sorted(TERMINAL))


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
