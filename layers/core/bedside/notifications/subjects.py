"""What was last planned for each subject, so that a change that changes no notice costs one read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table

# Longer than records, which a subject's next change must not plan anew.
_KEPT_S: Final = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Subject:
    """The records that were planned for a subject, each with its instant (Unix ms)."""

    known: Mapping[str, int] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True)
class SubjectRepository:
    """Subjects by kind and id. Methods raise UnavailableError."""

    table: Table

    def find(self, kind: str, subject_id: str) -> Subject:
        """Return what was planned for a subject, perhaps nothing."""
        item = self.table.get(_key(kind, subject_id))
        if item is None:
            return Subject()
        return Subject({name: int(at) for name, at in item["known"].items()}, int(item["version"]))

    def save(self, kind: str, subject_id: str, subject: Subject, now_ms: int) -> bool:
        """Store what was planned as the version after the one that was read; False if that is not current."""
        try:
            self.table.put(
                {
                    "pk": _key(kind, subject_id),
                    "known": dict(subject.known),
                    "version": subject.version + 1,
                    "ttl": max([now_ms, *subject.known.values()]) // 1000 + _KEPT_S,
                },
                condition="#version = :seen" if subject.version else "attribute_not_exists(#pk)",
                values={"seen": subject.version} if subject.version else {},
            )
        except ConditionFailedError:
            return False
        return True


def _key(kind: str, subject_id: str) -> str:
    return f"subject#{kind}#{subject_id}"
