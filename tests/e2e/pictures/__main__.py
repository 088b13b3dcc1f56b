"""Takes every picture, or those named: `python -m tests.e2e.pictures [stack file] [capture|visit|bookings …]`."""

import json
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import expect, sync_playwright

from tests.e2e.pictures import bookings, capture, visit

_ROOT: Final = Path(__file__).parents[3]
_PICTURES: Final = {"capture": capture.take, "visit": visit.take, "bookings": bookings.take}


def main(stack_file: Path, names: list[str]) -> None:
    """Take them one after the other."""
    stack = json.loads(stack_file.read_text())
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        for name in names or _PICTURES:
            _PICTURES[name](playwright, stack)


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument not in _PICTURES]
    main(
        Path(given[0]) if given else _ROOT / "local/stack.json",
        [argument for argument in sys.argv[1:] if argument in _PICTURES],
    )
