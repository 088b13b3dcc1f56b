"""What one more piece of knowledge makes of a recording. Adding twice adds nothing, and the order does not matter."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bedside.visits.recordings.model import Ask, Beam, Copy, File, Recording

NOT_COPIED: Final = "The recording could not be copied from the video provider."
# How often a copy is asked for that does not come to an end.
_COPIES: Final = 2


def asked(recording: Recording, room_id: str, now_ms: int) -> Recording:
    """Return the recording with one more call to start it, which the provider has not taken yet."""
    ask = Ask(now_ms, len(recording.beams))
    return replace(recording, room_id=room_id, asks=(*recording.asks, ask))


def taken(recording: Recording) -> Recording:
    """Return the recording whose last start the provider has taken."""
    return _last(recording, lambda ask: replace(ask, taken=True))


def asked_to_stop(recording: Recording, now_ms: int) -> Recording:
    """Return the recording with a call to stop it; one that nobody of ours started is stopped likewise."""
    if not recording.asks:
        recording = replace(recording, asks=(Ask(now_ms, 0, taken=True),))
    return recording if recording.asked_to_stop else _last(recording, lambda ask: replace(ask, stop_at=now_ms))


def stop_taken(recording: Recording) -> Recording:
    """Return the recording whose last stop the provider has taken."""
    return _last(recording, lambda ask: replace(ask, stop_taken=True))


def over(recording: Recording, now_ms: int) -> Recording:
    """Return the recording of a visit that is over: nothing runs in a room that was ended."""
    return recording if recording.over else replace(recording, over_at=now_ms)


def beam_observed(
    recording: Recording, name: str, *, started: bool = False, stopped_at: int | None = None, failure: str = ""
) -> Recording:
    """Return the recording with what the provider tells of a beam."""
    was = recording.beams.get(name, Beam())
    beam = Beam(
        was.started or started,
        _earlier(was.stopped_at, stopped_at),
        min(filter(None, (was.failure, failure)), default=""),
    )
    return _settled(replace(recording, beams={**recording.beams, name: beam}))


def lost(recording: Recording, name: str, reason: str) -> Recording:
    """Return the recording with a failure that the provider names no beam for."""
    if name in recording.losses:
        return recording
    return _settled(replace(recording, losses={**recording.losses, name: reason}))


def file_observed(recording: Recording, file: File) -> tuple[Recording, str]:
    """Return the recording with what the provider tells of a file, and the name that it goes by.

    Webhooks name a file by its path, the provider's list by an id: what has the same size is the same file.
    """
    facts = next((one for one in recording.parts if _same(one, file)), None)
    if facts is None:
        found = file
    else:
        found = replace(
            facts,
            known_at=min(facts.known_at, file.known_at),
            path=facts.path or file.path,
            asset_id=facts.asset_id or file.asset_id,
            beam=facts.beam or file.beam,
            link="" if facts.copy else file.link or facts.link,
            size=facts.size if facts.size is not None else file.size,
            duration_s=facts.duration_s if facts.duration_s is not None else file.duration_s,
        )
    return _settled(replace(recording, files={**recording.files, found.name: found})), found.name


def copied(recording: Recording, name: str, copy: Copy) -> Recording:
    """Return the recording with a file that is ours now; what was copied first stays."""
    file = recording.files[name]
    if file.copy is not None:
        return recording
    return _with_file(recording, replace(file, copy=copy, failure="", link=""))


def not_copied(recording: Recording, name: str, reason: str) -> Recording:
    """Return the recording with a file that could not be copied, which may be tried again."""
    file = recording.files[name]
    return recording if file.copy is not None else _with_file(recording, replace(file, failure=reason))


def asked_again(recording: Recording, name: str, now_ms: int) -> Recording:
    """Return the recording after a copy did not come to an end in time: it is asked for twice, and then given up."""
    file = recording.files[name]
    if file.asked >= _COPIES:
        return not_copied(recording, name, NOT_COPIED)
    return _with_file(recording, replace(file, asked=file.asked + 1, asked_at=now_ms))


def checked_with_provider(recording: Recording, now_ms: int) -> Recording:
    """Return the recording after the provider was asked in vain for what is missing.

    It is waited for as long once more, and then given up; if it comes later, it is taken all the same.
    """
    since, looked_at = recording.since, recording.looked_at
    if recording.asked_to_stop:
        # What had to stop so long ago has stopped, whether or not we were told.
        recording = replace(
            recording,
            beams={name: replace(beam, stopped_at=beam.stopped_at or now_ms) for name, beam in recording.beams.items()},
        )
    if looked_at is None or looked_at < since:
        return replace(recording, looked_at=now_ms)
    return replace(recording, looked_at=now_ms, given_up=recording.missing)


def file_name(identity: str) -> str:
    """Return a name that a file of this identity has in records and keys."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _last(recording: Recording, change: Callable[[Ask], Ask]) -> Recording:
    """Return the recording with its last ask changed; one that was never asked for stays as it is."""
    if not recording.asks:
        return recording
    return replace(recording, asks=(*recording.asks[:-1], change(recording.asks[-1])))


def _with_file(recording: Recording, file: File) -> Recording:
    return replace(recording, files={**recording.files, file.name: file})


def _settled(recording: Recording) -> Recording:
    """Return the recording without giving up what has come: a part that ends later has its own time."""
    return replace(recording, given_up=min(recording.given_up, recording.missing))


def _same(one: File, other: File) -> bool:
    if one.name == other.name or (one.asset_id or 1) == other.asset_id or (one.path or 1) == other.path:
        return True
    # Two names of the same kind that differ are two files.
    if (one.asset_id and other.asset_id) or (one.path and other.path):
        return False
    return one.size is not None and one.size == other.size


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((at for at in (one, other) if at is not None), default=None)
