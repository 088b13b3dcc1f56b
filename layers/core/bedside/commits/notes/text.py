"""What records get of a visit's signed notes. No I/O."""

from dataclasses import dataclass, field
from typing import Final

from bedside.kernel.instants import iso
from bedside.visits.notes.model import FIELDS, Author, Notes

# In English, as all that records get to read.
_HEADINGS: Final = dict(zip(FIELDS, ("Chief complaint", "Observations", "Assessment", "Plan"), strict=True))
_TITLE: Final = "Notes of a video visit"


@dataclass(frozen=True, slots=True)
class NoteText:
    """A document's words, the same whenever they are asked for; `written_at` (Unix ms) is when the last was signed.

    `written` is what its authors wrote themselves: their names, too, are in the text.
    """

    title: str
    text: str = field(repr=False)
    written_at: int
    written: str = field(repr=False)


def text_of(notes: Notes, addenda: int) -> NoteText | None:
    """Return signed notes with their first so many addenda; None if there are none such."""
    signature, added = notes.signature, notes.addenda[:addenda]
    if signature is None or len(added) < addenda:
        return None
    parts = [f"{heading}\n{notes.texts[name]}" for name, heading in _HEADINGS.items() if notes.texts[name].strip()]
    parts.append(f"Signed {_by(signature.by, signature.at)}")
    parts += [f"Addendum {_by(one.by, one.at)}\n{one.text}" for one in added]
    title = _TITLE if not addenda else f"{_TITLE}, with {addenda} {'addenda' if addenda > 1 else 'addendum'}"
    written = "\n".join([*notes.texts.values(), *(one.text for one in added)])
    return NoteText(title, "\n\n".join(parts), added[-1].at if added else signature.at, written)


def _by(author: Author, at: int) -> str:
    return f"by {author.name}, {iso(at)}" if author.name else iso(at)
