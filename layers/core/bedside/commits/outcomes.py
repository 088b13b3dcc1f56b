"""What becomes of a file: stored together with its photo's hold, and told to the pages that show the encounter."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import Change
from bedside.capture.commit_holds import CommitHolds
from bedside.capture.live_messages import image_message, session_message
from bedside.capture.model import Session
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.commits.commit import Commit
from bedside.commits.file import File
from bedside.commits.repository import CommitRepository
from bedside.commits.representation import file_document
from bedside.encounters.events import Actor, Event, EventKind, event, user


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Stores what has become of files; `on_outcome` is told of each that ends.

    `tell_visit` returns the change that tells a visit's timeline what has become of its notes.
    """

    repository: CommitRepository
    sessions: SessionRepository
    holds: CommitHolds
    publisher: Callable[[], SessionPublisher]
    on_outcome: Callable[[File], None]
    tell_visit: Callable[[str, Event], Change]

    def settle(self, before: File, after: File, now_ms: int, by: Actor | None = None, *noted: Change) -> File | None:
        """Store a file after a transition, with what that does to its photo; None if the file has changed meanwhile.

        What is `noted` is written in the same transaction. Raises UnavailableError.
        """
        actor = by or user(after.author_id)
        changes = self._photo(after, actor, now_ms) if after.kind == "photo" else self._notes(after, actor, now_ms)
        if not self.repository.save(before, after, *changes, *noted):
            current = self.repository.find_file(before.key)
            if not changes or current != before:
                return None
            # Nobody may take a photo out that is held, or notes. Should they be gone all the same, their file ends.
            if not self.repository.save(before, after, *noted):
                return None
        if not after.under_way:
            self.on_outcome(after)
            self.tell(after, now_ms)
        return after

    def tell_of(self, commit: Commit, session: Session, now_ms: int) -> None:
        """Tell pages that photos of a session, as it is now, are on their way."""
        message = session_message("images-committing", session, now_ms)
        message |= {"commitId": commit.commit_id, "imageIds": list(commit.files)}
        self.publisher().publish(session, message, now_ms)

    def tell(self, file: File, now_ms: int) -> None:
        """Tell pages what has become of a photo; one that misses it reads the commit. Nobody waits for texts."""
        if file.kind != "photo":
            return
        session = self.sessions.find_stored(file.session_key)
        image = session.images.get(file.image_id) if session else None
        if session and image:
            message = {**image_message("image-committed", session, image, now_ms), "commitId": file.commit_id}
            name = f"{file.identifier}-{file.version}"
            self.publisher().announce(session, {**message, **file_document(file)}, name, now_ms)

    def _notes(self, file: File, by: Actor, now_ms: int) -> list[Change]:
        kinds: dict[str, EventKind] = {"committed": "notes-committed", "failed": "notes-not-committed"}
        kind = kinds.get(file.state)
        return [self.tell_visit(file.encounter_id, event(kind, now_ms, by))] if kind else []

    def _photo(self, file: File, by: Actor, now_ms: int) -> list[Change]:
        place = (file.session_key, file.image_id, file.commit_id)
        if file.state == "committed":
            return [self.holds.prepare_fulfil(*place, by, now_ms, file.kept_until)]
        if file.state == "failed":
            return [self.holds.prepare_release(*place, by, now_ms)]
        return []
