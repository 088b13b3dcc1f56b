"""The inbox: what its owner was told, and what of it is unread."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.notifications.errors import NotificationNotFoundError
from bedside.notifications.recipients import Recipient, RecipientRepository
from bedside.notifications.record import Record
from bedside.notifications.repository import CURSOR, PAGE, RecordRepository
from bedside.notifications.representation import (
    InboxDocument,
    NotificationDocument,
    UnreadDocument,
    notification_document,
)
from bedside.notifications.requests import InboxRequest
from bedside.platform.contract import Workflow

# Pages of records that are read for one page of the inbox: those that are still planned are in between.
_LOOKS: Final = 4
_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Inbox:
    """Messages of the caller. `workflows` are those of all domains, by name."""

    records: RecordRepository
    recipients: RecipientRepository
    workflows: Mapping[str, Workflow]

    def list_own(self, who: Principal, request: InboxRequest) -> InboxDocument:
        """Return a page of the caller's messages. Raises InvalidRequestError, UnavailableError."""
        place = CURSOR.read(request.cursor)
        recipient = self.recipients.get(who.user_id)
        found, place = self._page(who.user_id, place, recipient)
        whole = request.cursor is None and place is None
        # Unread messages are not counted down when they expire.
        unread = sum(not each["read"] for each in found) if whole else recipient.unread
        return {"notifications": found, "unread": unread, "cursor": CURSOR.write(place) if place else None}

    def mark_read(self, who: Principal, record_id: str, now_ms: int) -> UnreadDocument:
        """Mark one of the caller's messages as read; again is the same. Raises NotificationNotFoundError."""
        for _ in range(_TRIES):
            record = self.records.find(record_id)
            if record is None or record.recipient != who.user_id or record.told is None:
                raise NotificationNotFoundError("There is no such message.")
            if record.read_at is not None:
                break
            change = self.recipients.read_change(who.user_id, record.told_at or 0)
            try:
                saved = self.records.save(replace(record, read_at=now_ms), change)
            except ConditionFailedError:
                break  # it has been read with all others
            if saved:
                break
        else:
            raise UnavailableError("The message is being changed.")
        return {"unread": self.recipients.get(who.user_id).unread}

    def mark_all_read(self, who: Principal, now_ms: int) -> UnreadDocument:
        """Mark everything as read that the caller was told until now."""
        self.recipients.read_all(who.user_id, now_ms)
        return {"unread": self.recipients.get(who.user_id).unread}

    def _page(
        self, user_id: str, place: Item | None, recipient: Recipient
    ) -> tuple[list[NotificationDocument], Item | None]:
        found: list[NotificationDocument] = []
        for _ in range(_LOOKS):
            records, place = self.records.list_by_recipient(user_id, place)
            found += [self._document(record, recipient) for record in records if record.told]
            if place is None or len(found) >= PAGE:
                break
        return found, place

    def _document(self, record: Record, recipient: Recipient) -> NotificationDocument:
        workflow = self.workflows.get(record.workflow)
        # A later release may have no such workflow any more.
        return notification_document(record, workflow.category if workflow else "account", recipient.read_until)
