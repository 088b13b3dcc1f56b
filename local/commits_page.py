"""`python -m local.commits_page`: write docs/commits.md from the table in the code."""

import sys
from pathlib import Path

from local.cloud import ROOT
from local.transitions import drawn

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.commits.states import TABLE

PAGE = ROOT / "docs/commits.md"
_CAUSES = {
    "renderingBegan": "rendering began",
    "rendered": "rendered",
    "unrenderable": "cannot be rendered",
    "sent": "about to be sent",
    "stored": "stored",
    "refused": "refused",
    "postponed": "later",
    "answerLost": "answer lost",
    "searchImpossible": "cannot be known",
    "gaveUp": "given up",
    "retried": "tried again",
    "confirmed": "found by a person",
    "denied": "not found by a person",
}
_HEAD = """# Commits to the record

Written by `make docs` from `layers/core/bedside/commits/states.py`; do not edit.

Every photo that is committed has one file, and so has every text. Each transition is one transaction on condition of
the file's version; `hold`, `fulfil` and `release` change the photo in its session in the same transaction.
`committing` is written before the record is told. Clinicians see `pending`, `rendering`, `ready` and `committing` as
one. Signed notes have a file for each number of addenda that they were committed with; there is nothing to hold.

"""


def page() -> str:
    """Return the page."""
    return _HEAD + drawn(TABLE, _CAUSES, begins=["pending"], ends=["committed"])


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
