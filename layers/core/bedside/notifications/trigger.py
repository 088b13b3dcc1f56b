"""What the streams of other domains' tables report, as subjects of which people may have to be told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bedside.adapters.aws.attributes import Item, from_attributes
from bedside.kernel.errors import UnavailableError
from bedside.notifications.outlet import Outlet
from bedside.notifications.planning import Planning
from bedside.platform.stream_records import NotUnderstoodError, Record, place_of
from bedside.ports.notices import NoticeSource


@dataclass(frozen=True, slots=True)
class Trigger:
    """Plans notices of each changed subject.

    A subject that cannot be planned, or an item that cannot be read, must not hold up those behind it: it goes to the
    queue, which tries it again and at last gives it up to the dead letters. `on_failure` receives the kind of a subject
    that cannot be planned, and the error.
    """

    sources: Mapping[str, Callable[[], NoticeSource]]
    planning: Planning
    outlet: Outlet
    on_failure: Callable[[str, Exception], None]

    def take(self, record: Record, now_ms: int) -> int:
        """Plan what a record of a stream leads to, and return how many notices changed; idempotent.

        Raises UnavailableError, NotUnderstoodError.
        """
        try:
            item = _item_in(record)
            subjects = list(self._subjects(item)) if item else []
        except NotUnderstoodError:
            self.outlet.put_unread(*place_of(record))
            raise
        return sum(self._plan(kind, subject_id, now_ms) for kind, subject_id in subjects)

    def _subjects(self, item: Item) -> Iterator[tuple[str, str]]:
        for kind, compose in self.sources.items():
            source = compose()
            try:
                subject_id = source.subject_in(item)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise NotUnderstoodError(f"{kind}: {type(error).__name__}") from error
            if subject_id:
                yield kind, subject_id

    def _plan(self, kind: str, subject_id: str, now_ms: int) -> int:
        try:
            return self.planning.reconcile(kind, subject_id, now_ms)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  # a mistake of ours, perhaps about this subject alone
            self.on_failure(kind, error)
            self.outlet.put_subject(kind, subject_id)
            return 0


def _item_in(record: Record) -> Item | None:
    """Return the item as a record reports it, or None if it was removed. Raises NotUnderstoodError."""
    try:
        image = record["dynamodb"].get("NewImage")
        return from_attributes(image) if image else None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotUnderstoodError(type(error).__name__) from error
