"""Refusals in Stripe's words: https://docs.stripe.com/api/errors."""

from typing import Any


class RefusedError(Exception):
    """A request that Stripe refuses."""

    def __init__(self, message: str, *, code: str = "", param: str = "", status: int = 400, kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self._error = {"type": kind or "invalid_request_error", "message": message, "code": code, "param": param}

    def shown(self) -> dict[str, Any]:
        """Return the response's JSON."""
        return {"error": {name: value for name, value in self._error.items() if value}}


def missing(kind: str, object_id: str) -> RefusedError:
    """Return the refusal of an id that nothing has."""
    return RefusedError(f"No such {kind}: '{object_id}'", code="resource_missing", param="id", status=404)
