"""Files that nobody has done anything about in time: a message was lost, or a function died or does not run."""

from dataclasses import dataclass, replace

from bedside.commits.file import MESSAGE_MS, PATIENCE_MS, given_up
from bedside.commits.messages import Messages
from bedside.commits.outcomes import Outcomes
from bedside.commits.repository import CommitRepository


@dataclass(frozen=True, slots=True)
class OverdueFiles:
    """Sends messages again. It neither renders nor sends anything itself."""

    repository: CommitRepository
    messages: Messages
    outcomes: Outcomes

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the names of up to `limit` files that are overdue, longest due first. Raises UnavailableError."""
        return self.repository.due(now_ms, limit)

    def remind(self, name: str, now_ms: int) -> None:
        """Send a file's message again, or give the file up after a day in one state. Raises UnavailableError."""
        file = self.repository.find_file(name)
        if file is None or file.due_at is None or file.due_at > now_ms:
            return
        if file.changed_at + PATIENCE_MS <= now_ms:
            self.outcomes.settle(file, given_up(file, now_ms), now_ms)
            return
        # First, so that the next sweep does not send it as well.
        later = replace(file, due_at=now_ms + MESSAGE_MS, version=file.version + 1)
        if self.repository.save(file, later):
            self.messages.send(later, now_ms)
