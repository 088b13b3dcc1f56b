"""Novu's webhooks: what became of the messages that it carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.notifications.channels.outcomes import Outcomes
from bedside.notifications.record import AttemptState
from bedside.ports.channels import ChannelName

_STATES: Final[Mapping[str, AttemptState]] = {"message.sent": "sent", "message.failed": "refused"}
_CHANNELS: Final[Mapping[str, ChannelName]] = {"mail": "mail", "sms": "sms"}


@dataclass(frozen=True, slots=True)
class CarrierEvents:
    """Handles events; tolerates repeated ones."""

    outcomes: Outcomes

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        """Handle an event, and return whether it was relevant. Raises UnavailableError."""
        about = data.get("object")
        transaction = about.get("transactionId") if isinstance(about, Mapping) else None
        if kind not in _STATES or not isinstance(transaction, str):
            return False
        # As `transaction_id` in `adapters/novu.py` writes it.
        named, _, record_id = transaction.partition(".")
        channel = _CHANNELS.get(named)
        # A chat's failure comes as `message.sent` with an error.
        state = "refused" if "error" in data else _STATES[kind]
        return channel is not None and self.outcomes.note(record_id, channel, state, at_ms or now_ms)
