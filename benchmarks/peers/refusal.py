"""Refusals: calls rejected with a problem document."""

from collections.abc import Iterable
from typing import Any


class Refusal(Exception):  # noqa: N818  # it is what the caller gets
    """What an answer says instead of what was asked for: a status, a problem's slug, header fields."""

    def __init__(self, status: int, slug: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.headers = headers or {}


def problem(status: int, slug: str, faults: Iterable[Any] = ()) -> dict[str, Any]:
    """Return the problem (RFC 9457); `faults` are pydantic's errors, without the input."""
    body: dict[str, Any] = {
        "type": f"https://bedside.example/problems/{slug}",
        "title": slug.replace("-", " "),
        "status": status,
        "detail": slug.replace("-", " "),
        "requestId": "",
    }
    errors = [{"field": ".".join(map(str, fault["loc"])), "message": str(fault["msg"])} for fault in faults]
    return body | ({"errors": errors} if errors else {})
