"""A commit: one wish of a clinician to take photos and texts of an encounter to the patient's record. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# Photos of one commit: with the session and the commit they are written in one transaction, whose expression for the
# session may have 4 KB.
MOST_FILES: Final = 40


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; `files` are the names of its files by the ids of the photos."""

    commit_id: str
    facility_id: str
    encounter_id: str
    author_id: str
    committed_at: int
    files: Mapping[str, str]
