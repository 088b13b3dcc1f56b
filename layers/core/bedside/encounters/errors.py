"""Errors of encounters that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import NotFoundError


class EncounterNotFoundError(NotFoundError):
    slug, title = "encounter-not-found", "There is no such encounter"
