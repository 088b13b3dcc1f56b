"""Audio without video: who goes on without a picture of themselves in a call, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bedside.ports.video import Party

# The camera does not work, the connection is too weak for video, or the person wants it so.
AudioOnlyReason = Literal["camera", "connection", "choice"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a party last said of the picture of themselves: why there is none, or None if there is one; `at` Unix ms."""

    at: int
    missing: AudioOnlyReason | None


def audio_only(pictures: Mapping[Party, Picture]) -> dict[Party, AudioOnlyReason]:
    """Return why there is no picture, for those of whom there is none."""
    return {party: picture.missing for party, picture in pictures.items() if picture.missing}
