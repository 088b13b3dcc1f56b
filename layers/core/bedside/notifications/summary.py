"""Summaries: one message about everything that came too late, or could wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.notifications.recipients import RecipientRepository
from bedside.notifications.record import Record
from bedside.ports.notices import Notice

# Both the workflow and the kind of its subjects.
SUMMARY: Final = "summary"


def summary_notice(record: Record, at: int) -> Notice:
    """Return the summary, at an instant (Unix ms), that tells of a record among others."""
    return _notice(record.recipient, at, 0, record.facility_id)


@dataclass(frozen=True, slots=True)
class SummarySource:
    """Wants a summary as long as anything is unread. Its subjects are a recipient and an instant."""

    recipients: RecipientRepository

    def subject_in(self, item: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # the protocol's
        """Return None: summaries follow from what is told, and not from a change."""
        return None

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return the summary, unless everything has been read. Raises UnavailableError."""
        recipient, _, at = subject_id.partition("#")
        unread = self.recipients.get(recipient).unread
        return [_notice(recipient, int(at), unread, None)] if unread else []


def _notice(recipient: str, at: int, unread: int, facility_id: str | None) -> Notice:
    return Notice(
        workflow=SUMMARY,
        recipient=recipient,
        subject_kind=SUMMARY,
        subject_id=f"{recipient}#{at}",
        occurrence=str(at),
        send_at=at,
        fields={"count": unread},
        facility_id=facility_id,
    )
