"""Translates the provider's reports about recordings, in webhooks and in its list of assets, into updates.

https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/webhook
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from bedside.ports.video import RecordingAsset
from bedside.visits.recordings.facts import file_name, with_beam, with_file, with_unattributed_failure
from bedside.visits.recordings.model import File, Recording
from bedside.visits.recordings.repository import RecordingUpdate

# The provider's error type; its free-text messages could contain anything.
_ERROR_TYPE: Final = re.compile(r"[A-Z][A-Z_]{0,59}")
_STOPPED_BY_FAILURE: Final = "failure: "
_LONGEST: Final = 4096


def update_from_event(kind: str, data: Mapping[str, Any], now_ms: int) -> RecordingUpdate | None:  # noqa: PLR0911  # one per kind
    """Return an event's update of a recording, or None if the event is not relevant."""
    beam = _text(data, "beam_id") or _text(data, "job_id")
    match kind:
        case "beam.started.success" if beam:
            return lambda recording: with_beam(recording, beam, started=True)
        case "beam.stopped.success" if beam:
            reason = _text(data, "reason")
            if not reason.startswith(_STOPPED_BY_FAILURE):
                return lambda recording: with_beam(recording, beam, stopped_at=now_ms)
            failure = _failure(reason.removeprefix(_STOPPED_BY_FAILURE))
            return lambda recording: with_beam(recording, beam, stopped_at=now_ms, failure=failure)
        case "beam.failure" if beam:
            failure = _failure(_text(data, "error_type"))
            return lambda recording: with_beam(recording, beam, failure=failure)
        case "recording.failed":
            name = f"{_text(data, 'session_id')} {_text(data, 'session_stopped_at')}"
            failure = _failure(_text(data, "error_type"))
            return lambda recording: with_unattributed_failure(recording, name, failure)
        case "recording.success" | "beam.recording.success":
            link, path = _text(data, "recording_presigned_url"), _text(data, "recording_path")
            identity = path or link.partition("?")[0]
            if not identity:
                return None
            file = File(
                file_name(identity),
                now_ms,
                now_ms,
                path=path,
                beam=beam,
                link=link,
                size=_count(data, "size"),
                duration_s=_count(data, "duration"),
            )
            return lambda recording: with_file(recording, file)[0]
    return None


def update_from_asset(recording: Recording, asset: RecordingAsset, now_ms: int) -> Recording:
    """Return the recording, updated by one of its assets in the provider's list."""
    if asset.status == "failed":
        return with_unattributed_failure(recording, asset.asset_id, _failure(""))
    if asset.status != "completed":
        return recording
    file = File(
        file_name(asset.path or asset.asset_id),
        now_ms,
        now_ms,
        path=asset.path,
        asset_id=asset.asset_id,
        size=asset.size,
        duration_s=asset.duration_s,
        # Not requested yet: unlike an event, an asset in the list is not delivered again.
        asked=0,
    )
    return with_file(recording, file)[0]


def _failure(error_type: str) -> str:
    if _ERROR_TYPE.fullmatch(error_type):
        return f"The video provider could not record: {error_type}."
    return "The video provider could not record."


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _count(data: Mapping[str, Any], name: str) -> int | None:
    """Return a positive whole number, or None."""
    value = data.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 53 else None
