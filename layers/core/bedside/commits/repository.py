"""Commits and files in DynamoDB. A file is changed on condition of its version, together with its photo's hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, get_together, transact
from bedside.commits.commit import Commit
from bedside.commits.errors import CommitNotFoundError
from bedside.commits.file import File
from bedside.commits.records import (
    KIND,
    commit_from_item,
    commit_item,
    commit_key,
    file_from_item,
    file_item,
    file_key,
    file_name,
)
from bedside.platform.due_index import DueIndex


@dataclass(frozen=True, slots=True)
class CommitRepository:
    """Commits and files of all facilities; callers must check access to what they read.

    Methods raise UnavailableError.
    """

    table: Table

    def get(self, commit_id: str) -> Commit:
        """Return a commit. Raises CommitNotFoundError."""
        item = self.table.get(commit_key(commit_id))
        if item is None:
            raise CommitNotFoundError("There is no such commit.")
        return commit_from_item(item)

    def find_file(self, name: str) -> File | None:
        """Return a file, or None."""
        item = self.table.get(file_key(name))
        return file_from_item(item) if item else None

    def find_files(self, names: Sequence[str]) -> Mapping[str, File]:
        """Return those of up to 100 files that exist, by their names."""
        items = get_together([(self.table, file_key(name)) for name in names]) if names else {}
        return {file_name(key): file_from_item(item) for key, item in items.items()}

    def create(self, commit: Commit, files: Sequence[tuple[File | None, File]], *changes: Change) -> bool:
        """Add a commit and its files, each with how it was stored before, if it was; False if anything has changed.

        `changes` are made in the same transaction.
        """
        added = self.table.put_change(commit_item(commit), condition="attribute_not_exists(#pk)")
        try:
            transact(*changes, added, *(self._change(before, after) for before, after in files))
        except ConditionFailedError:
            return False
        return True

    def save(self, before: File | None, after: File, *changes: Change) -> bool:
        """Store a file if it is still as in `before`, or still absent; False if it is not.

        `changes` are made in the same transaction.
        """
        try:
            transact(self._change(before, after), *changes)
        except ConditionFailedError:
            return False
        return True

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the names of up to `limit` files that somebody has to look at, longest due first."""
        return [file_name(key) for key in DueIndex(self.table, KIND).due(now_ms, limit)]

    def _change(self, before: File | None, after: File) -> Change:
        if before is None:
            return self.table.put_change(file_item(after), condition="attribute_not_exists(#pk)")
        return self.table.put_change(file_item(after), condition="#version = :seen", values={"seen": before.version})
