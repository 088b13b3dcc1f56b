"""Errors of payouts that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import BedsideError, NotFoundError


class TransferNotFoundError(NotFoundError):
    slug, title = "transfer-not-found", "There is no such transfer"


class NotDueError(BedsideError):
    status, slug, title = 409, "not-due", "The transfer is not due yet"


class DisputedError(BedsideError):
    """The payment is disputed at the payer's bank, so that its money may yet be lost."""

    status, slug, title = 409, "disputed", "The payment is disputed"
