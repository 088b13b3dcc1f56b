"""Delivery of a message on the first channel that reaches its recipient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.dynamodb import Change
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.person import Person
from bedside.kernel.errors import UnavailableError
from bedside.notifications.attempts import failed, is_told, next_channel, throttled, with_attempt
from bedside.notifications.carriers import Carrier
from bedside.notifications.channels.texts import TEXTS
from bedside.notifications.recipients import Recipient, RecipientRepository
from bedside.notifications.record import Record, Told
from bedside.notifications.repository import RecordRepository
from bedside.notifications.sms_parts import MOST_PARTS, parts, sms_text
from bedside.platform.contract import Workflow
from bedside.ports.channels import ChannelName, DeliveryUnknownError, Message

# Who tells, in the audit trail.
_US: Final = "bedside"
# Nobody but the reader changes a record that is in hand.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice in words for a person: what the inbox shows, and what everybody may see.

    `text_link` is the link of text messages.
    """

    person: Person
    recipient: Recipient
    workflow: Workflow
    told: Told
    discreet: str
    text_link: str


@dataclass(frozen=True, slots=True)
class DeliveryService:
    """Sends messages, and records each attempt before it. `carriers` are composed on first use; `origin` is the pages'.

    `on_outcome` hears of each attempt: its channel, and what became of it.
    """

    records: RecordRepository
    recipients: RecipientRepository
    carriers: Mapping[ChannelName, Callable[[], Carrier]]
    trail: AuditTrail
    origin: str
    on_outcome: Callable[[ChannelName, str], None]

    def deliver(self, record: Record, letter: Letter, now_ms: int) -> Record:
        """Send a message, and return its record: told, failed, or planned to be tried again.

        Raises UnavailableError, after which somebody else takes the record in hand.
        """
        wanted = [name for name in letter.recipient.preferences.channels_for(letter.workflow) if name in self.carriers]
        while channel := next_channel(record, wanted):
            carrier = self.carriers[channel]()
            addresses = carrier.addresses(letter.person)
            kept_back = channel == "sms" and not letter.recipient.may_get_text(
                now_ms, critical=letter.workflow.critical
            )
            if not addresses or kept_back:
                wanted.remove(channel)
                record = replace(record, reason="textLimit" if kept_back else record.reason)
                continue
            message = self._message(record, letter, channel, carrier)
            record = self.save(with_attempt(record, channel, "started", now_ms))
            try:
                delivery = carrier.send(letter.person, addresses, message, now_ms)
            except UnavailableError as error:
                sent = isinstance(error, DeliveryUnknownError)
                self.on_outcome(channel, "unknown" if sent else "unavailable")
                record = failed(record, channel, sent=sent, now_ms=now_ms)
            else:
                self.on_outcome(channel, delivery.state)
                if delivery.state == "throttled":
                    record = throttled(record, channel, delivery.retry_after_ms, now_ms)
                else:
                    record = with_attempt(record, channel, delivery.state, now_ms, delivery.provider_id)
            if record.state == "planned":
                return self.save(record)
        return self._finish(record, letter, now_ms)

    def save(self, record: Record, *also: Change) -> Record:
        """Store a record that is in our hands, also if its reader has marked it as read meanwhile.

        Raises UnavailableError if it is in somebody else's, and ConditionFailedError if one of the other changes cannot
        be made.
        """
        held = record
        for _ in range(_TRIES):
            saved = self.records.save(held, *also)
            if saved:
                return saved
            current = self.records.find(record.record_id)
            if current is None or current.read_at is None or current.revision != record.revision + 1:
                break
            held = replace(record, read_at=current.read_at, revision=current.revision)
        raise UnavailableError("The notice is in other hands.")

    def _finish(self, record: Record, letter: Letter, now_ms: int) -> Record:
        arrived = is_told(record)
        limited = record.reason == "textLimit"
        # Whom no channel reaches was told by the inbox, which is not enough for what is critical.
        told = arrived or not (record.attempts or (limited and letter.workflow.critical))
        told_at = record.told_at if record.told_at is not None else now_ms
        after = replace(
            record,
            state="told" if told else "failed",
            due_at=None,
            told_at=told_at,
            reason="" if arrived else "textLimit" if limited else "" if told else "noChannel",
        )
        how = ", ".join(f"{name} {attempt.state}" for name, attempt in sorted(after.attempts.items())) or after.reason
        entry = Entry(
            "tell",
            _US,
            record.recipient,
            record.facility_id,
            _US,
            after=f"{record.workflow}: {how}" if how else record.workflow,
        )
        changes = [self.trail.add_change(entry, now_ms)]
        text = after.attempts.get("sms")
        if text and text.state in {"sent", "unknown"}:
            critical = letter.workflow.critical
            changes.append(self.recipients.text_change(record.recipient, letter.recipient, now_ms, critical=critical))
        return self.save(after, *changes)

    def _message(self, record: Record, letter: Letter, channel: ChannelName, carrier: Carrier) -> Message:
        """Return the message for a channel.

        A mail's body is not seen from outside, so it has the full text; a text message only if that is not too long.
        """
        workflow, critical = letter.workflow, letter.workflow.critical
        path = letter.text_link if channel == "sms" else letter.told.link
        link = f"{self.origin}{path}" if self.origin else None
        is_discreet = letter.recipient.preferences.discreet and channel != "mail"
        is_long = channel == "sms" and parts(sms_text(letter.told.text, link)) > MOST_PARTS
        unsubscribe = None if critical else carrier.unsubscribe(letter.person, workflow.category)
        return Message(
            title=letter.told.title,
            text=letter.discreet if is_discreet or is_long else letter.told.text,
            link=link,
            critical=critical,
            message_id=record.record_id,
            unsubscribe=unsubscribe,
            unsubscribe_label=TEXTS[letter.recipient.preferences.language].unsubscribe if unsubscribe else "",
            language=letter.recipient.preferences.language,
            ttl_s=workflow.grace_ms // 1000,
        )
