"""What SES tells of mail: addresses from which it came back, or where somebody called it spam, get no more.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bedside.notifications.channels.contact_points import find_mail_address
from bedside.notifications.channels.outcomes import Outcomes
from bedside.notifications.channels.repository import ContactPointRepository, Suppression

# The tag that says which message it was; as in `adapters/aws/mail.py`.
_TAG = "message"


@dataclass(frozen=True, slots=True)
class MailEvents:
    """Handles events; again is the same. `on_suppressed` receives why an address gets no more mail."""

    points: ContactPointRepository
    outcomes: Outcomes
    on_suppressed: Callable[[Suppression], None]

    def handle(self, event: Mapping[str, Any], now_ms: int) -> bool:
        """Handle an event, and return whether it was relevant. Raises UnavailableError."""
        reason = _reason(event)
        if reason is None:
            return False
        for address in _addresses(event, reason):
            if self.points.suppress(address, reason, now_ms):
                self.on_suppressed(reason)
        if reason == "bounce":
            for message_id in _message_ids(event):
                self.outcomes.note(message_id, "mail", "gone", now_ms)
        return True


def _reason(event: Mapping[str, Any]) -> Suppression | None:
    match event.get("eventType"):
        case "Complaint":
            return "complaint"
        case "Bounce":
            # A full mailbox passes (Transient), and nobody knows about an Undetermined one.
            return "bounce" if _inside(event, "bounce").get("bounceType") == "Permanent" else None
        case _:
            return None


def _addresses(event: Mapping[str, Any], reason: Suppression) -> Iterator[str]:
    field = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients"}[reason]
    recipients = _inside(event, reason).get(field)
    for recipient in recipients if isinstance(recipients, list) else ():
        text = recipient.get("emailAddress") if isinstance(recipient, Mapping) else None
        # Some mail hosts write names around an address.
        bare = text.rpartition("<")[2].rstrip("> ") if isinstance(text, str) else ""
        address = find_mail_address(bare.strip())
        if address:
            yield address


def _message_ids(event: Mapping[str, Any]) -> list[str]:
    tags = _inside(event, "mail").get("tags")
    values = tags.get(_TAG) if isinstance(tags, Mapping) else None
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _inside(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = event.get(name)
    return found if isinstance(found, Mapping) else {}
