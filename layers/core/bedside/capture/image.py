"""A photo of a session, and how long it stays once its encounter has ended. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.capture.errors import ImageCommittedError, ImageCommittingError
from bedside.capture.taken import Taken, read_taken

# A photo that arrives late, or that is no longer kept, stays at least an hour: somebody can still see it and keep it.
SHORTEST_STAY_MS: Final = 3600 * 1000
# However often its encounter is opened again, a photo stays no longer than this after its arrival, unless it is kept,
# and then no longer than that. The lifecycle rules in template.yaml delete what is older still.
LONGEST_STAY_MS: Final = 45 * 24 * 3600 * 1000
LONGEST_KEPT_MS: Final = 180 * 24 * 3600 * 1000

# Tags of objects in the bucket, by which its lifecycle rules tell them apart.
UNCOMMITTED: Final = "photo=uncommitted"
KEPT: Final = "photo=kept"


@dataclass(frozen=True, slots=True)
class Image:
    """One photo.

    `sequence` is its number in order of arrival (but see `Session.heir_of`), `revision` the session's revision at its
    last change. `notified`: the phone has reported it; `silent`: that report had no metadata; `corrected`: a clinician
    has changed its metadata; `taken`: when the phone says that it took it; `edits`: the drawing's version.
    `generation` is the start of the session that it was sent to, which may have ended and been opened again since.
    `kept`: it stays until somebody releases it; `released_at`: when somebody last did. `committing`: the commit that is
    taking it to the patient's record, and holds it; `committed`: it is there, and stays here until `committed_until`
    (Unix ms; 0: for good). `failed_commit`: the commit that last failed to take it there, if it did.
    """

    image_id: str
    key: str
    sequence: int
    revision: int
    uploaded_at: int
    metadata: Mapping[str, Any]
    notified: bool
    generation: int
    corrected: bool = False
    silent: bool = False
    taken: Taken | None = None
    kept: bool = False
    released_at: int = 0
    committed: bool = False
    edits: int = 0
    committing: str = ""
    committed_until: int = 0
    failed_commit: str = ""

    @property
    def taken_at(self) -> int:
        """The instant (Unix ms) at which it was taken, or arrived, if the phone does not say."""
        return self.taken.at if self.taken else self.uploaded_at

    @property
    def taken_order(self) -> int:
        """Its place among photos taken at the same instant."""
        return self.taken.order if self.taken else 0

    def require_changeable(self) -> None:
        """Raise ImageCommittedError or ImageCommittingError: what is in the record, or may be, changes no more."""
        if self.committed:
            raise ImageCommittedError("This photo is in the patient's record, and stays as it is.")
        if self.committing:
            raise ImageCommittingError("This photo is on its way to the patient's record. Wait until it has arrived.")

    def vanishes_at(self, retained_until: int) -> int | None:
        """Return the instant (Unix ms) at which it is deleted, or None while it is on its way to the patient's record.

        `retained_until` is the instant until which its ended session's photos stay, unless they are committed.
        """
        if self.committing or (self.committed and not self.committed_until):
            return None
        if self.committed and not self.kept:
            return min(
                max(self.committed_until, self.uploaded_at + SHORTEST_STAY_MS), self.uploaded_at + LONGEST_KEPT_MS
            )
        if self.kept:
            return self.uploaded_at + LONGEST_KEPT_MS
        shortest = max(self.uploaded_at, self.released_at) + SHORTEST_STAY_MS
        return max(shortest, min(retained_until, self.uploaded_at + LONGEST_STAY_MS))


def image_from_record(
    image_id: str, image: Mapping[str, Any], *, sequence: int, revision: int, first_started: int
) -> Image:
    """Return a photo stored in a session's item; earlier releases had no generations but the first."""
    return Image(
        image_id=image_id,
        key=image["key"],
        sequence=sequence,
        revision=revision,
        uploaded_at=int(image["uploadedAt"]),
        metadata=image["metadata"],
        notified=image.get("notified", False),
        generation=int(image.get("generation", first_started)),
        corrected=image.get("corrected", False),
        silent=image.get("silent", False),
        taken=read_taken(image),
        kept=image.get("kept", False),
        released_at=int(image.get("releasedAt", 0)),
        committed=image.get("committed", False),
        edits=int(image.get("edits", 0)),
        committing=image.get("committing", ""),
        committed_until=int(image.get("committedUntil", 0)),
        failed_commit=image.get("failedCommit", ""),
    )
