"""A visit's notes and what may happen to them: saved while they are a draft, signed once, and extended from then on.

No I/O. Every rule returns the notes afterwards, or the same notes if there is nothing to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bedside.kernel.errors import Limit, LimitReachedError
from bedside.visits.errors import NotesEmptyError, NotesNotSignedError, NotesSignedError, TooManyAddendaError

NotesState = Literal["none", "draft", "signed", "released"]

FIELDS: Final = ("chiefComplaint", "observations", "assessment", "plan")
EMPTY: Final[Mapping[str, str]] = dict.fromkeys(FIELDS, "")
# Saved versions per visit, each a DynamoDB item; no human saves this often.
MAX_VERSIONS: Final = 100_000
_VERSIONS: Final = Limit("notes-versions", MAX_VERSIONS, 3600)
# With four texts of 10,000 characters and every sign at most four bytes, an item stays under DynamoDB's 400 KB.
MAX_ADDENDA: Final = 20
ADDENDUM_LENGTH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote or signed something, with the name that they had at that time."""

    user_id: str
    name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    at: int
    by: Author


@dataclass(frozen=True, slots=True)
class Addendum:
    at: int
    by: Author
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Release:
    """A copy that the patient was given: the signed texts with the first so many addenda."""

    at: int
    by: Author
    addenda: int


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a visit; instants in Unix ms. Every change makes a new `version`, 0 is before the first.

    `saved_version` is that of the texts, which no longer change once there is a signature.
    """

    version: int = 0
    texts: Mapping[str, str] = field(default_factory=lambda: EMPTY, repr=False)
    saved_version: int = 0
    saved_at: int = 0
    saved_by: str = ""
    signature: Signature | None = None
    addenda: tuple[Addendum, ...] = ()
    releases: tuple[Release, ...] = ()

    @property
    def state(self) -> NotesState:
        if self.releases:
            return "released"
        if self.signature:
            return "signed"
        return "draft" if self.version else "none"

    @property
    def released_whole(self) -> bool:
        """Whether the patient's copy has everything."""
        return bool(self.releases) and self.releases[-1].addenda == len(self.addenda)


def saved(notes: Notes, texts: Mapping[str, str], by: str, at: int) -> Notes:
    """Return the notes with these texts. Raises NotesSignedError, LimitReachedError."""
    if notes.signature:
        raise NotesSignedError("These notes are signed. Add an addendum instead.")
    if notes.version >= MAX_VERSIONS:
        raise LimitReachedError("These notes were changed too often.", _VERSIONS, _VERSIONS.window_s)
    version = notes.version + 1
    return replace(notes, version=version, saved_version=version, texts=texts, saved_at=at, saved_by=by)


def signed(notes: Notes, by: Author, at: int) -> Notes:
    """Return the notes, signed. Raises NotesSignedError, NotesEmptyError."""
    if notes.signature:
        raise NotesSignedError("These notes are signed already.")
    if not any(text.strip() for text in notes.texts.values()):
        raise NotesEmptyError("There is nothing to sign yet.")
    return replace(notes, version=notes.version + 1, signature=Signature(at, by))


def extended(notes: Notes, addendum: Addendum) -> Notes:
    """Return signed notes with one more addendum. Raises NotesNotSignedError, TooManyAddendaError."""
    if not notes.signature:
        raise NotesNotSignedError("Only signed notes have addenda: change the notes themselves.")
    if len(notes.addenda) >= MAX_ADDENDA:
        raise TooManyAddendaError(f"Notes have at most {MAX_ADDENDA} addenda.")
    return replace(notes, version=notes.version + 1, addenda=(*notes.addenda, addendum))


def released(notes: Notes, by: Author, at: int) -> Notes:
    """Return signed notes of which the patient has a copy with all addenda. Raises NotesNotSignedError."""
    if not notes.signature:
        raise NotesNotSignedError("Only signed notes can be released.")
    if notes.released_whole:
        return notes
    release = Release(at, by, len(notes.addenda))
    return replace(notes, version=notes.version + 1, releases=(*notes.releases, release))
