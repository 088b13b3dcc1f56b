"""Uploads with a presigned link, as a phone makes them."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from bedside.adapters.rest import RestClient, RestError
from bedside.kernel.errors import UnavailableError


def upload(url: str, headers: Mapping[str, str], photo: bytes, *, deadline_s: float) -> int:
    """PUT `photo` under a presigned link, and return the status of the answer. Raises UnavailableError."""
    parts = urlsplit(url)
    # RestClient states the length itself.
    sent = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    try:
        client = RestClient(f"{parts.scheme}://{parts.netloc}")
        return client.request("PUT", f"{parts.path}?{parts.query}", sent, photo, deadline_s=deadline_s).status
    except (RestError, ValueError) as error:
        raise UnavailableError("The photo could not be uploaded.", cause=str(error)) from error
