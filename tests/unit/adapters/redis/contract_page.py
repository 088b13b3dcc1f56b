"""`python -m tests.unit.adapters.redis.contract_page`: writes the table of docs/adr/0003 from the contract's tests.

Every test there has to end as known_failures.py says, for better or worse, so the table is what the tests found.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from local.cloud import ROOT

sys.path[:0] = [str(ROOT / "functions"), str(ROOT / "layers/core")]

from tests.unit.adapters.redis import test_contract  # noqa: E402  # after the path
from tests.unit.adapters.redis.known_failures import KNOWN  # noqa: E402  # as above

PAGE: Final = ROOT / "docs/adr/0003-no-sdk-on-the-request-path.md"
_BEGIN, _END = "<!-- contract: written by `make docs` -->\n", "<!-- contract: end -->\n"
_HEAD: Final = """
| what is expected | cases | our adapter | `upstash-redis` | what the package does instead |
| --- | --: | --: | --: | --- |
"""


def page(text: str) -> str:
    """Return the text with today's table in the place of its own; raises ValueError if it has none."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError("the page has no place for the table")
    return before + begin + table() + "\n" + end + after


def table() -> str:
    """Return a row for every test of the contract."""
    return _HEAD + "".join(_rows())


def cases() -> dict[str, list[str]]:
    """Return the cases of every test, named as in known_failures.py."""
    return {name: _cases(test) for name, test in vars(test_contract).items() if name.startswith("test_")}


def _cases(test: Callable[..., object]) -> list[str]:
    marks = getattr(test, "pytestmark", [])
    return [f"{test.__name__}[{case}]" for mark in marks for case in mark.kwargs["ids"]] or [test.__name__]


def _rows() -> Iterator[str]:
    for test, named in cases().items():
        reasons = [KNOWN[case] for case in named if case in KNOWN]
        promise = test.removeprefix("test_").replace("_", " ")
        passed, instead = len(named) - len(reasons), "; ".join(dict.fromkeys(reasons))
        yield f"| {promise} | {len(named)} | {len(named)} | {passed} | {instead} |\n"


def main(path: Path = PAGE) -> None:
    """Write the table into the page."""
    path.write_text(page(path.read_text()))


if __name__ == "__main__":
    main()
