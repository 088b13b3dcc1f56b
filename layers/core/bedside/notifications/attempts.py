"""What follows from attempts to send a message: pure rules. No I/O."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bedside.notifications.record import Attempt, AttemptState, Record
from bedside.ports.channels import ChannelName

# Pauses before a provider that failed is asked again; then the next channel has its turn.
_PAUSES_MS: Final = (15_000, 60_000, 300_000, 900_000)
# Pauses while a provider takes no more: they grow, so that thousands who wait do not ask all the time.
_THROTTLED_MS: Final = 2_000
_LONGEST_THROTTLED_MS: Final = 32_000
_LONGEST_MS: Final = 900_000
# Why a record that the inbox has is planned again: its message came back, or what was withdrawn meanwhile is so again.
RETURNED: Final = "returned"
# Attempts after which no other channel is tried.
_ARRIVED: Final[frozenset[AttemptState]] = frozenset({"sent", "unknown"})
_FAILED: Final[frozenset[AttemptState]] = frozenset({"refused", "gone", "failed"})


def is_told(record: Record) -> bool:
    """Return whether a message was sent, or may have been."""
    return any(attempt.state in _ARRIVED for attempt in record.attempts.values())


def settled(record: Record, now_ms: int) -> Record:
    """Return a record with the outcome of a text message that somebody began who died: it may have been sent."""
    attempt = record.attempts.get("sms")
    if attempt is None or attempt.state != "started":
        return record
    return with_attempt(record, "sms", "unknown", now_ms)


def with_outcome(record: Record, channel: ChannelName, state: AttemptState, now_ms: int) -> Record:
    """Return a record with what a provider told later of an attempt.

    If nothing arrived after all, the record is planned again, so that the next channel has its turn.
    """
    after = replace(record, attempts={**record.attempts, channel: replace(record.attempts[channel], state=state)})
    if record.state == "told" and is_told(record) and not is_told(after):
        return replace(after, state="planned", due_at=now_ms, tries=0, reason=RETURNED)
    return after


def next_channel(record: Record, wanted: Sequence[ChannelName]) -> ChannelName | None:
    """Return the channel to use now, or None if the message arrived or no channel is left."""
    if is_told(record):
        return None
    for channel in wanted:
        attempt = record.attempts.get(channel)
        if attempt is None or attempt.state not in _FAILED:
            return channel
    return None


def with_attempt(
    record: Record, channel: ChannelName, state: AttemptState, now_ms: int, provider_id: str | None = None
) -> Record:
    """Return a record with what became of a message on a channel."""
    return replace(record, attempts={**record.attempts, channel: Attempt(state, now_ms, provider_id or "")})


def without_attempt(record: Record, channel: ChannelName) -> Record:
    """Return a record as before an attempt that certainly sent nothing."""
    attempts: Mapping[ChannelName, Attempt] = {
        name: attempt for name, attempt in record.attempts.items() if name != channel
    }
    return replace(record, attempts=attempts)


def throttled(record: Record, channel: ChannelName, retry_after_ms: int | None, now_ms: int) -> Record:
    """Return a record that waits until its provider takes more; it may wait as often as that takes."""
    grown = min(_LONGEST_THROTTLED_MS, _THROTTLED_MS << min(record.throttles, 10))
    # From half of it to one and a half, so that those who were throttled at once do not come back at once.
    spread = grown // 2 + zlib.crc32(f"{record.record_id}{record.throttles}".encode()) % grown
    pause = min(_LONGEST_MS, max(spread, retry_after_ms or 0))
    waits = replace(without_attempt(record, channel), throttles=record.throttles + 1)
    return replace(waits, state="planned", due_at=now_ms + pause)


def failed(record: Record, channel: ChannelName, *, sent: bool, now_ms: int) -> Record:
    """Return a record after a provider failed; `sent`: it may have sent the message.

    A text message that may have been sent is not sent again; anything else is, after a pause, a few times.
    """
    if sent and channel == "sms":
        return with_attempt(record, channel, "unknown", now_ms)
    if record.tries >= len(_PAUSES_MS):
        return replace(with_attempt(record, channel, "unknown" if sent else "failed", now_ms), tries=0)
    after = record if sent else without_attempt(record, channel)
    pause = _PAUSES_MS[record.tries]
    return replace(after, state="planned", due_at=now_ms + pause, tries=record.tries + 1)
