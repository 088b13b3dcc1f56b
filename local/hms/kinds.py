"""The types of webhooks that the stand-in sends."""

from typing import Literal, get_args

Kind = Literal[
    "session.open.success",
    "session.close.success",
    "peer.join.success",
    "peer.leave.success",
    "room.end.success",
    "beam.started.success",
    "beam.stopped.success",
    "recording.success",
    "recording.failed",
]

KINDS: frozenset[str] = frozenset(get_args(Kind))
