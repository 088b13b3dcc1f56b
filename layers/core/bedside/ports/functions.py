"""Functions of ours, each version of which can be called by itself."""

from collections.abc import Mapping
from typing import Any, Protocol


class Functions(Protocol):
    """Calls versions of functions by their ARN."""

    def invoke(self, arn: str, event: Mapping[str, Any], *, deadline_s: float) -> Mapping[str, Any]:
        """Return a version's result. Raises UnavailableError if it fails, or takes longer than `deadline_s` seconds."""
        ...


class Deployments(Protocol):
    """Deployments that wait for the outcome of a check."""

    def report(self, deployment_id: str, hook_id: str, *, succeeded: bool) -> None:
        """Let a deployment go on, or end it. Raises UnavailableError."""
        ...


class PhotoUpload(Protocol):
    """Uploads a photo with the link and the headers of an upload grant."""

    def __call__(self, url: str, headers: Mapping[str, str], photo: bytes, *, deadline_s: float) -> int:
        """Return the status of the store's answer. Raises UnavailableError."""
        ...
