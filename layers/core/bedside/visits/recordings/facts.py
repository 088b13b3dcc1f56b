"""Updates of a recording by new known. Adding a fact is idempotent and independent of order."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bedside.visits.recordings.model import Ask, Beam, Copy, File, Recording

NOT_COPIED: Final = "The recording could not be copied from the video provider."
# How often an unfinished copy is requested before it is given up.
_COPIES: Final = 2


def with_start_request(recording: Recording, room_id: str, now_ms: int) -> Recording:
    """Return the recording, extended by a start request that the provider has not accepted yet."""
    ask = Ask(now_ms, len(recording.beams))
    return replace(recording, room_id=room_id, asks=(*recording.asks, ask))


def with_room(recording: Recording, room_id: str) -> Recording:
    """Return the recording, with the provider's room in which it was made."""
    return replace(recording, room_id=room_id)


def with_start_accepted(recording: Recording) -> Recording:
    """Return the recording, with its last start request accepted by the provider."""
    return _with_last_ask(recording, lambda ask: replace(ask, taken=True))


def with_stop_request(recording: Recording, now_ms: int) -> Recording:
    """Return the recording, extended by a stop request; it may have been started in the room itself."""
    if not recording.asks:
        recording = replace(recording, asks=(Ask(now_ms, 0, taken=True),))
    return recording if recording.asked_to_stop else _with_last_ask(recording, lambda ask: replace(ask, stop_at=now_ms))


def with_stop_accepted(recording: Recording) -> Recording:
    """Return the recording, with its last stop request accepted by the provider."""
    return _with_last_ask(recording, lambda ask: replace(ask, stop_taken=True))


def with_visit_over(recording: Recording, now_ms: int) -> Recording:
    """Return the recording, marked as over because its visit is over and the room is closed."""
    return recording if recording.over else replace(recording, over_at=now_ms)


def with_beam(
    recording: Recording, name: str, *, started: bool = False, stopped_at: int | None = None, failure: str = ""
) -> Recording:
    """Return the recording, updated by the provider's report about a beam."""
    was = recording.beams.get(name, Beam())
    beam = Beam(
        was.started or started,
        _earlier(was.stopped_at, stopped_at),
        min(filter(None, (was.failure, failure)), default=""),
    )
    return _cap_given_up(replace(recording, beams={**recording.beams, name: beam}))


def with_unattributed_failure(recording: Recording, name: str, reason: str) -> Recording:
    """Return the recording, extended by a failure that the provider reported without naming a beam."""
    if name in recording.losses:
        return recording
    return _cap_given_up(replace(recording, losses={**recording.losses, name: reason}))


def with_file(recording: Recording, file: File) -> tuple[Recording, str]:
    """Return the recording, updated by the provider's report about a file, and the file's name in the recording.

    Webhooks identify a file by its path, the provider's list by an id; otherwise, files of the same size are the same.
    """
    known = next((one for one in recording.parts if _same(one, file)), None)
    if known is None:
        found = file
    else:
        found = replace(
            known,
            known_at=min(known.known_at, file.known_at),
            path=known.path or file.path,
            asset_id=known.asset_id or file.asset_id,
            beam=known.beam or file.beam,
            link="" if known.copy else file.link or known.link,
            size=known.size if known.size is not None else file.size,
            duration_s=known.duration_s if known.duration_s is not None else file.duration_s,
        )
    return _cap_given_up(replace(recording, files={**recording.files, found.name: found})), found.name


def with_copy(recording: Recording, name: str, copy: Copy) -> Recording:
    """Return the recording, with a file marked as copied; an earlier copy takes precedence."""
    file = recording.files[name]
    if file.copy is not None:
        return recording
    return _with_file(recording, replace(file, copy=copy, failure="", link=""))


def with_copy_failure(recording: Recording, name: str, reason: str) -> Recording:
    """Return the recording, with a file marked as failed to copy; it may be retried."""
    file = recording.files[name]
    return recording if file.copy is not None else _with_file(recording, replace(file, failure=reason))


def with_copy_retry(recording: Recording, name: str, now_ms: int) -> Recording:
    """Return the recording after a copy was not finished in time: requested again once, and then marked as failed."""
    file = recording.files[name]
    if file.asked >= _COPIES:
        return with_copy_failure(recording, name, NOT_COPIED)
    return _with_file(recording, replace(file, asked=file.asked + 1, asked_at=now_ms))


def with_provider_checked(recording: Recording, now_ms: int) -> Recording:
    """Return the recording, marked as missing parts that the provider could not supply.

    After a second check without result, the missing parts are given up; they are still accepted if they arrive later.
    """
    since, looked_at = recording.since, recording.looked_at
    if recording.asked_to_stop:
        # A beam requested to stop so long ago must have stopped, even if the provider never reported it.
        recording = replace(
            recording,
            beams={name: replace(beam, stopped_at=beam.stopped_at or now_ms) for name, beam in recording.beams.items()},
        )
    if looked_at is None or looked_at < since:
        return replace(recording, looked_at=now_ms)
    return replace(recording, looked_at=now_ms, given_up=recording.missing)


def file_name(identity: str) -> str:
    """Return the name under which a file with this identity is stored."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _with_last_ask(recording: Recording, change: Callable[[Ask], Ask]) -> Recording:
    """Return the recording with its last request changed, or unchanged if there is none."""
    if not recording.asks:
        return recording
    return replace(recording, asks=(*recording.asks[:-1], change(recording.asks[-1])))


def _with_file(recording: Recording, file: File) -> Recording:
    return replace(recording, files={**recording.files, file.name: file})


def _cap_given_up(recording: Recording) -> Recording:
    """Cap the number of given-up parts at those still missing; each later part has its own deadline."""
    return replace(recording, given_up=min(recording.given_up, recording.missing))


def _same(one: File, other: File) -> bool:
    if one.name == other.name or (one.asset_id or 1) == other.asset_id or (one.path or 1) == other.path:
        return True
    # Different names of the same kind mean different files.
    if (one.asset_id and other.asset_id) or (one.path and other.path):
        return False
    return one.size is not None and one.size == other.size


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((at for at in (one, other) if at is not None), default=None)
