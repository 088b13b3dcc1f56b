"""What providers tell later of messages that they took: the delivery log shows it."""

from dataclasses import dataclass, replace
from typing import Final

from bedside.notifications.record import AttemptState
from bedside.notifications.repository import RecordRepository
from bedside.ports.channels import ChannelName

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes of messages, by the ids of their records."""

    records: RecordRepository

    def note(self, record_id: str, channel: ChannelName, state: AttemptState, now_ms: int) -> bool:
        """Store what became of a message on a channel; False if there is no such attempt. Raises UnavailableError."""
        for _ in range(_TRIES):
            record = self.records.find(record_id)
            attempt = record.attempts.get(channel) if record else None
            if record is None or attempt is None:
                return False
            if attempt.state == state:
                return True
            after = replace(attempt, state=state, at=now_ms)
            if self.records.save(replace(record, attempts={**record.attempts, channel: after})):
                return True
        return False
