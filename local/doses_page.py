"""`python -m local.doses_page`: write docs/doses.md from the table in the code."""

import sys
from pathlib import Path

from local.cloud import ROOT
from local.transitions import drawn

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.medications.states import TABLE

PAGE = ROOT / "docs/doses.md"
_CAUSES = {
    "taken": "taken",
    "skipped": "skipped",
    "snoozed": "snoozed",
    "awoken": "snooze over",
    "lapsed": "nobody answered",
    "undone": "taken back",
    "undoneLate": "taken back late",
}
_HEAD = """# Doses

Written by `make docs` from `layers/core/bedside/medications/states.py`; do not edit.

Of a plan only the next dose exists: it begins as `due`, at a time that may be ahead. Every transition is one
transaction on condition of the plan's revision, together with the dose that comes next. A dose that was taken later
than its plan's grace allows is marked as late; what counts is when the patient says that they took it.

After 14 days without an answer (`UNANSWERED_DAYS` in `layers/core/bedside/medications/course.py`, a clinical decision)
reminders of a plan pause: its doses go on and are missed, so that the record stays true. The patient, their carers and
the clinician who made the plan are told once, and the plan says so. Any answer, a change of its times or “Remind again”
lets reminders come again.

"""


def page() -> str:
    """Return the page."""
    return _HEAD + drawn(TABLE, _CAUSES, begins=["due"])


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
