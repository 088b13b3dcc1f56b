"""What providers tell later of messages that they took: the log shows it, and the next channel has its turn."""

from dataclasses import dataclass
from typing import Final

from bedside.notifications.attempts import with_outcome
from bedside.notifications.record import AttemptState
from bedside.notifications.repository import RecordRepository
from bedside.ports.channels import ChannelName

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes of messages, by the ids of their records."""

    records: RecordRepository

    def note(self, record_id: str, channel: ChannelName, state: AttemptState, now_ms: int) -> bool:
        """Store what became of a message on a channel; False if there is no such attempt. Raises UnavailableError.

        A record that nobody was told after all becomes due again; the sweeper finds it.
        """
        for _ in range(_TRIES):
            record = self.records.find(record_id)
            attempt = record.attempts.get(channel) if record else None
            if record is None or attempt is None:
                return False
            if attempt.state == state:
                return True
            if self.records.save(with_outcome(record, channel, state, now_ms)):
                return True
        return False
