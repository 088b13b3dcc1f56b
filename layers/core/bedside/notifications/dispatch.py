"""The dispatcher: tells people what they should be told when its time has come, each once on a channel.

Everything that must not happen twice is written before it happens, so the dispatcher may die between any two steps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bedside.adapters.aws.dynamodb import Change, ConditionFailedError
from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.kernel.errors import UnavailableError
from bedside.notifications.attempts import settled
from bedside.notifications.delivery import DeliveryService, Letter
from bedside.notifications.judgement import Postpone, Summarise, Tell, Withdraw, judge
from bedside.notifications.message_texts import Reading, UnresolvedError, text_of
from bedside.notifications.outlet import Outlet
from bedside.notifications.planning import withdrawn
from bedside.notifications.recipients import Recipient, RecipientRepository
from bedside.notifications.record import Record, Told, UnreadableRecordError, planned, record_id_of
from bedside.notifications.repository import RecordRepository
from bedside.notifications.summary import SUMMARY, summary_notice
from bedside.platform.contract import Workflow
from bedside.ports.notices import Notice, NoticeSource

# Longer than the longest way from a claim to its end.
LEASE_MS: Final = 60_000
_TRIES: Final = 5
# A record that nobody finished so often is given up, once it is later than an outage usually lasts.
_MOST_STALLS: Final = 20
_OUTAGE_MS: Final = 6 * 3_600_000

type Outcome = Literal["told", "withdrawn", "summarised", "failed", "stuck", "waits", "nothing"]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Tells what is due. `sources` and `workflows` (with their domains) are those of all domains, by name.

    `time_zone_of` returns a facility's at an instant. `on_told` hears of everybody whose inbox has something new.
    """

    records: RecordRepository
    recipients: RecipientRepository
    people: PersonRepository
    sources: Mapping[str, Callable[[], NoticeSource]]
    workflows: Mapping[str, tuple[str, Workflow]]
    delivery: DeliveryService
    outlet: Outlet
    time_zone_of: Callable[[str | None, int], str]
    on_told: Callable[[str, int], None]

    def dispatch(self, record_id: str, now_ms: int) -> Outcome:
        """Do what is to be done with a record now, if anything.

        Raises UnavailableError, after which it is repeated, and UnreadableRecordError.
        """
        try:
            record = self._claim(record_id, now_ms)
        except UnreadableRecordError:
            # The queue gives it up to the dead letters; the sweeper would send it on its way again until it expires.
            self.records.set_aside(record_id)
            raise
        if record is None:
            return "nothing"
        if record.over:
            return "stuck"
        notice = self._notice(record)
        person = self.people.find_unscoped(record.recipient)
        if person is None or not person.registered or not person.active:
            notice = None
        recipient = self.recipients.get(record.recipient)
        domain, workflow = self.workflows.get(record.workflow, ("", None))
        zone, expected = self._zones(recipient, notice, person, now_ms)
        match judge(record, notice, workflow, recipient.preferences, zone, now_ms):
            case Withdraw(reason):
                self.delivery.save(withdrawn(record, reason))
                return "withdrawn"
            case Postpone(until):
                later = replace(record, state="planned", due_at=until, send_at=max(record.send_at, until))
                return self._wait(self.delivery.save(later), now_ms)
            case verdict if notice and person and workflow:
                shares = self._shares(record, notice, workflow, now_ms)
                reading = Reading(recipient.preferences.language, zone, now_ms, expected)
                try:
                    told, discreet = _texts(domain, notice, reading)
                except UnresolvedError as error:
                    self.delivery.save(replace(record, state="failed", due_at=None, reason=f"text:{error}"))
                    return "failed"
                letter = Letter(person, recipient, workflow, told, discreet, notice.short_link or notice.link)
                return self._tell(record, letter, shares, verdict, now_ms)
        raise AssertionError("unreachable")

    def _claim(self, record_id: str, now_ms: int) -> Record | None:
        """Take a record in hand, or give it up; None if it is over, not due, or in somebody else's."""
        record = self.records.find(record_id)
        if record is None or record.over or record.due_at is None or record.due_at > now_ms:
            return None
        if record.state == "sending":
            record = replace(settled(record, now_ms), stalls=record.stalls + 1)
            if record.stalls >= _MOST_STALLS and now_ms - record.send_at >= _OUTAGE_MS:
                return self.records.save(replace(record, state="failed", due_at=None, reason="stuck"))
        return self.records.save(replace(record, state="sending", due_at=now_ms + LEASE_MS))

    def _shares(self, record: Record, notice: Notice, workflow: Workflow, now_ms: int) -> list[tuple[Change, str]]:
        """Return the changes without which a notice is withdrawn, each with the reason."""
        found: list[tuple[Change, str]] = []
        if notice.together:
            change = self.recipients.together_change(record.recipient, notice.together, now_ms)
            found.append((change, "together"))
        if workflow.most_a_day is not None:
            change = self.recipients.share_change(record.recipient, workflow, notice.about, now_ms)
            found.append((change, "dayLimit"))
        return found

    def _tell(
        self,
        record: Record,
        letter: Letter,
        shares: Sequence[tuple[Change, str]],
        verdict: Tell | Summarise,
        now_ms: int,
    ) -> Outcome:
        if record.told_at is None and record.workflow != SUMMARY:
            summary = summary_notice(record, verdict.at) if isinstance(verdict, Summarise) else None
            record = self._put_into_inbox(record, letter.told, summary, shares, now_ms)
            if record.state == "withdrawn":
                return "withdrawn"
            self.on_told(record.recipient, now_ms)
        if record.over:
            return "summarised"
        after = self.delivery.deliver(record, letter, now_ms)
        if after.state == "planned":
            return self._wait(after, now_ms)
        return "failed" if after.state == "failed" else "told"

    def _put_into_inbox(
        self, record: Record, shown: Told, summary: Notice | None, shares: Sequence[tuple[Change, str]], now_ms: int
    ) -> Record:
        """Write a message into the inbox; if a summary tells of it, also the record of that, and this one is over.

        If it has no share, of its recipient's day or of one message for several, it is withdrawn.
        """
        told = replace(record, told=shown, told_at=now_ms)
        later: Record | None = None
        if summary:
            told, later = replace(told, state="summarised", due_at=None), planned(summary, now_ms)
            if self.records.find(later.record_id):
                later = None
        for _ in range(_TRIES):
            told_at = told.told_at or now_ms
            changes = [self.recipients.told_change(record.recipient, told_at)]
            changes += [share for share, _ in shares]
            changes += [self.records.create_change(later)] if later else []
            try:
                saved = self.delivery.save(told, *changes)
            except ConditionFailedError as error:
                if error.index == 1:  # everything was marked as read at this very moment
                    told = replace(told, told_at=int((error.item or {}).get("readUntil", told_at)) + 1)
                elif error.index - 2 < len(shares):
                    return self.delivery.save(withdrawn(record, shares[error.index - 2][1]))
                else:  # somebody else has planned the summary
                    later = None
                continue
            if later and later.due_at is not None:
                self.outlet.put(later.record_id, later.due_at, now_ms)
            return saved
        raise UnavailableError("The inbox is being changed by others.")

    def _wait(self, record: Record, now_ms: int) -> Outcome:
        self.outlet.put(record.record_id, record.due_at or now_ms, now_ms)
        return "waits"

    def _notice(self, record: Record) -> Notice | None:
        """Return the notice as its source wants it told now, or None if it wants that no more."""
        source = self.sources.get(record.subject_kind)
        wanted = source().wanted(record.subject_id) if source else []
        return next((notice for notice in wanted if record_id_of(notice) == record.record_id), None)

    def _zones(
        self, recipient: Recipient, notice: Notice | None, person: Person | None, now_ms: int
    ) -> tuple[ZoneInfo, ZoneInfo | None]:
        """Return a recipient's zone, and the one that they expect: the facility's, if their own is known."""
        facility_id = (notice and notice.facility_id) or (person and person.facility_id) or None
        facility = ZoneInfo(self.time_zone_of(facility_id, now_ms))
        own = recipient.preferences.time_zone
        return (ZoneInfo(own), facility) if own else (facility, None)


def _texts(domain: str, notice: Notice, reading: Reading) -> tuple[Told, str]:
    """Return what the inbox shows, and what everybody may see. Raises UnresolvedError."""
    title, text, discreet = (
        text_of(domain, f"{notice.workflow}.{part}", notice.fields, reading) for part in ("title", "text", "discreet")
    )
    return Told(title, text, notice.link), discreet
